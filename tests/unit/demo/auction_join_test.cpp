// SPDX-License-Identifier: GPL-3.0-or-later
#include "demo/auction_join.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weir::demo {
namespace {

using testing::HasSubstr;

/// A batch of events with their record timestamps.
invoke::Batch batchOf(const std::vector<std::pair<std::int64_t, std::string>>& events) {
    auto chunk = std::make_shared<RecordChunk>(TopicId{1}, 0);
    std::int64_t offset = 0;
    for (const auto& [at, value] : events) {
        chunk->add(offset++, timestampFromMs(at), TimestampType::Create, {}, {value.data(), value.size()},
                   {});
    }
    invoke::Batch batch;
    batch.count = chunk->size();
    batch.slices.push_back({std::move(chunk), 0, batch.count});
    return batch;
}

constexpr const char* kItem = R"({"item":"i1","title":"Teapot","seller":"s","reserve":100,"closes_ms":5000})";

TEST(AuctionJoin, ClosesAnAuctionWithItsHighestBid) {
    AuctionJoin join(500);
    EXPECT_TRUE(join(batchOf({{1000, kItem},
                              {2000, R"({"item":"i1","bid":"b1","bidder":"x","amount":120})"},
                              {3000, R"({"item":"i1","bid":"b2","bidder":"y","amount":150})"},
                              {4000, R"({"item":"i1","bid":"b3","bidder":"x","amount":140})"}}))
                    .records.empty());
    const invoke::Answer answer = join(batchOf({{5499, "{}"}, {5500, "{}"}}));
    ASSERT_EQ(answer.records.size(), 1u);
    const invoke::AnsweredRecord& record = answer.records.front();
    EXPECT_EQ(record.key, "i1");
    EXPECT_EQ(record.cause, 1u);
    EXPECT_THAT(*record.value, HasSubstr(R"("winner":"y")"));
    EXPECT_THAT(*record.value, HasSubstr(R"("bids":3)"));
    EXPECT_THAT(*record.value, HasSubstr(R"("bidders":["x","y"])"));
    EXPECT_THAT(*record.value, HasSubstr(R"("sold":true)"));
    EXPECT_EQ(join.open(), 0u);
}

TEST(AuctionJoin, WaitsForTheGrace) {
    AuctionJoin join(500);
    EXPECT_TRUE(join(batchOf({{1000, kItem}, {5499, "{}"}})).records.empty());
}

TEST(AuctionJoin, ABidMayComeBeforeItsItem) {
    AuctionJoin join(0);
    EXPECT_TRUE(
        join(batchOf({{9000, R"({"item":"i1","bid":"b1","bidder":"x","amount":120})"}})).records.empty());
    const invoke::Answer answer = join(batchOf({{1000, kItem}}));
    ASSERT_EQ(answer.records.size(), 1u);
    EXPECT_THAT(*answer.records.front().value, HasSubstr(R"("winner":"x")"));
}

TEST(AuctionJoin, BelowTheReserveNothingIsSold) {
    AuctionJoin join(0);
    const invoke::Answer answer =
        join(batchOf({{1000, kItem}, {6000, R"({"item":"i1","bid":"b1","bidder":"x","amount":99})"}}));
    ASSERT_EQ(answer.records.size(), 1u);
    EXPECT_THAT(*answer.records.front().value, HasSubstr(R"("sold":false)"));
}

TEST(AuctionJoin, WhatIsNotOursIsLeftAlone) {
    AuctionJoin join;
    EXPECT_TRUE(
        join(batchOf({{1, "not json"}, {2, "[1,2]"}, {3, R"({"item":5})"}, {4, ""}})).records.empty());
    EXPECT_EQ(join.open(), 0u);
}

}  // namespace
}  // namespace weir::demo
