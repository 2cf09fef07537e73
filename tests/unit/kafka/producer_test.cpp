// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/producer.h"

#include "kafka/client.h"
#include "kafka_fixture.h"

#include <set>

namespace weir::kafka {
namespace {

using ProducerTest = EmbeddedKafka;

TEST_F(ProducerTest, ReportsEveryRecordWithItsTokenAndPlace) {
    topic("t", 2);
    std::vector<OutgoingRecord> records;
    for (int i = 0; i < 40; ++i) records.push_back(record("t", i % 2, "v"));
    const auto reports = produceAll(cluster->settings(), records);
    ASSERT_EQ(reports.size(), 40u);
    std::set<std::uint64_t> tokens;
    std::map<std::int32_t, std::int64_t> next;
    for (const auto& report : reports) {
        EXPECT_TRUE(report.status);
        EXPECT_EQ(report.topic, "t");
        EXPECT_EQ(report.offset, next[report.partition]++);
        tokens.insert(report.token);
    }
    EXPECT_EQ(tokens.size(), 40u);
    EXPECT_EQ(*tokens.begin(), 1u);
    EXPECT_EQ(*tokens.rbegin(), 40u);
}

TEST_F(ProducerTest, AKeyAlwaysGoesToTheSamePartition) {
    topic("t", 4);
    std::vector<OutgoingRecord> records;
    for (int i = 0; i < 40; ++i) {
        records.push_back(record("t", -1, "v"));
        records.back().key = "item-" + std::to_string(i % 5);
    }
    const auto reports = produceAll(cluster->settings(), records);
    std::map<std::uint64_t, std::set<std::int32_t>> partitions;
    for (const auto& report : reports) partitions[(report.token - 1) % 5].insert(report.partition);
    ASSERT_EQ(partitions.size(), 5u);
    for (const auto& [key, places] : partitions) EXPECT_EQ(places.size(), 1u);
}

TEST_F(ProducerTest, PutsAKeyWhereTheJavaClientWould) {
    topic("t", 10);
    OutgoingRecord sent = record("t", -1, "v");
    sent.key = "kafka";
    const auto reports = produceAll(cluster->settings(), {sent});
    // murmur2("kafka") & 0x7fffffff = 0xd067cf64 & 0x7fffffff = 1348980580
    EXPECT_EQ(reports.at(0).partition, 0);
}

TEST_F(ProducerTest, AMissingPartitionIsReported) {
    topic("t", 1);
    auto producer = Producer::create(cluster->settings(), {}, {});
    ASSERT_TRUE(producer);
    auto queued = (*producer)->produce(record("t", 7, "v"), 1);
    if (queued) {
        ASSERT_TRUE((*producer)->flush(30'000));
        const auto reports = (*producer)->poll();
        ASSERT_EQ(reports.size(), 1u);
        ASSERT_FALSE(reports[0].status);
        EXPECT_EQ(reports[0].status.error().code, ErrorCode::UnknownTopic);
    } else {
        EXPECT_EQ(queued.error().code, ErrorCode::UnknownTopic);
    }
}

TEST_F(ProducerTest, WakesItsOwner) {
    topic("t", 1);
    WakeUp wake;
    auto producer = Producer::create(cluster->settings(), {}, wake.note());
    ASSERT_TRUE(producer);
    ASSERT_TRUE((*producer)->produce(record("t", 0, "v"), 9));
    std::vector<DeliveryReport> reports;
    for (int i = 0; i < 1000 && reports.empty(); ++i) {
        wake.wait();
        reports = (*producer)->poll();
    }
    ASSERT_EQ(reports.size(), 1u);
    EXPECT_EQ(reports[0].token, 9u);
}

TEST(ProducerErrorTest, FlushSaysWhyNothingIsAcknowledged) {
    auto producer = Producer::create({"127.0.0.1:1", {}}, {}, {});
    ASSERT_TRUE(producer);
    ASSERT_TRUE((*producer)->produce(record("t", 0, "v"), 1));
    const Status flushed = (*producer)->flush(1500);
    ASSERT_FALSE(flushed);
    EXPECT_EQ(flushed.error().code, ErrorCode::Unreachable);
    EXPECT_NE(flushed.error().message.find("127.0.0.1:1 refused the connection"), std::string::npos)
        << flushed.error().message;
}

/// The client throws away what is queued and would say no more than that.
TEST(ProducerErrorTest, WhatAFatalErrorPurgedBearsItsReason) {
    const auto client = makeClient(RD_KAFKA_PRODUCER, {"127.0.0.1:1", {}}, {}, {});
    ASSERT_TRUE(client);
    const MockClusterHandle mock(rd_kafka_mock_cluster_new(client->get(), 1));
    rd_kafka_mock_topic_create(mock.get(), "bids", 1, 1);
    constexpr std::int16_t kInitProducerId = 22;
    rd_kafka_mock_push_request_errors(mock.get(), kInitProducerId, 1,
                                      RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED);
    const auto producer = Producer::create({rd_kafka_mock_cluster_bootstraps(mock.get()), {}}, {}, {});
    ASSERT_TRUE(producer);
    ASSERT_TRUE((*producer)->produce(record("bids", 0, "v"), 1));
    ASSERT_TRUE((*producer)->flush(30'000));
    const auto reports = (*producer)->poll();
    ASSERT_EQ(reports.size(), 1U);
    ASSERT_FALSE(reports[0].status);
    EXPECT_EQ(reports[0].status.error().code, ErrorCode::NotAuthorized) << reports[0].status.error().message;
}

TEST(ProducerErrorTest, AnImpossibleRecordIsRefused) {
    auto producer = Producer::create({"127.0.0.1:1", {{"message.max.bytes", "5000"}}}, {}, {});
    ASSERT_TRUE(producer);
    const auto queued = (*producer)->produce(record("t", 0, std::string(10'000, 'x')), 1);
    ASSERT_FALSE(queued);
    EXPECT_EQ(queued.error().code, ErrorCode::Usage);
    EXPECT_NE(queued.error().message.find("t"), std::string::npos);
}

TEST(ProducerErrorTest, AFullQueueIsNoError) {
    auto producer = Producer::create({"127.0.0.1:1", {{"queue.buffering.max.messages", "3"}}}, {}, {});
    ASSERT_TRUE(producer);
    for (int i = 0; i < 3; ++i) {
        const auto queued = (*producer)->produce(record("t", 0, "v"), 1);
        ASSERT_TRUE(queued);
        EXPECT_TRUE(*queued);
    }
    const auto queued = (*producer)->produce(record("t", 0, "v"), 1);
    ASSERT_TRUE(queued);
    EXPECT_FALSE(*queued);
}

}  // namespace
}  // namespace weir::kafka
