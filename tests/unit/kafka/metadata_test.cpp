// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/metadata.h"

#include "kafka/client.h"
#include "kafka_fixture.h"

namespace weir::kafka {
namespace {

using MetadataTest = EmbeddedKafka;

TEST_F(MetadataTest, ListsTopicsWithTheirWatermarks) {
    topic("b", 2);
    topic("a", 1);
    produceAll(cluster->settings(), {record("b", 1, "x"), record("b", 1, "y"), record("b", 1, "z")});
    const auto info = describeCluster(cluster->settings(), {}, true, 10'000);
    ASSERT_TRUE(info) << info.error().message;
    EXPECT_EQ(info->brokers.size(), 1u);
    ASSERT_EQ(info->topics.size(), 2u);
    EXPECT_EQ(info->topics[0].name, "a");
    EXPECT_EQ(info->topics[1].name, "b");
    ASSERT_EQ(info->topics[1].partitions.size(), 2u);
    EXPECT_EQ(info->topics[1].partitions[0].high, 0);
    EXPECT_EQ(info->topics[1].partitions[1].low, 0);
    EXPECT_EQ(info->topics[1].partitions[1].high, 3);
    EXPECT_FALSE(info->topics[1].internal);
}

TEST(MetadataErrorTest, AnUnknownTopicIsNamed) {
    // The mock makes topics that somebody asks for, unless it is told to deny one.
    const auto client = makeClient(RD_KAFKA_PRODUCER, {"127.0.0.1:1", {}}, {}, {});
    ASSERT_TRUE(client);
    const MockClusterHandle mock(rd_kafka_mock_cluster_new(client->get(), 1));
    rd_kafka_mock_topic_create(mock.get(), "bids", 2, 1);
    rd_kafka_mock_topic_set_error(mock.get(), "bidz", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    const ClusterSettings settings{rd_kafka_mock_cluster_bootstraps(mock.get()), {}};

    const auto known = describeCluster(settings, {"bids"}, false, 10'000);
    ASSERT_TRUE(known) << known.error().message;
    EXPECT_EQ(known->topics.size(), 1u);
    const auto info = describeCluster(settings, {"bids", "bidz"}, false, 10'000);
    ASSERT_FALSE(info);
    EXPECT_EQ(info.error().code, ErrorCode::UnknownTopic);
    EXPECT_EQ(info.error().message, "Topic bidz does not exist on this cluster");
    EXPECT_FALSE(info.error().hint.empty());
}

TEST(MetadataErrorTest, SaysWhichBrokerRefused) {
    const auto info = describeCluster({"127.0.0.1:1", {}}, {}, false, 5000);
    ASSERT_FALSE(info);
    EXPECT_EQ(info.error().code, ErrorCode::Unreachable);
    EXPECT_EQ(info.error().message, "127.0.0.1:1 refused the connection");
}

TEST(MetadataErrorTest, SaysWhichNameCannotBeFound) {
    const auto info = describeCluster({"no-such-host.invalid:9092", {}}, {}, false, 20'000);
    ASSERT_FALSE(info);
    EXPECT_EQ(info.error().code, ErrorCode::DnsFailed) << info.error().message;
    EXPECT_NE(info.error().message.find("no-such-host.invalid:9092"), std::string::npos)
        << info.error().message;
}

TEST(MetadataErrorTest, NoBrokersIsAnError) {
    const auto info = describeCluster({}, {}, false, 1000);
    ASSERT_FALSE(info);
    EXPECT_EQ(info.error().code, ErrorCode::Usage);
}

}  // namespace
}  // namespace weir::kafka
