// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/consumer.h"

#include "kafka_fixture.h"

#include <algorithm>

namespace weir::kafka {
namespace {

using ConsumerTest = EmbeddedKafka;

std::vector<OutgoingRecord> numbered(const std::string& topic, std::int32_t partition, int count) {
    std::vector<OutgoingRecord> records;
    for (int i = 0; i < count; ++i) records.push_back(record(topic, partition, std::to_string(i)));
    return records;
}

TEST_F(ConsumerTest, ReadsEachPartitionInOrder) {
    topic("bids", 3);
    std::vector<OutgoingRecord> records;
    for (int i = 0; i < 300; ++i) records.push_back(record("bids", i % 3, std::to_string(i)));
    const auto reports = produceAll(cluster->settings(), records);
    ASSERT_EQ(reports.size(), 300u);

    Reading reading;
    reading.begin(cluster->settings());
    ASSERT_TRUE(reading.consumer->assign({{"bids", 0}, {"bids", 1}, {"bids", 2}}));
    ASSERT_TRUE(reading.until([&] { return reading.count() == 300; }));

    ASSERT_EQ(reading.all<PartitionsAssigned>().size(), 1u);
    EXPECT_EQ(reading.all<PartitionsAssigned>()[0].partitions.size(), 3u);
    EXPECT_FALSE(reading.saw<ConsumerTrouble>());
    for (int p = 0; p < 3; ++p) {
        const RecordChunk& chunk = reading.chunks.at({"bids", p});
        ASSERT_EQ(chunk.size(), 100u);
        EXPECT_EQ(chunk.runs().size(), 1u);
        for (std::uint32_t i = 0; i < 100; ++i) {
            EXPECT_EQ(chunk[i].offset, i);
            EXPECT_EQ(chunk.value(i).view(), std::to_string(static_cast<int>(i) * 3 + p));
        }
        EXPECT_EQ(reading.consumer->position({"bids", p}), 100);
        EXPECT_EQ(reading.consumer->firstPosition({"bids", p}), 0);
        EXPECT_EQ(reading.consumer->highWatermark({"bids", p}), 100);
    }
}

TEST_F(ConsumerTest, CommittedOffsetsCountUnderFixedAssignment) {
    topic("bids", 1);
    produceAll(cluster->settings(), numbered("bids", 0, 20));
    {
        Reading first;
        first.begin(cluster->settings(), inGroup("g"));
        ASSERT_TRUE(first.consumer->assign({{"bids", 0}}));
        ASSERT_TRUE(first.until([&] { return first.count() == 20; }));
        ASSERT_TRUE(first.consumer->commit({{{"bids", 0}, 7}}));
        ASSERT_TRUE(first.until([&] { return first.saw<CommitDone>(); }));
        const CommitDone done = first.all<CommitDone>()[0];
        EXPECT_TRUE(done.status);
        ASSERT_EQ(done.offsets.size(), 1u);
        EXPECT_EQ(done.offsets[0].second, 7);
        const Status now = first.consumer->commitNow({{{"bids", 0}, 12}}, 10'000);
        EXPECT_TRUE(now) << now.error().message;
    }
    Reading second;
    second.begin(cluster->settings(), inGroup("g"));
    ASSERT_TRUE(second.consumer->assign({{"bids", 0}}));
    ASSERT_TRUE(second.until([&] { return second.count() == 8; }));
    EXPECT_EQ(second.chunks.at({"bids", 0})[0].offset, 12);
    EXPECT_EQ(second.consumer->firstPosition({"bids", 0}), 12);
}

}  // namespace
}  // namespace weir::kafka
