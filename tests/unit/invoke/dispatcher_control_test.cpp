// SPDX-License-Identifier: GPL-3.0-or-later
#include "chunks.h"
#include "dispatcher_fixture.h"

#include <gmock/gmock.h>

namespace weir::invoke::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using weir::test::chunkOf;

class DispatcherControl : public DispatcherFixture {};

TEST_F(DispatcherControl, APausedTriggerStartsNothingAndGoesOnAfterwards) {
    add(spec(1, 0));
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.push(lane, chunkOf({1, 2}), 0);
    dispatcher.advance(0);
    port.take();
    dispatcher.pause(TriggerId{1});
    succeed(1, 1);
    EXPECT_THAT(port.take(), ElementsAre("passed lane 1 to 2"));
    EXPECT_EQ(dispatcher.load(TriggerId{1}).queued, 1);
    EXPECT_TRUE(dispatcher.wants(lane)) << "it reads on until the lane is full";
    dispatcher.resume(TriggerId{1}, 2);
    EXPECT_THAT(port.take(), ElementsAre("batch 2 2-2 size", "call 2 lane 1 2-2 attempt 1"));
}

TEST_F(DispatcherControl, ADrainingTriggerTakesNoMoreAndDoesNotWaitForItsWindow) {
    add(spec(100, 1000 * kMs));
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.push(lane, chunkOf({1, 2}), 0);
    dispatcher.advance(0);
    EXPECT_THAT(port.take(), IsEmpty());
    dispatcher.drain(TriggerId{1}, 1);
    EXPECT_FALSE(dispatcher.wants(lane));
    EXPECT_THAT(port.take(), ElementsAre("batch 1 1-2 end", "call 1 lane 1 1-2 attempt 1"));
    EXPECT_EQ(dispatcher.load(TriggerId{1}).in_flight, 1);
    succeed(1, 2);
    EXPECT_EQ(dispatcher.load(TriggerId{1}).batches, 0);
    dispatcher.resume(TriggerId{1}, 3);
    EXPECT_TRUE(dispatcher.wants(lane));
}

TEST_F(DispatcherControl, DrainingEndsAPause) {
    add(spec(1, 0));
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.pause(TriggerId{1});
    dispatcher.push(lane, chunkOf({1}), 0);
    dispatcher.advance(0);
    EXPECT_THAT(port.take(), IsEmpty());
    dispatcher.drain(TriggerId{1}, 1);
    EXPECT_THAT(port.take(), ElementsAre("batch 1 1-1 size", "call 1 lane 1 1-1 attempt 1"));
}

TEST_F(DispatcherControl, AStoppedTriggerForgetsWhatIsQueuedAndPassesWhatRuns) {
    add(spec(1, 0));
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.push(lane, chunkOf({1, 2}), 0);
    dispatcher.advance(0);
    port.take();
    dispatcher.stop(TriggerId{1});
    succeed(1, 1);
    dispatcher.resume(TriggerId{1}, 2);
    EXPECT_THAT(port.take(), ElementsAre("passed lane 1 to 2"));
    EXPECT_FALSE(dispatcher.wants(lane));
    EXPECT_EQ(dispatcher.pending(), 0);
}

TEST_F(DispatcherControl, MoreConcurrencyIsUsedAtOnceAndLessLetsRunningCallsBe) {
    flow::TriggerSpec s = spec(1, 0);
    s.order = flow::Order::None;
    add(s, 1);
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.push(lane, chunkOf({1, 2, 3, 4, 5, 6}), 0);
    dispatcher.advance(0);
    EXPECT_EQ(dispatcher.inFlight(), 1);
    dispatcher.setConcurrency(FunctionId{1}, 3, 1);
    EXPECT_EQ(dispatcher.inFlight(), 3);
    dispatcher.setConcurrency(FunctionId{1}, 1, 2);
    succeed(1, 3);
    succeed(2, 3);
    EXPECT_EQ(dispatcher.inFlight(), 1);
    succeed(3, 4);
    EXPECT_EQ(dispatcher.inFlight(), 1);
}

TEST_F(DispatcherControl, MoreConcurrencyDoesNotLiftAThrottle) {
    add(spec(1, 0), 4);
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.push(lane, chunkOf({1}), 0);
    dispatcher.advance(0);
    dispatcher.ended(InvocationId{1}, 1);
    dispatcher.failed(InvocationId{1}, {.why = "busy", .throttled = true}, 1);
    port.take();
    dispatcher.setConcurrency(FunctionId{1}, 8, 2);
    EXPECT_THAT(port.take(), IsEmpty());
}

TEST_F(DispatcherControl, ABatchSizeHoldsFromTheNextBatchOn) {
    add(spec(1, 1000 * kMs));
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.push(lane, chunkOf({1, 2, 3, 4}), 0);
    dispatcher.advance(0);
    port.take();
    dispatcher.setBatchSize(TriggerId{1}, 3, 1);
    succeed(1, 2);
    EXPECT_THAT(port.take(),
                ElementsAre("passed lane 1 to 2", "batch 2 2-4 size", "call 2 lane 1 2-4 attempt 1"));
}

}  // namespace
}  // namespace weir::invoke::test
