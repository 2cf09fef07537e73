// SPDX-License-Identifier: GPL-3.0-or-later
// Calls that are held before they are made.
#include "unit/invoke/chunks.h"
#include "unit/invoke/dispatcher_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir::invoke {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using weir::test::chunkOf;

class DispatcherGateTest : public test::DispatcherFixture {
  protected:
    LaneId open(flow::Order order, int concurrency = 10) {
        flow::TriggerSpec s = spec(2, 500 * test::kMs);
        s.order = order;
        s.retries = 1;
        s.on_exhausted = flow::OnExhausted::Discard;
        add(s, concurrency);
        dispatcher.hold(true, 0);
        return dispatcher.openLane(TriggerId{1}, TopicId{1}, 0);
    }
    static std::string value(const Batch& batch, std::uint32_t position) {
        const Place place = placeOf(batch, position);
        return std::string(place.chunk->value(place.index).view());
    }
};

TEST_F(DispatcherGateTest, NothingStartsBeforeItIsSent) {
    const LaneId lane = open(flow::Order::Partition);
    dispatcher.push(lane, chunkOf({0, 1, 2, 3}), 0);
    dispatcher.advance(0);
    EXPECT_THAT(port.take(), ElementsAre("batch 1 0-1 size", "held 0-1 attempt 1"));
    EXPECT_EQ(dispatcher.inFlight(), 0);
    dispatcher.advance(1000 * test::kMs);
    EXPECT_THAT(port.take(), IsEmpty());
    EXPECT_EQ(dispatcher.send(port.held.back(), {}, 0), InvocationId{1});
    EXPECT_FALSE(dispatcher.send(port.held.back(), {}, 0)) << "it is sent already";
    EXPECT_THAT(port.take(), ElementsAre("call 1 lane 1 0-1 attempt 1"));
    succeed(1, 0);
    EXPECT_THAT(port.take(), ElementsAre("passed lane 1 to 2", "batch 2 2-3 size", "held 2-3 attempt 1"));
}

TEST_F(DispatcherGateTest, CallsAreNumberedInTheOrderInWhichTheyAreSent) {
    const LaneId lane = open(flow::Order::None, 2);
    dispatcher.push(lane, chunkOf({0, 1, 2, 3, 4, 5}), 0);
    dispatcher.advance(0);
    EXPECT_THAT(port.take(), ElementsAre("batch 1 0-1 size", "held 0-1 attempt 1", "batch 2 2-3 size",
                                         "held 2-3 attempt 1"))
        << "as many are held as may run";
    (void)dispatcher.send(port.held.at(1), {}, 0);
    EXPECT_THAT(port.take(), ElementsAre("call 1 lane 1 2-3 attempt 1"));
    succeed(1, 0);
    EXPECT_THAT(port.take(), ElementsAre("batch 3 4-5 size", "held 4-5 attempt 1"));
}

TEST_F(DispatcherGateTest, AnEditedValueIsSentAndKeptForTheNextAttempt) {
    const LaneId lane = open(flow::Order::Partition);
    dispatcher.push(lane, chunkOf({7, 8}, 5, 3), 0);
    dispatcher.advance(0);
    const std::vector<ValueEdit> edits{{1, "new"}, {9, "nobody"}};
    (void)dispatcher.send(port.held.back(), edits, 0);
    ASSERT_EQ(port.batches.size(), 1U);
    const Batch& sent = *port.batches.back();
    EXPECT_EQ(value(sent, 0), "vvvvvvvvvv");
    EXPECT_EQ(value(sent, 1), "new");
    EXPECT_EQ(sent.bytes, 13U);
    EXPECT_THAT(runsOf(sent), ElementsAre(testing::Field(&facts::EventRun::first_event, EventId{3})));
    EXPECT_EQ(sent.slices.front().chunk->received(), 5);
    port.take();
    breakDown(1, 0);
    dispatcher.advance(3600 * kSecond);
    EXPECT_THAT(port.take(), ElementsAre("retry 1 error", "held 7-8 attempt 2"));
    EXPECT_EQ(value(*dispatcher.heldBatch(port.held.back()), 1), "new");
    const std::vector<ValueEdit> none{{1, std::nullopt}};
    (void)dispatcher.send(port.held.back(), none, 0);
    const Place place = placeOf(*port.batches.back(), 1);
    EXPECT_TRUE(place.chunk->value(place.index).isNull());
    succeed(2, 0);
    EXPECT_EQ(port.take().back(), "passed lane 1 to 9");
    EXPECT_EQ(dispatcher.pending(), 0);
}

TEST_F(DispatcherGateTest, WhatIsPassedOverIsSkippedAndTheNextIsHeld) {
    const LaneId lane = open(flow::Order::Partition, 1);
    dispatcher.push(lane, chunkOf({0, 1, 2, 3}), 0);
    dispatcher.advance(0);
    port.take();
    dispatcher.passOver(port.held.back(), 0);
    EXPECT_THAT(port.take(), ElementsAre("skip 0-1 discarded", "passed lane 1 to 2", "batch 2 2-3 size",
                                         "held 2-3 attempt 1"));
    EXPECT_EQ(dispatcher.pending(), 2);
}

TEST_F(DispatcherGateTest, GoingOnSendsWhatIsHeldAndHoldsNoMore) {
    const LaneId lane = open(flow::Order::None, 2);
    dispatcher.push(lane, chunkOf({0, 1, 2, 3, 4, 5}), 0);
    dispatcher.advance(0);
    port.take();
    dispatcher.hold(false, 0);
    EXPECT_THAT(port.take(), ElementsAre("call 1 lane 1 0-1 attempt 1", "call 2 lane 1 2-3 attempt 1"));
    succeed(1, 0);
    EXPECT_THAT(port.take(),
                ElementsAre("passed lane 1 to 2", "batch 3 4-5 size", "call 3 lane 1 4-5 attempt 1"));
}

TEST_F(DispatcherGateTest, APartitionThatIsTakenAwayLeavesNothingHeld) {
    const LaneId lane = open(flow::Order::Partition, 1);
    dispatcher.push(lane, chunkOf({0, 1}), 0);
    dispatcher.advance(0);
    port.take();
    dispatcher.closeLane(lane);
    EXPECT_FALSE(dispatcher.send(port.held.back(), {}, 0));
    EXPECT_EQ(dispatcher.pending(), 0);
    const LaneId next = dispatcher.openLane(TriggerId{1}, TopicId{1}, 0);
    dispatcher.push(next, chunkOf({0, 1}), 0);
    dispatcher.advance(0);
    EXPECT_THAT(port.take(), ElementsAre("batch 2 0-1 size", "held 0-1 attempt 1"));
}

}  // namespace
}  // namespace weir::invoke
