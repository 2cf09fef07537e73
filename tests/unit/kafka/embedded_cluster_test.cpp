// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/embedded_cluster.h"

#include "kafka_fixture.h"

namespace weir::kafka {
namespace {

using EmbeddedClusterTest = EmbeddedKafka;

constexpr std::size_t kMegabyte = 1'000'000;

TEST_F(EmbeddedClusterTest, ATopicWithoutReaderAlwaysHasRoom) {
    for (int i = 0; i < 10; ++i) cluster->produced("t", 0, i, kMegabyte);
    EXPECT_TRUE(cluster->hasRoom("t", 0));
}

TEST_F(EmbeddedClusterTest, RoomComesBackWhenTheReaderHasPassed) {
    cluster->addReader("r", "t");
    EXPECT_TRUE(cluster->hasRoom("t", 0));
    for (int i = 0; i < 3; ++i) cluster->produced("t", 0, i, kMegabyte);
    EXPECT_FALSE(cluster->hasRoom("t", 0));
    EXPECT_TRUE(cluster->hasRoom("t", 1));
    EXPECT_TRUE(cluster->hasRoom("other", 0));
    cluster->passed("r", "t", 0, 1);
    EXPECT_TRUE(cluster->hasRoom("t", 0));
}

TEST_F(EmbeddedClusterTest, TheSlowestReaderDecides) {
    cluster->addReader("fast", "t");
    cluster->addReader("slow", "t");
    for (int i = 0; i < 3; ++i) cluster->produced("t", 0, i, kMegabyte);
    cluster->passed("fast", "t", 0, 3);
    EXPECT_FALSE(cluster->hasRoom("t", 0));
    cluster->passed("slow", "t", 0, 2);
    EXPECT_TRUE(cluster->hasRoom("t", 0));
    cluster->passed("slow", "t", 0, 1);  // never backwards
    EXPECT_TRUE(cluster->hasRoom("t", 0));
}

TEST_F(EmbeddedClusterTest, ReportsMayComeLateAndInAnyOrder) {
    cluster->addReader("r", "t");
    cluster->passed("r", "t", 0, 2);
    cluster->produced("t", 0, 1, 10 * kMegabyte);  // was read before its report came
    EXPECT_TRUE(cluster->hasRoom("t", 0));
    cluster->produced("t", 0, 4, 2 * kMegabyte);
    cluster->produced("t", 0, 3, 2 * kMegabyte);
    EXPECT_FALSE(cluster->hasRoom("t", 0));
    cluster->passed("r", "t", 0, 4);
    EXPECT_TRUE(cluster->hasRoom("t", 0));
}

TEST_F(EmbeddedClusterTest, ManySmallRecordsFillItToo) {
    cluster->addReader("r", "t");
    std::int64_t offset = 0;
    while (cluster->hasRoom("t", 0)) cluster->produced("t", 0, offset++, 1);
    EXPECT_LE(offset, 50'000);
    EXPECT_GT(offset, 10'000);
}

TEST_F(EmbeddedClusterTest, NothingIsDroppedBelowTheLimit) {
    topic("t", 1);
    cluster->addReader("r", "t");
    auto producer = Producer::create(cluster->settings(), {.linger_ms = 0}, {});
    ASSERT_TRUE(producer);
    std::uint64_t count = 0;
    // One report at a time gives one message set per record, the most that the mock has to keep.
    while (cluster->hasRoom("t", 0)) {
        ASSERT_TRUE((*producer)->produce(record("t", 0, std::string(2000, 'x')), ++count));
        if (count % 50 == 0) {
            ASSERT_TRUE((*producer)->flush(10'000));
        }
        for (const auto& report : (*producer)->poll()) cluster->produced("t", 0, report.offset, 2000);
    }
    ASSERT_TRUE((*producer)->flush(10'000));

    Reading reading;
    reading.begin(cluster->settings());
    ASSERT_TRUE(reading.consumer->assign({{"t", 0}}));
    ASSERT_TRUE(reading.until([&] { return reading.count() == count; }));
    EXPECT_EQ(reading.chunks.at({"t", 0})[0].offset, 0);
    EXPECT_EQ(reading.chunks.at({"t", 0}).runs().size(), 1u);
}

TEST_F(EmbeddedClusterTest, ATopicCannotBeMadeTwice) {
    topic("t", 1);
    const Status again = cluster->createTopic("t", 1);
    ASSERT_FALSE(again);
    EXPECT_NE(again.error().message.find("t"), std::string::npos);
}

TEST(EmbeddedClusterStartTest, SeveralBrokersAnnounceThemselves) {
    const auto cluster = EmbeddedCluster::start(3);
    ASSERT_TRUE(cluster);
    const std::string brokers = (*cluster)->settings().brokers;
    EXPECT_EQ(std::count(brokers.begin(), brokers.end(), ','), 2);
}

}  // namespace
}  // namespace weir::kafka
