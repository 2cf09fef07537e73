// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/recorded_batches.h"

#include "unit/invoke/chunks.h"
#include "unit/invoke/dispatcher_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weir::invoke {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using weir::test::chunkOf;

using Runs = std::vector<RecordedBatches::Run>;

std::shared_ptr<const RecordedBatches> batches(const std::vector<Runs>& all) {
    auto made = std::make_shared<RecordedBatches>();
    for (const Runs& runs : all) {
        made->runs.insert(made->runs.end(), runs.begin(), runs.end());
        made->batches.push_back({made->runs.size(), facts::ClosedBy::Window});
    }
    return made;
}

std::shared_ptr<RecordChunk> keyed(std::int64_t first, const std::vector<std::string>& keys) {
    auto chunk = std::make_shared<RecordChunk>(TopicId{1}, 0);
    for (const std::string& key : keys) {
        chunk->add(first + static_cast<std::int64_t>(chunk->size()), 0, TimestampType::Create,
                   {key.data(), key.size()}, {"v", 1}, {});
    }
    chunk->setFirstEvent(EventId{first + 1});
    return chunk;
}

class RecordedBatchesTest : public test::DispatcherFixture {
  protected:
    LaneId open(flow::Order order, const std::vector<Runs>& all, LaneLimits limits = {}) {
        flow::TriggerSpec s = spec(2, 500 * test::kMs);
        s.order = order;
        add(s, 10, limits);
        return dispatcher.openLane(TriggerId{1}, TopicId{1}, 0, batches(all));
    }
    void succeed(std::int64_t call) { DispatcherFixture::succeed(call, 0); }
};

TEST_F(RecordedBatchesTest, ComeAsTheyWereWithoutAWindowOneAfterTheOther) {
    const LaneId lane = open(flow::Order::Partition, {{{0, 2}}, {{3, 3}}, {{4, 4}}});
    dispatcher.push(lane, chunkOf({0, 1}), 0);
    dispatcher.advance(0);
    EXPECT_THAT(port.take(), IsEmpty()) << "the batch is not complete";
    dispatcher.push(lane, chunkOf({2, 3, 4}, 0, 3), 0);
    dispatcher.advance(0);
    EXPECT_THAT(port.take(), ElementsAre("batch 1 0-2 window", "call 1 lane 1 0-2 attempt 1"));
    succeed(1);
    EXPECT_THAT(port.take(),
                ElementsAre("passed lane 1 to 3", "batch 2 3-3 window", "call 2 lane 1 3-3 attempt 1"));
    succeed(2);
    succeed(3);
    EXPECT_EQ(dispatcher.pending(), 0);
    EXPECT_EQ(dispatcher.queued(), 0);
}

TEST_F(RecordedBatchesTest, ComeInTheOrderOfTheCallsNotOfTheOffsets) {
    const LaneId lane = open(flow::Order::None, {{{4, 5}, {1, 1}}, {{0, 0}, {2, 3}}});
    dispatcher.push(lane, chunkOf({0, 1, 2, 3, 4}), 0);
    dispatcher.advance(0);
    EXPECT_THAT(port.take(), IsEmpty());
    dispatcher.push(lane, chunkOf({5}, 0, 6), 0);
    dispatcher.advance(0);
    EXPECT_THAT(port.take(), ElementsAre("batch 1 4-5,1-1 window", "call 1 lane 1 4-5,1-1 attempt 1",
                                         "batch 2 0-0,2-3 window", "call 2 lane 1 0-0,2-3 attempt 1"));
    succeed(2);
    succeed(1);
    EXPECT_EQ(port.take().back(), "passed lane 1 to 6");
}

TEST_F(RecordedBatchesTest, ALaneThatIsFullIsReadOnForTheNextBatch) {
    const LaneId lane = open(flow::Order::Partition, {{{3, 3}}, {{0, 2}}}, {2, 1 << 20});
    dispatcher.push(lane, chunkOf({0, 1, 2}), 0);
    EXPECT_TRUE(dispatcher.wants(lane));
    dispatcher.push(lane, chunkOf({3}, 0, 4), 0);
    EXPECT_FALSE(dispatcher.wants(lane));
    dispatcher.advance(0);
    EXPECT_THAT(port.take(), ElementsAre("batch 1 3-3 window", "call 1 lane 1 3-3 attempt 1"));
}

TEST_F(RecordedBatchesTest, WhatWasPassedOverIsNotWaitedFor) {
    const LaneId lane = open(flow::Order::Partition, {{{0, 1}}, {{2, 3}}, {{4, 4}}});
    dispatcher.push(lane, chunkOf({3, 4}), 0);
    dispatcher.advance(0);
    EXPECT_THAT(port.take(), ElementsAre("batch 1 3-3 window", "call 1 lane 1 3-3 attempt 1"));
}

TEST_F(RecordedBatchesTest, KeysStayInOrderWhereTheTriggerPromisesIt) {
    const LaneId lane = open(flow::Order::Key, {{{0, 1}}, {{2, 2}}, {{3, 3}}});
    dispatcher.push(lane, keyed(0, {"a", "b", "c", "a"}), 0);
    dispatcher.advance(0);
    EXPECT_THAT(port.take(), ElementsAre("batch 1 0-1 window", "call 1 lane 1 0-1 attempt 1",
                                         "batch 2 2-2 window", "call 2 lane 1 2-2 attempt 1"));
    succeed(2);
    EXPECT_THAT(port.take(), IsEmpty());
    succeed(1);
    EXPECT_THAT(port.take(),
                ElementsAre("passed lane 1 to 3", "batch 3 3-3 window", "call 3 lane 1 3-3 attempt 1"));
}

}  // namespace
}  // namespace weir::invoke
