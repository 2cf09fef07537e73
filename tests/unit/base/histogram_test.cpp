// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace weir {
namespace {

TEST(Histogram, IsEmptyAtFirst) {
    const Histogram h;
    EXPECT_TRUE(h.empty());
    EXPECT_EQ(h.percentile(0.5), 0);
    EXPECT_EQ(h.mean(), 0);
}

TEST(Histogram, SmallValuesAreExact) {
    Histogram h;
    for (int v = 0; v < 100; ++v) h.record(v);
    EXPECT_EQ(h.percentile(0.5), 49);
    EXPECT_EQ(h.percentile(0.01), 0);
    EXPECT_EQ(h.percentile(1), 99);
    EXPECT_EQ(h.min(), 0);
    EXPECT_EQ(h.max(), 99);
    EXPECT_DOUBLE_EQ(h.mean(), 49.5);
}

TEST(Histogram, PercentilesKeepTheStatedError) {
    std::mt19937_64 random(7);
    std::lognormal_distribution<double> draw(15, 3);
    std::vector<std::int64_t> values;
    Histogram h;
    for (int i = 0; i < 20'000; ++i) {
        values.push_back(static_cast<std::int64_t>(draw(random)));
        h.record(values.back());
    }
    std::sort(values.begin(), values.end());
    for (const double q : {0.0, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
        const double rank = std::max(1.0, std::ceil(q * static_cast<double>(values.size())));
        const auto exact = static_cast<double>(values[static_cast<std::size_t>(rank) - 1]);
        EXPECT_NEAR(static_cast<double>(h.percentile(q)), exact, exact * 0.008 + 1) << q;
    }
}

TEST(Histogram, WeightsCountLikeRepetition) {
    Histogram weighted, repeated;
    weighted.record(500, 3);
    weighted.record(9000, 1);
    weighted.record(1, 0);
    for (int i = 0; i < 3; ++i) repeated.record(500);
    repeated.record(9000);
    EXPECT_EQ(weighted.count(), 4u);
    EXPECT_EQ(weighted.min(), 500);
    for (const double q : {0.25, 0.75, 0.76, 1.0}) EXPECT_EQ(weighted.percentile(q), repeated.percentile(q));
    EXPECT_DOUBLE_EQ(weighted.mean(), repeated.mean());
}

TEST(Histogram, MergingEqualsRecordingTogether) {
    Histogram a, b, all;
    for (std::int64_t v = 1; v < 1'000'000; v = v * 3 / 2 + 1) {
        (v % 2 == 0 ? a : b).record(v);
        all.record(v);
    }
    a.merge(Histogram{});
    a.merge(b);
    Histogram into_empty;
    into_empty.merge(a);
    for (const double q : {0.0, 0.3, 0.5, 0.99, 1.0}) EXPECT_EQ(into_empty.percentile(q), all.percentile(q));
    EXPECT_EQ(into_empty.count(), all.count());
    EXPECT_EQ(into_empty.min(), all.min());
    EXPECT_EQ(into_empty.max(), all.max());
}

TEST(Histogram, SurvivesItsBytes) {
    Histogram h;
    EXPECT_TRUE(h.encode().empty());
    EXPECT_TRUE(Histogram::decode("")->empty());
    for (const std::int64_t v : {0L, 1L, 63L, 64L, 1'000'000'007L, 999'999'999'999L}) h.record(v, 3);
    const std::string bytes = h.encode();
    const auto back = Histogram::decode(bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->encode(), bytes);
    EXPECT_EQ(back->count(), 18u);
    EXPECT_EQ(back->max(), h.max());
    for (const double q : {0.0, 0.3, 0.5, 0.99, 1.0}) EXPECT_EQ(back->percentile(q), h.percentile(q));
    EXPECT_FALSE(CoarseHistogram::decode(bytes)) << "of another precision";
}

TEST(Histogram, LargeValuesSurviveTheRoundingOfTheirMean) {
    for (std::int64_t v = 95'740'281'650'596'179; v < 95'740'281'650'596'279; ++v) {
        Histogram h;
        h.record(v, 3);
        h.record(v + 1, 3);
        const auto back = Histogram::decode(h.encode());
        ASSERT_TRUE(back) << v;
        EXPECT_EQ(back->max(), v + 1);
    }
}

TEST(Histogram, DamagedBytesAreRefused) {
    Histogram h;
    for (std::int64_t v = 1; v < 1'000'000; v *= 3) h.record(v);
    const std::string bytes = h.encode();
    for (std::size_t cut = 1; cut < 5; ++cut) EXPECT_FALSE(Histogram::decode(bytes.substr(0, cut))) << cut;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::string broken = bytes;
        broken[i] = static_cast<char>(broken[i] ^ 0x80);
        if (const auto read = Histogram::decode(broken)) {
            EXPECT_LE(read->percentile(0.5), read->max());
        }
    }
    EXPECT_FALSE(Histogram::decode(std::string(1, 6) + std::string(40, static_cast<char>(0xFF))));
}

TEST(Histogram, BucketsCoverTheirValues) {
    CoarseHistogram h;
    h.record(5);
    h.record(1'000'000, 2);
    std::vector<std::uint64_t> counts;
    h.forEachBucket([&](std::int64_t low, std::int64_t high, std::uint64_t count) {
        EXPECT_LE(low, high);
        EXPECT_LE(low, counts.empty() ? 5 : 1'000'000);
        EXPECT_GE(high, counts.empty() ? 5 : 1'000'000);
        counts.push_back(count);
    });
    EXPECT_EQ(counts, (std::vector<std::uint64_t>{1, 2}));
}

TEST(Histogram, TakesTheExtremes) {
    Histogram h;
    h.record(-5);
    h.record(std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(h.min(), 0);
    EXPECT_EQ(h.max(), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(h.percentile(0.5), 0);
    EXPECT_EQ(h.percentile(1), std::numeric_limits<std::int64_t>::max());
}

}  // namespace
}  // namespace weir
