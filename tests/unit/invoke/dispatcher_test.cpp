// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/dispatcher.h"

#include "invoke/backoff.h"
#include "invoke/batch_runs.h"
#include "unit/invoke/chunks.h"
#include "unit/invoke/dispatcher_fixture.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace weir::invoke {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using weir::test::chunkOf;

using DispatcherTest = test::DispatcherFixture;
using test::kMs;

TEST_F(DispatcherTest, AFullBatchStartsAtOnce) {
    add(spec(3, 500 * kMs));
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.push(lane, chunkOf({10, 11, 12, 13}), 0);
    dispatcher.advance(0);
    EXPECT_THAT(port.take(), ElementsAre("batch 1 10-12 size", "call 1 lane 1 10-12 attempt 1"));
    EXPECT_EQ(dispatcher.queued(), 1);
    EXPECT_EQ(dispatcher.pending(), 4);
}

TEST_F(DispatcherTest, APartialBatchWaitsForItsWindow) {
    add(spec(100, 500 * kMs));
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.push(lane, chunkOf({5}, 100 * kMs), 100 * kMs);
    dispatcher.advance(100 * kMs);
    EXPECT_EQ(dispatcher.deadline(), 600 * kMs);
    dispatcher.push(lane, chunkOf({6}, 300 * kMs, 2), 300 * kMs);
    dispatcher.advance(599 * kMs);
    EXPECT_THAT(port.take(), IsEmpty());
    dispatcher.advance(600 * kMs);
    EXPECT_THAT(port.take(), ElementsAre("batch 1 5-6 window", "call 1 lane 1 5-6 attempt 1"));
}

TEST_F(DispatcherTest, BatchesCloseByBytes) {
    flow::TriggerSpec s = spec(100, 500 * kMs);
    s.batch_bytes = 25;
    add(s);
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.push(lane, chunkOf({1, 2, 3, 4}), 0);
    dispatcher.advance(0);
    EXPECT_THAT(port.take(), ElementsAre("batch 1 1-2 bytes", "call 1 lane 1 1-2 attempt 1"));
}

TEST_F(DispatcherTest, ARecordOverTheByteLimitGoesAlone) {
    flow::TriggerSpec s = spec(100, 0);
    s.batch_bytes = 25;
    add(s);
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.push(lane, chunkOf({1}, 0, 1, 10), 0);
    dispatcher.push(lane, chunkOf({2}, 0, 2, 1000), 0);
    dispatcher.push(lane, chunkOf({3}, 0, 3, 10), 0);
    dispatcher.advance(0);
    succeed(1, 1);
    succeed(2, 2);
    EXPECT_THAT(port.take(),
                ElementsAre("batch 1 1-1 bytes", "call 1 lane 1 1-1 attempt 1", "passed lane 1 to 2",
                            "batch 2 2-2 bytes", "call 2 lane 1 2-2 attempt 1", "passed lane 1 to 3",
                            "batch 3 3-3 window", "call 3 lane 1 3-3 attempt 1"));
}

TEST_F(DispatcherTest, APartitionHasOneCallInFlight) {
    add(spec(2, 0));
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.push(lane, chunkOf({1, 2, 3, 4}), 0);
    dispatcher.advance(0);
    EXPECT_THAT(port.take(), ElementsAre("batch 1 1-2 size", "call 1 lane 1 1-2 attempt 1"));
    dispatcher.advance(1000 * kMs);
    EXPECT_THAT(port.take(), IsEmpty());
    dispatcher.ended(InvocationId{1}, 5);
    EXPECT_THAT(port.take(), IsEmpty()) << "its outputs are not written yet";
    dispatcher.succeeded(InvocationId{1}, 6);
    EXPECT_THAT(port.take(),
                ElementsAre("passed lane 1 to 3", "batch 2 3-4 size", "call 2 lane 1 3-4 attempt 1"));
}

TEST_F(DispatcherTest, ASlowPartitionHoldsOnlyItself) {
    add(spec(1, 0));
    const LaneId slow = dispatcher.openLane(TriggerId{1});
    const LaneId quick = dispatcher.openLane(TriggerId{1});
    dispatcher.push(slow, chunkOf({1, 2}), 0);
    dispatcher.push(quick, chunkOf({1, 2}, 0, 3, 10, 1), 0);
    dispatcher.advance(0);
    port.take();
    succeed(2, 1);
    EXPECT_THAT(port.take(),
                ElementsAre("passed lane 2 to 2", "batch 3 2-2 size", "call 3 lane 2 2-2 attempt 1"));
}

TEST_F(DispatcherTest, ConcurrencyIsSharedInTheOrderOfReadiness) {
    add(spec(1, 0), 1);
    const LaneId a = dispatcher.openLane(TriggerId{1});
    const LaneId b = dispatcher.openLane(TriggerId{1});
    dispatcher.push(a, chunkOf({1, 2}), 0);
    dispatcher.push(b, chunkOf({1}, 0, 3, 10, 1), 0);
    dispatcher.advance(0);
    succeed(1, 1);
    succeed(2, 2);
    EXPECT_THAT(port.take(),
                ElementsAre("batch 1 1-1 size", "call 1 lane 1 1-1 attempt 1", "batch 2 1-1 size",
                            "call 2 lane 2 1-1 attempt 1", "passed lane 1 to 2", "batch 3 2-2 size",
                            "call 3 lane 1 2-2 attempt 1", "passed lane 2 to 2"));
}

TEST_F(DispatcherTest, AFailedBatchIsRetriedWholeBeforeAnythingLater) {
    flow::TriggerSpec s = spec(2, 0);
    s.retries = 1;
    s.on_exhausted = flow::OnExhausted::Discard;
    add(s);
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.push(lane, chunkOf({1, 2, 3}), 0);
    dispatcher.advance(0);
    port.take();
    breakDown(1, 10 * kMs);
    EXPECT_THAT(port.take(), ElementsAre("retry 1 error"));
    const TimeNs due = *dispatcher.deadline();
    EXPECT_GT(due, 10 * kMs);
    dispatcher.advance(due - 1);
    EXPECT_THAT(port.take(), IsEmpty());
    dispatcher.advance(due);
    EXPECT_THAT(port.take(), ElementsAre("call 2 lane 1 1-2 attempt 2"));
    breakDown(2, due + 1);
    EXPECT_THAT(port.take(), ElementsAre("skip 1-2 discarded", "passed lane 1 to 3", "batch 2 3-3 window",
                                         "call 3 lane 1 3-3 attempt 1"));
}

TEST_F(DispatcherTest, AnExhaustedTriggerStopsAndPassesNothing) {
    flow::TriggerSpec s = spec(1, 0);
    s.retries = 0;
    add(s);
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.push(lane, chunkOf({1, 2}), 0);
    dispatcher.advance(0);
    port.take();
    breakDown(1, 1);
    dispatcher.advance(1000 * kSecond);
    EXPECT_THAT(port.take(), ElementsAre("stop 1 error"));
    EXPECT_FALSE(dispatcher.wants(lane));
    EXPECT_EQ(dispatcher.pending(), 0);
}

TEST_F(DispatcherTest, ALaneThatIsFullIsNotRead) {
    add(spec(2, 1000 * kMs), 1, LaneLimits{4, 1 << 20});
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    EXPECT_TRUE(dispatcher.wants(lane));
    dispatcher.push(lane, chunkOf({1, 2, 3, 4}), 0);
    EXPECT_FALSE(dispatcher.wants(lane));
    dispatcher.advance(0);
    EXPECT_TRUE(dispatcher.wants(lane)) << "a batch was taken out";
}

/// A thousand partitions behind a function that stands still must fit into the machine.
TEST_F(DispatcherTest, ManyLanesHoldLessEachAndCloseTheirBatchesEarlier) {
    add(spec(100, 1000 * kMs), 1);
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.limitLanes(64 << 10);
    dispatcher.push(lane, chunkOf({1, 2}, 0, 1, 20'000), 0);
    EXPECT_TRUE(dispatcher.wants(lane));
    dispatcher.advance(0);
    EXPECT_THAT(port.take(), IsEmpty()) << "the window is open";
    dispatcher.push(lane, chunkOf({3, 4}, 0, 3, 20'000), 0);
    EXPECT_FALSE(dispatcher.wants(lane));
    dispatcher.advance(0);
    EXPECT_THAT(port.take(), testing::Contains(testing::HasSubstr("bytes")));
    EXPECT_TRUE(dispatcher.wants(lane));
    dispatcher.limitLanes(8 << 20);
    dispatcher.push(lane, chunkOf({5, 6, 7, 8}, 0, 5, 20'000), 0);
    EXPECT_TRUE(dispatcher.wants(lane)) << "there is room again when others have gone";
}

TEST_F(DispatcherTest, ABatchIsAsLargeAsItMayBeAsLongAsTheLanesFit) {
    flow::TriggerSpec large = spec(100, 1000 * kMs);
    large.batch_bytes = 100'000;
    add(large, 1, LaneLimits{2'000, 32 << 10});
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.limitLanes(1 << 20);
    dispatcher.push(lane, chunkOf({1, 2, 3, 4}, 0, 1, 20'000), 0);
    EXPECT_TRUE(dispatcher.wants(lane)) << "a batch takes more than a lane holds otherwise";
    dispatcher.advance(0);
    EXPECT_THAT(port.take(), IsEmpty());
    dispatcher.push(lane, chunkOf({5, 6}, 0, 5, 20'000), 0);
    dispatcher.advance(0);
    EXPECT_THAT(port.take(), testing::Contains(testing::HasSubstr("bytes")));
}

TEST_F(DispatcherTest, ACallThatOutlivesItsAssignmentPassesNothing) {
    add(spec(1, 0));
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.push(lane, chunkOf({1, 2}), 0);
    dispatcher.advance(0);
    port.take();
    dispatcher.closeLane(lane);
    EXPECT_FALSE(dispatcher.current(InvocationId{1}));
    succeed(1, 5);
    dispatcher.advance(1000 * kMs);
    EXPECT_THAT(port.take(), IsEmpty());
    EXPECT_EQ(dispatcher.pending(), 0);
    EXPECT_EQ(dispatcher.queued(), 0);
}

TEST_F(DispatcherTest, ADrainingLaneFinishesItsCallAndNoMore) {
    add(spec(1, 0));
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.push(lane, chunkOf({1, 2}), 0);
    dispatcher.advance(0);
    port.take();
    dispatcher.drainLane(lane);
    EXPECT_TRUE(dispatcher.busy(lane));
    EXPECT_EQ(dispatcher.pending(), 1);
    succeed(1, 5);
    dispatcher.advance(1000 * kMs);
    EXPECT_THAT(port.take(), ElementsAre("passed lane 1 to 2"));
    EXPECT_EQ(dispatcher.pending(), 0);
}

TEST_F(DispatcherTest, FinishingDoesNotWaitForWindows) {
    add(spec(100, 500 * kMs));
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.push(lane, chunkOf({7}), 0);
    dispatcher.finish(1);
    EXPECT_THAT(port.take(), ElementsAre("batch 1 7-7 end", "call 1 lane 1 7-7 attempt 1"));
}

TEST_F(DispatcherTest, HaltedItStartsNothing) {
    add(spec(1, 0));
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.halt();
    dispatcher.push(lane, chunkOf({7}), 0);
    dispatcher.advance(1000 * kMs);
    EXPECT_THAT(port.take(), IsEmpty());
    EXPECT_EQ(dispatcher.deadline(), std::nullopt);
}

TEST_F(DispatcherTest, HolesInOffsetsArePassedOver) {
    add(spec(3, 0));
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.push(lane, chunkOf({1, 2, 9}), 0);
    dispatcher.advance(0);
    succeed(1, 1);
    EXPECT_THAT(port.take(), ElementsAre("batch 1 1-2,9-9 size", "call 1 lane 1 1-2,9-9 attempt 1",
                                         "passed lane 1 to 10"));
}

TEST(Backoff, DoublesWithinItsLimits) {
    for (int attempt = 1; attempt < 40; ++attempt) {
        for (std::uint64_t seed = 0; seed < 50; ++seed) {
            const DurationNs full = std::min(kFirstBackoff << std::min(attempt - 1, 16), kLongestBackoff);
            EXPECT_LE(backoff(attempt, seed), full);
            EXPECT_GE(backoff(attempt, seed), full - full / 4);
        }
    }
    EXPECT_NE(backoff(1, 1), backoff(1, 2));
    EXPECT_EQ(backoff(3, 7), backoff(3, 7));
}

}  // namespace
}  // namespace weir::invoke
