// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/metadata.h"
#include "peers/broker.h"
#include "transactions.h"
#include "unit/kafka/kafka_fixture.h"

#include <gtest/gtest.h>

namespace weir::kafka {
namespace {

class BrokerTest : public testing::Test {
  protected:
    void SetUp() override { WEIR_REQUIRE_BROKER(); }

    static ClusterSettings shared() { return {peers::sharedBroker().bootstrap(), {}}; }
    static std::string sharedTopic(int partitions, const std::map<std::string, std::string>& configs = {}) {
        const std::string name = peers::uniqueName("t");
        peers::sharedBroker().createTopic(name, partitions, configs);
        return name;
    }
};

TEST_F(BrokerTest, TransactionMarkersAreHoles) {
    const std::string topic = sharedTopic(1);
    const std::string bootstrap = shared().brokers;
    peers::produceInTransaction(bootstrap, topic, 0, {"a", "b"}, true);   // 0 1, marker 2
    peers::produceInTransaction(bootstrap, topic, 0, {"x", "y"}, false);  // 3 4 aborted, marker 5
    peers::produceInTransaction(bootstrap, topic, 0, {"c"}, true);        // 6, marker 7
    Reading reading;
    reading.begin(shared());
    ASSERT_TRUE(reading.consumer->assign({{topic, 0}}));
    ASSERT_TRUE(reading.until([&] { return reading.consumer->position({topic, 0}) == 8; }));
    const RecordChunk& chunk = reading.chunks.at({topic, 0});
    ASSERT_EQ(chunk.size(), 3u);
    ASSERT_EQ(chunk.runs().size(), 2u);
    EXPECT_EQ(chunk.runs()[0].last_offset, 1);
    EXPECT_EQ(chunk.runs()[1].first_offset, 6);
    EXPECT_EQ(reading.consumer->highWatermark({topic, 0}), 8);
}

TEST_F(BrokerTest, StartsAtATime) {
    const std::string topic = sharedTopic(1);
    std::vector<OutgoingRecord> records;
    for (int i = 0; i < 10; ++i) {
        records.push_back(record(topic, 0, std::to_string(i)));
        records.back().timestamp_ms = 1'700'000'000'000 + i * 1000;
    }
    produceAll(shared(), records);
    for (const std::string& group : {std::string(), peers::uniqueName("g")}) {
        ConsumerOptions options = inGroup(group);
        options.start = {StartAt::Kind::Time, 0, (1'700'000'000'000 + 6500) * kMillisecond};
        Reading reading;
        reading.begin(shared(), options);
        ASSERT_TRUE(reading.consumer->assign({{topic, 0}}));
        ASSERT_TRUE(reading.until([&] { return reading.count() == 3; }));
        EXPECT_EQ(reading.chunks.at({topic, 0})[0].offset, 7);
        EXPECT_TRUE(reading.saw<PartitionsAssigned>());
    }
    ConsumerOptions later;
    later.start = {StartAt::Kind::Time, 0, now() + 3600 * kSecond};
    Reading reading;
    reading.begin(shared(), later);
    ASSERT_TRUE(reading.consumer->assign({{topic, 0}}));
    ASSERT_TRUE(reading.until([&] { return reading.consumer->position({topic, 0}) == 10; }));
    EXPECT_EQ(reading.count(), 0u);
}

TEST_F(BrokerTest, AnUnknownTopicIsNamed) {
    const auto info = describeCluster(shared(), {"no-such-topic"}, false, 10'000);
    ASSERT_FALSE(info);
    EXPECT_EQ(info.error().code, ErrorCode::UnknownTopic);
    EXPECT_EQ(info.error().message, "Topic no-such-topic does not exist on this cluster");

    Reading group;
    group.begin(shared(), inGroup("g"));
    const Status subscribed = group.consumer->subscribe({"no-such-topic"});
    ASSERT_FALSE(subscribed);
    EXPECT_EQ(subscribed.error().code, ErrorCode::UnknownTopic);

    Reading fixed;
    fixed.begin(shared());
    ASSERT_TRUE(fixed.consumer->assign({{"no-such-topic", 0}}));
    ASSERT_TRUE(fixed.until([&] { return fixed.saw<ConsumerTrouble>(); }));
    const ConsumerTrouble trouble = fixed.all<ConsumerTrouble>()[0];
    EXPECT_EQ(trouble.error.code, ErrorCode::UnknownTopic) << trouble.error.message;
    EXPECT_NE(trouble.error.message.find("no-such-topic"), std::string::npos) << trouble.error.message;
    EXPECT_TRUE(trouble.fatal);

    auto producer = Producer::create(shared(), {}, {});
    ASSERT_TRUE(producer);
    const auto queued = (*producer)->produce(record("no-such-topic", 0, "v"), 1);
    if (queued) {
        ASSERT_TRUE((*producer)->flush(60'000));
        const auto reports = (*producer)->poll();
        ASSERT_EQ(reports.size(), 1u);
        ASSERT_FALSE(reports[0].status);
        EXPECT_EQ(reports[0].status.error().code, ErrorCode::UnknownTopic)
            << reports[0].status.error().message;
    }
}

TEST_F(BrokerTest, MetadataHasWatermarksAfterRetention) {
    const std::string topic = sharedTopic(3);
    produceAll(shared(), {record(topic, 1, "a"), record(topic, 1, "b"), record(topic, 2, "c")});
    const auto info = describeCluster(shared(), {topic}, true, 10'000);
    ASSERT_TRUE(info) << info.error().message;
    ASSERT_EQ(info->topics.size(), 1u);
    ASSERT_EQ(info->topics[0].partitions.size(), 3u);
    EXPECT_EQ(info->topics[0].partitions[0].high, 0);
    EXPECT_EQ(info->topics[0].partitions[1].high, 2);
    EXPECT_EQ(info->topics[0].partitions[2].high, 1);
    EXPECT_FALSE(info->cluster_id.empty());
    const auto all = describeCluster(shared(), {}, true, 10'000);
    ASSERT_TRUE(all);
    EXPECT_GE(all->topics.size(), 1u);
}

TEST_F(BrokerTest, ARevokeWaitsForItsEnd) {
    const std::string topic = sharedTopic(2);
    const std::string group = peers::uniqueName("g");
    std::vector<OutgoingRecord> records;
    for (int i = 0; i < 20; ++i) records.push_back(record(topic, i % 2, std::to_string(i)));
    produceAll(shared(), records);

    Reading first;
    first.begin(shared(), inGroup(group));
    ASSERT_TRUE(first.consumer->subscribe({topic}));
    ASSERT_TRUE(first.until([&] { return first.count() == 20; }));

    Reading second;
    second.begin(shared(), inGroup(group));
    ASSERT_TRUE(second.consumer->subscribe({topic}));
    ASSERT_TRUE(first.until([&] {
        second.step();
        return first.saw<PartitionsRevoked>();
    }));
    EXPECT_FALSE(first.all<PartitionsRevoked>()[0].lost);
    EXPECT_EQ(first.all<PartitionsRevoked>()[0].partitions.size(), 2u);
    const std::vector<std::pair<TopicPartition, std::int64_t>> offsets = {{{topic, 0}, 4}, {{topic, 1}, 6}};
    ASSERT_TRUE(first.consumer->commitNow(offsets, 10'000));
    for (int i = 0; i < 20; ++i) second.step();
    EXPECT_FALSE(second.saw<PartitionsAssigned>());
    first.consumer->finishRevoke();

    ASSERT_TRUE(first.until([&] {
        second.step();
        return second.saw<PartitionsAssigned>() && first.all<PartitionsAssigned>().size() == 2;
    }));
    ASSERT_EQ(second.all<PartitionsAssigned>()[0].partitions.size(), 1u);
    ASSERT_EQ(first.all<PartitionsAssigned>()[1].partitions.size(), 1u);
    const TopicPartition mine = second.all<PartitionsAssigned>()[0].partitions[0];
    const std::int64_t begin = mine.partition == 0 ? 4 : 6;
    ASSERT_TRUE(second.until([&] {
        first.step();
        return second.consumer->position(mine) == 10;
    }));
    EXPECT_EQ(second.consumer->firstPosition(mine), begin);
    EXPECT_EQ(second.chunks.at(mine)[0].offset, begin);
}

TEST_F(BrokerTest, AHugeRecordPasses) {
    peers::BrokerOptions options;
    options.properties = {{"socket.request.max.bytes", "200000000"}, {"message.max.bytes", "150000000"}};
    options.jvm_arguments = {"-Xmx1500m"};
    peers::Broker broker(options);
    broker.createTopic("huge", 1);
    const ClusterSettings settings{broker.bootstrap(), {}};
    std::string value(100'000'000, 'x');
    value.back() = 'y';
    const auto reports = produceAll(
        settings, {record("huge", 0, "before"), record("huge", 0, value), record("huge", 0, "after")});
    for (const auto& report : reports) EXPECT_TRUE(report.status) << report.status.error().message;

    Reading reading;
    reading.begin(settings);
    ASSERT_TRUE(reading.consumer->assign({{"huge", 0}}));
    ASSERT_TRUE(reading.until([&] { return reading.count() == 3; }));
    const RecordChunk& chunk = reading.chunks.at({"huge", 0});
    EXPECT_EQ(chunk.value(1).size, value.size());
    EXPECT_TRUE(chunk.value(1).view() == value);
    EXPECT_EQ(chunk.value(2).view(), "after");
}

TEST_F(BrokerTest, ATooLargeRecordIsExplained) {
    const std::string topic = sharedTopic(1, {{"max.message.bytes", "10000"}});
    const auto reports = produceAll(shared(), {record(topic, 0, std::string(50'000, 'x'))});
    ASSERT_EQ(reports.size(), 1u);
    ASSERT_FALSE(reports[0].status);
    EXPECT_NE(reports[0].status.error().message.find("larger than the broker takes"), std::string::npos)
        << reports[0].status.error().message;
}

TEST_F(BrokerTest, ABrokerThatGoesAndComesBackLosesNothing) {
    peers::Broker broker;
    broker.createTopic("t", 2);
    const ClusterSettings settings{broker.bootstrap(), {}};
    const auto produce = [&](int from) {
        std::vector<OutgoingRecord> records;
        for (int i = from; i < from + 100; ++i) records.push_back(record("t", i % 2, std::to_string(i)));
        for (const auto& report : produceAll(settings, records)) EXPECT_TRUE(report.status);
    };
    produce(0);
    Reading reading;
    reading.begin(settings);
    ASSERT_TRUE(reading.consumer->assign({{"t", 0}, {"t", 1}}));
    ASSERT_TRUE(reading.until([&] { return reading.count() == 100; }));

    broker.kill();
    ASSERT_TRUE(reading.until([&] { return reading.saw<ConsumerTrouble>(); }));
    for (const auto& trouble : reading.all<ConsumerTrouble>()) {
        EXPECT_FALSE(trouble.fatal) << trouble.error.message;
        EXPECT_EQ(trouble.error.code, ErrorCode::Unreachable) << trouble.error.message;
    }
    EXPECT_FALSE(reading.saw<ConsumerRecovered>());

    broker.start();
    ASSERT_TRUE(reading.until([&] { return reading.saw<ConsumerRecovered>(); }));
    produce(100);
    ASSERT_TRUE(reading.until([&] { return reading.count() == 200; }));
    for (int p = 0; p < 2; ++p) {
        EXPECT_EQ(reading.chunks.at({"t", p}).runs().size(), 1u);
        EXPECT_EQ(reading.chunks.at({"t", p}).size(), 100u);
    }
    EXPECT_EQ(reading.all<PartitionsAssigned>().size(), 1u);
}

}  // namespace
}  // namespace weir::kafka
