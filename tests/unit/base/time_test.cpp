// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/time.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Time, ReadsDurations) {
    EXPECT_EQ(parseDuration("500ms"), 500 * kMillisecond);
    EXPECT_EQ(parseDuration("2s"), 2 * kSecond);
    EXPECT_EQ(parseDuration("1.5s"), 1500 * kMillisecond);
    EXPECT_EQ(parseDuration("5m"), 300 * kSecond);
    EXPECT_EQ(parseDuration("1h"), 3600 * kSecond);
    EXPECT_EQ(parseDuration("250us"), 250 * kMicrosecond);
    EXPECT_EQ(parseDuration("7ns"), 7);
    EXPECT_EQ(parseDuration("0"), 0);
    EXPECT_EQ(parseDuration("0s"), 0);
}

TEST(Time, RefusesWhatIsNoDuration) {
    for (const char* text : {"", "5", "s", "-1s", "+1s", " 1s", "1s ", "1 s", "1d", "1S", "1s5", "nans",
                             "infs", "1e400s", "9999999999h", "0x5s", "ms1"}) {
        EXPECT_EQ(parseDuration(text), std::nullopt) << text;
    }
}

TEST(Time, DurationLiteralsAreExactAndReadable) {
    for (const DurationNs d : {DurationNs{0}, DurationNs{1}, 999 * kMicrosecond, 90 * kSecond, 3600 * kSecond,
                               1500 * kMillisecond, 86'400 * kSecond}) {
        EXPECT_EQ(parseDuration(durationLiteral(d)), d) << durationLiteral(d);
    }
    EXPECT_EQ(durationLiteral(90 * kSecond), "90s");
    EXPECT_EQ(durationLiteral(500 * kMillisecond), "500ms");
    EXPECT_EQ(durationLiteral(120 * kSecond), "2m");
}

TEST(Time, FormatsDurationsForPeople) {
    EXPECT_EQ(formatDuration(0), "0\u00A0ns");
    EXPECT_EQ(formatDuration(840), "840\u00A0ns");
    EXPECT_EQ(formatDuration(12'400), "12.4\u00A0µs");
    EXPECT_EQ(formatDuration(1'240'000), "1.24\u00A0ms");
    EXPECT_EQ(formatDuration(999'400), "999\u00A0µs");
    EXPECT_EQ(formatDuration(999'600), "1.00\u00A0ms");
    EXPECT_EQ(formatDuration(12'300 * kMillisecond), "12.3\u00A0s");
    EXPECT_EQ(formatDuration(125 * kSecond), "2\u00A0min 05\u00A0s");
    EXPECT_EQ(formatDuration((3 * 60 + 7) * 60 * kSecond), "3\u00A0h 07\u00A0min");
    EXPECT_EQ(formatDuration(-1'240'000), "\u22121.24\u00A0ms");
}

TEST(Time, WritesAndReadsIso8601) {
    EXPECT_EQ(formatTimeUtc(0), "1970-01-01T00:00:00.000000000Z");
    EXPECT_EQ(formatTimeUtc(-1), "1969-12-31T23:59:59.999999999Z");
    const TimeNs t = 1'769'853'600'123'456'789;
    EXPECT_EQ(formatTimeUtc(t), "2026-01-31T10:00:00.123456789Z");
    EXPECT_EQ(parseTimeUtc(formatTimeUtc(t)), t);
    EXPECT_EQ(parseTimeUtc("2026-01-31T10:00:00Z"), t - 123'456'789);
    EXPECT_EQ(parseTimeUtc("2026-01-31T11:30:00.5+01:30"), t - 123'456'789 + 500 * kMillisecond);
    EXPECT_EQ(parseTimeUtc("2026-01-31T05:00:00-0500"), t - 123'456'789);
    EXPECT_EQ(parseTimeUtc("2024-02-29T00:00:00Z"), 1'709'164'800 * kSecond);
}

TEST(Time, RefusesWhatIsNoTime) {
    for (const char* text : {"", "2026-01-31", "2026-01-31 10:00:00Z", "2026-01-31T10:00:00",
                             "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-31T24:00:00Z",
                             "2026-01-31T10:60:00Z", "2026-01-31T10:00:00.Z", "2026-01-31T10:00:00Zx",
                             "2026-01-31T10:00:00+15:00", "9999-01-01T00:00:00Z", "1500-01-01T00:00:00Z"}) {
        EXPECT_EQ(parseTimeUtc(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace weir
