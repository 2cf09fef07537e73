// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/record.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace weir {
namespace {

Bytes bytes(std::string_view text) {
    return {text.data(), text.size()};
}

TEST(RecordChunk, KeepsBytesApartFromNull) {
    RecordChunk chunk(TopicId{1}, 2);
    const std::array headers{Header{"a", bytes("1")}, Header{"a", {}}, Header{"", bytes("")}};
    chunk.add(10, 5, TimestampType::Create, bytes("key"), bytes("value"), headers);
    chunk.add(11, kNoTimestamp, TimestampType::None, {}, {}, {});
    chunk.add(12, kNoTimestamp, TimestampType::None, bytes(""), bytes(""), {});
    ASSERT_EQ(chunk.size(), 3u);
    EXPECT_EQ(chunk.key(0).view(), "key");
    EXPECT_EQ(chunk.value(0).view(), "value");
    EXPECT_EQ(chunk[0].timestamp, 5);
    const auto read = chunk.headers(0);
    ASSERT_EQ(read.size(), 3u);
    EXPECT_EQ(read[0].name, "a");
    EXPECT_EQ(read[0].value.view(), "1");
    EXPECT_TRUE(read[1].value.isNull());
    EXPECT_EQ(read[2].name, "");
    EXPECT_FALSE(read[2].value.isNull());
    EXPECT_TRUE(chunk.key(1).isNull());
    EXPECT_TRUE(chunk.value(1).isNull());
    EXPECT_TRUE(chunk.headers(1).empty());
    EXPECT_FALSE(chunk.key(2).isNull());
    EXPECT_EQ(chunk.value(2).size, 0u);
    EXPECT_FALSE(chunk.value(2).isNull());
}

TEST(RecordChunk, RunsBreakAtHoles) {
    RecordChunk chunk(TopicId{1}, 0);
    for (const std::int64_t offset : {5, 6, 7, 9, 12, 13}) {
        chunk.add(offset, kNoTimestamp, TimestampType::None, {}, {}, {});
    }
    const auto runs = chunk.runs();
    ASSERT_EQ(runs.size(), 3u);
    EXPECT_EQ(runs[0].first_offset, 5);
    EXPECT_EQ(runs[0].last_offset, 7);
    EXPECT_EQ(runs[1].first_offset, 9);
    EXPECT_EQ(runs[1].last_offset, 9);
    EXPECT_EQ(runs[1].first_index, 3u);
    EXPECT_EQ(runs[2].last_offset, 13);
    EXPECT_EQ(runs[2].first_index, 4u);
}

TEST(RecordChunk, EventIdsFollowEachOther) {
    RecordChunk chunk(TopicId{1}, 0);
    chunk.add(1, kNoTimestamp, TimestampType::None, {}, {}, {});
    chunk.add(5, kNoTimestamp, TimestampType::None, {}, {}, {});
    chunk.setFirstEvent(EventId{100});
    EXPECT_EQ(chunk.eventId(0), EventId{100});
    EXPECT_EQ(chunk.eventId(1), EventId{101});
}

TEST(RecordChunk, ASliceIsACopyOfAPart) {
    RecordChunk chunk(TopicId{3}, 4);
    chunk.setReceived(77);
    for (std::int64_t i = 0; i < 5; ++i) {
        const std::string value = "v" + std::to_string(i);
        const std::array headers{Header{"h", bytes(value)}};
        chunk.add(i * 2, i, TimestampType::LogAppend, bytes("k"), bytes(value), headers);
    }
    const RecordChunk part = chunk.slice(1, 3);
    EXPECT_EQ(part.topic(), TopicId{3});
    EXPECT_EQ(part.partition(), 4);
    EXPECT_EQ(part.received(), 77);
    ASSERT_EQ(part.size(), 3u);
    EXPECT_EQ(part[0].offset, 2);
    EXPECT_EQ(part.value(2).view(), "v3");
    EXPECT_EQ(part.headers(2)[0].value.view(), "v3");
    EXPECT_EQ(part[2].timestamp_type, TimestampType::LogAppend);
    EXPECT_EQ(part.runs().size(), 3u);
    EXPECT_TRUE(chunk.slice(0, 0).empty());
}

TEST(RecordChunk, KnowsItsMemory) {
    RecordChunk chunk(TopicId{1}, 0);
    const std::string big(1 << 20, 'x');
    chunk.add(0, kNoTimestamp, TimestampType::None, {}, bytes(big), {});
    EXPECT_GE(chunk.bytes(), big.size());
}

}  // namespace
}  // namespace weir
