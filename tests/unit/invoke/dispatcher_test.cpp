// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/dispatcher.h"

#include "invoke/backoff.h"
#include "invoke/batch_runs.h"
#include "unit/invoke/chunks.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace weir::invoke {
namespace {

using test::chunkOf;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr TimeNs kMs = kMillisecond;

/// Writes down what the dispatcher decides, a line each.
class Journaling final : public DispatchPort {
  public:
    std::vector<std::string> lines;
    std::vector<InvocationId> calls;

    std::vector<std::string> take() { return std::exchange(lines, {}); }

    void batchFormed(const Batch& batch, facts::ClosedBy closed_by, TimeNs /*now*/) override {
        lines.push_back(fmt::format("batch {} {} {}", batch.id.value, text(batch), facts::word(closed_by)));
    }
    void startCall(LaneId lane, const Invocation& i, TimeNs /*now*/) override {
        calls.push_back(i.id);
        lines.push_back(
            fmt::format("call {} lane {} {} attempt {}", i.id.value, lane.value, text(*i.batch), i.attempt));
    }
    void retrying(const Invocation& failed, DurationNs /*backoff*/, const std::string& why,
                  TimeNs /*now*/) override {
        lines.push_back(fmt::format("retry {} {}", failed.id.value, why));
    }
    void discarded(LaneId lane, const Batch& batch, TimeNs /*now*/) override {
        lines.push_back(fmt::format("discard lane {} {}", lane.value, text(batch)));
    }
    void triggerStopped(TriggerId trigger, const std::string& why, TimeNs /*now*/) override {
        lines.push_back(fmt::format("stop {} {}", trigger.value, why));
    }
    void passed(LaneId lane, std::int64_t next, TimeNs /*now*/) override {
        lines.push_back(fmt::format("passed lane {} to {}", lane.value, next));
    }

  private:
    static std::string text(const Batch& batch) {
        std::string out;
        for (const facts::EventRun& r : runsOf(batch)) {
            out += fmt::format("{}{}-{}", out.empty() ? "" : ",", r.first, r.last);
        }
        return out;
    }
};

class DispatcherTest : public testing::Test {
  protected:
    static flow::TriggerSpec spec(int batch_size, DurationNs window) {
        flow::TriggerSpec s;
        s.batch_size = batch_size;
        s.batching_window = window;
        return s;
    }
    void add(const flow::TriggerSpec& s, int concurrency = 10, LaneLimits limits = {}) {
        dispatcher.addFunction(FunctionId{1}, concurrency);
        dispatcher.addTrigger(
            TriggerId{1}, FunctionId{1}, s,
            [](const RecordChunk& c, std::uint32_t i) { return c.value(i).size; }, limits);
    }
    void succeed(std::int64_t invocation, TimeNs now) {
        dispatcher.ended(InvocationId{invocation}, now);
        dispatcher.succeeded(InvocationId{invocation}, now);
    }
    void breakDown(std::int64_t invocation, TimeNs now) {
        dispatcher.ended(InvocationId{invocation}, now);
        dispatcher.failed(InvocationId{invocation}, "error", now);
    }

    Journaling port;
    Dispatcher dispatcher{port};
};

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
    EXPECT_THAT(port.take(), ElementsAre("discard lane 1 1-2", "passed lane 1 to 3", "batch 2 3-3 window",
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

/// Many random schedules: every record is delivered in order, once per successful batch, and passed in order.
TEST(DispatcherProperty, OrderAndCompletenessHoldOnRandomSchedules) {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE(fmt::format("seed {}", seed));
        std::mt19937 random(seed);
        const auto pick = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };

        class Checking final : public DispatchPort {
          public:
            std::map<std::int64_t, std::int64_t> done;  // lane → next offset
            std::vector<std::pair<InvocationId, LaneId>> running;
            std::map<std::int64_t, int> running_per_lane;
            void batchFormed(const Batch&, facts::ClosedBy, TimeNs) override {}
            void startCall(LaneId lane, const Invocation& i, TimeNs) override {
                EXPECT_EQ(++running_per_lane[lane.value], 1);
                EXPECT_EQ(runsOf(*i.batch).front().first, done[lane.value]);
                running.emplace_back(i.id, lane);
            }
            void retrying(const Invocation&, DurationNs, const std::string&, TimeNs) override {}
            void discarded(LaneId, const Batch&, TimeNs) override { FAIL(); }
            void triggerStopped(TriggerId, const std::string&, TimeNs) override { FAIL(); }
            void passed(LaneId lane, std::int64_t next, TimeNs) override {
                EXPECT_GT(next, done[lane.value]);
                done[lane.value] = next;
            }
        } port;

        Dispatcher dispatcher(port);
        dispatcher.addFunction(FunctionId{1}, pick(1, 4));
        flow::TriggerSpec s;
        s.batch_size = pick(1, 7);
        s.batching_window = pick(0, 3) * 10;
        s.batch_bytes = pick(20, 100);
        dispatcher.addTrigger(TriggerId{1}, FunctionId{1}, s,
                              [](const RecordChunk& c, std::uint32_t i) { return c.value(i).size; }, {});
        constexpr int kLanes = 3;
        constexpr std::int64_t kRecords = 40;
        std::map<std::int64_t, std::int64_t> produced;
        for (int i = 0; i < kLanes; ++i) produced[dispatcher.openLane(TriggerId{1}).value] = 0;

        TimeNs now = 0;
        const auto allDone = [&] {
            return std::all_of(produced.begin(), produced.end(),
                               [&](const auto& p) { return port.done[p.first] == kRecords; });
        };
        for (int step = 0; step < 20'000 && !allDone(); ++step) {
            now += pick(0, 50) * kMillisecond;
            auto lane = produced.begin();
            std::advance(lane, pick(0, kLanes - 1));
            if (lane->second < kRecords && dispatcher.wants(LaneId{lane->first})) {
                dispatcher.push(LaneId{lane->first}, chunkOf({lane->second}, now, step + 1), now);
                ++lane->second;
            }
            if (!port.running.empty() && pick(0, 1) == 0) {
                const auto which =
                    static_cast<std::size_t>(pick(0, static_cast<int>(port.running.size()) - 1));
                const auto [invocation, of] = port.running[which];
                port.running.erase(port.running.begin() + static_cast<std::ptrdiff_t>(which));
                --port.running_per_lane[of.value];
                dispatcher.ended(invocation, now);
                if (pick(0, 4) == 0) {
                    dispatcher.failed(invocation, "chance", now);
                } else {
                    dispatcher.succeeded(invocation, now);
                }
            }
            dispatcher.advance(now);
        }
        EXPECT_TRUE(allDone());
        EXPECT_EQ(dispatcher.pending(), 0);
        EXPECT_EQ(dispatcher.inFlight(), 0);
    }
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
