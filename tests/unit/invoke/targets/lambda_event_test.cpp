// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/lambda_event.h"

#include "batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <string>

namespace weir::invoke {
namespace {

using testing::ElementsAre;

const EventSource kSource{"SelfManagedKafka", "a:9092,b:9092"};

TEST(LambdaEvent, IsExactlyWhatLambdaSends) {
    auto chunk = std::make_shared<RecordChunk>(TopicId{1}, 3);
    const std::array headers{Header{"trace\"id", bytes("a\x7F\x80\xFF")}, Header{"none", {}}};
    chunk->add(7, timestampFromMs(1'700'000'000'123), TimestampType::Create, bytes("item-3"),
               bytes("{\"bid\":1}"), headers);
    chunk->add(9, timestampFromMs(1'700'000'000'456), TimestampType::LogAppend, {}, {}, {});
    chunk->add(10, kNoTimestamp, TimestampType::None, bytes(""), bytes(std::string_view("\0\xFF", 2)), {});
    EXPECT_EQ(
        lambdaEvent(kSource, makeBatch({{chunk, 0, 3}}), topicName),
        R"({"eventSource":"SelfManagedKafka","bootstrapServers":"a:9092,b:9092","records":{"bids-3":[)"
        R"({"topic":"bids","partition":3,"offset":7,"timestamp":1700000000123,"timestampType":"CREATE_TIME",)"
        R"("key":"aXRlbS0z","value":"eyJiaWQiOjF9","headers":[{"trace\"id":[97,127,-128,-1]},{"none":[]}]},)"
        R"({"topic":"bids","partition":3,"offset":9,"timestamp":1700000000456,"timestampType":"LOG_APPEND_TIME",)"
        R"("key":null,"value":null,"headers":[]},)"
        R"({"topic":"bids","partition":3,"offset":10,"timestamp":-1,"timestampType":"NO_TIMESTAMP_TYPE",)"
        R"("key":"","value":"AP8=","headers":[]}]}})");
}

TEST(LambdaEvent, NamesAClusterForMsk) {
    const auto event = nlohmann::json::parse(lambdaEvent({"aws:kafka", "a:9092"}, makeBatch(1), topicName));
    EXPECT_EQ(event["eventSource"], "aws:kafka");
    EXPECT_TRUE(event["eventSourceArn"].get<std::string>().starts_with("arn:aws:kafka:"));
}

TEST(LambdaEvent, GroupsSlicesByPartitionInTheOrderOfTheirFirstRecord) {
    const ChunkPtr later = makeChunk(TopicId{2}, 0, 50, 4);
    const Batch batch = makeBatch({
        {makeChunk(TopicId{1}, 1, 10, 2), 0, 2},
        {later, 1, 2},
        {makeChunk(TopicId{1}, 1, 12, 1), 0, 1},
        {later, 3, 1},
    });
    const auto records = nlohmann::ordered_json::parse(lambdaEvent(kSource, batch, topicName))["records"];
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records.begin().key(), "bids-1");
    std::vector<int> bids;
    for (const auto& record : records["bids-1"]) bids.push_back(record["offset"]);
    EXPECT_THAT(bids, ElementsAre(10, 11, 12));
    std::vector<int> items;
    for (const auto& record : records["items-0"]) items.push_back(record["offset"]);
    EXPECT_THAT(items, ElementsAre(51, 52, 53));
    EXPECT_THAT(eventOrder(batch), ElementsAre(0, 1, 4, 2, 3, 5));
}

TEST(LambdaEvent, RecordSizesAddUpToTheEvent) {
    auto chunk = std::make_shared<RecordChunk>(TopicId{1}, 12);
    const std::array headers{Header{"ce_\"x", bytes("\xFF\x80 1")}, Header{"e", bytes("")}};
    chunk->add(1, timestampFromMs(5), TimestampType::Create, bytes("k"), bytes("vv"), headers);
    chunk->add(1'000'000, timestampFromMs(1'700'000'000'000), TimestampType::LogAppend, {}, bytes("vvv"), {});
    chunk->add(2'000'000, kNoTimestamp, TimestampType::None, bytes("kkk"), {}, {});
    std::size_t sizes = 0;
    for (std::uint32_t i = 0; i < chunk->size(); ++i) sizes += lambdaRecordSize(*chunk, i, "bids");
    const Batch batch = makeBatch({{chunk, 0, 3}});
    const std::size_t frame =
        std::string(R"({"eventSource":"SelfManagedKafka","bootstrapServers":"a:9092,b:9092",)"
                    R"("records":{"bids-12":[]}})")
            .size();
    EXPECT_EQ(frame + sizes, lambdaEvent(kSource, batch, topicName).size() + 1);  // no comma after the last
}

TEST(LambdaEvent, HeaderNamesThatAreNoTextDoNotBreakTheJson) {
    auto chunk = std::make_shared<RecordChunk>(TopicId{1}, 0);
    const std::array headers{Header{"\xFFname", bytes("x")}};
    chunk->add(1, timestampFromMs(5), TimestampType::Create, {}, {}, headers);
    const auto event = nlohmann::json::parse(lambdaEvent(kSource, makeBatch({{chunk, 0, 1}}), topicName));
    EXPECT_TRUE(event["records"]["bids-0"][0]["headers"][0].contains("\uFFFDname"));
}

}  // namespace
}  // namespace weir::invoke
