// SPDX-License-Identifier: GPL-3.0-or-later
// Retries, halves, partial answers, expiry, throttling, and the topic for failed events.
#include "unit/invoke/chunks.h"
#include "unit/invoke/dispatcher_fixture.h"

#include <gmock/gmock.h>

namespace weir::invoke {
namespace {

using test::kMs;
using testing::ElementsAre;
using testing::IsEmpty;
using weir::test::chunkOf;

class Failures : public test::DispatcherFixture {
  protected:
    LaneId fill(const flow::TriggerSpec& s, std::initializer_list<std::int64_t> offsets) {
        add(s);
        const LaneId lane = dispatcher.openLane(TriggerId{1});
        dispatcher.push(lane, chunkOf(offsets), 0);
        dispatcher.advance(0);
        port.take();
        return lane;
    }
    static flow::TriggerSpec deadLetters(int batch_size, int retries) {
        flow::TriggerSpec s = spec(batch_size, 0);
        s.retries = retries;
        s.on_failure_topic = "failed";
        s.on_exhausted = flow::OnExhausted::DeadLetter;
        return s;
    }
    void partly(std::int64_t invocation, std::vector<std::uint32_t> named, TimeNs now) {
        const auto failed = dispatcher.failedPositions(InvocationId{invocation}, named);
        dispatcher.ended(InvocationId{invocation}, now);
        dispatcher.partly(InvocationId{invocation}, failed, {.why = "partial"}, now);
    }
    /// Lets all that waits become due.
    std::vector<std::string> later() {
        while (const auto due = dispatcher.deadline()) dispatcher.advance(*due);
        return port.take();
    }
};

TEST_F(Failures, APoisonEventIsFoundByHalvesAndGoesToTheTopic) {
    flow::TriggerSpec s = deadLetters(4, 0);
    s.bisect = true;
    fill(s, {1, 2, 3, 4});
    breakDown(1, 0);
    EXPECT_THAT(later(), ElementsAre("split 1 error", "call 2 lane 1 1-2 attempt 1"));
    succeed(2, 200 * kMs);
    EXPECT_THAT(later(), ElementsAre("passed lane 1 to 3", "call 3 lane 1 3-4 attempt 1"));
    breakDown(3, 300 * kMs);
    EXPECT_THAT(later(), ElementsAre("split 3 error", "call 4 lane 1 3-3 attempt 1"));
    breakDown(4, 600 * kMs);
    EXPECT_THAT(later(), ElementsAre("give up 3-3 on-failure error after 1"));
    dispatcher.gaveUp(port.given_up.back(), true, 700 * kMs);
    EXPECT_THAT(later(), ElementsAre("passed lane 1 to 4", "call 5 lane 1 4-4 attempt 1"));
    succeed(5, 800 * kMs);
    EXPECT_THAT(port.take(), ElementsAre("passed lane 1 to 5"));
    EXPECT_EQ(dispatcher.pending(), 0);
}

TEST_F(Failures, AFailureTopicThatCannotBeWrittenHoldsThePartition) {
    const LaneId lane = fill(deadLetters(1, 0), {1, 2});
    breakDown(1, 0);
    EXPECT_THAT(later(), ElementsAre("give up 1-1 on-failure error after 1"));
    dispatcher.gaveUp(port.given_up.back(), false, 0);
    EXPECT_THAT(later(), ElementsAre("give up 1-1 on-failure error after 1"));
    EXPECT_TRUE(dispatcher.busy(lane));
    dispatcher.gaveUp(port.given_up.back(), true, kSecond);
    EXPECT_THAT(later(),
                ElementsAre("passed lane 1 to 2", "batch 2 2-2 size", "call 2 lane 1 2-2 attempt 1"));
}

TEST_F(Failures, APartialAnswerRepeatsFromTheLowestFailedOn) {
    flow::TriggerSpec s = spec(5, 0);
    s.partial_failures = true;
    fill(s, {1, 2, 3, 4, 5});
    partly(1, {2}, 0);
    EXPECT_THAT(later(), ElementsAre("passed lane 1 to 3", "retry 1 partial", "call 2 lane 1 3-5 attempt 2"));
}

TEST_F(Failures, WithOrderNoneAPartialAnswerRepeatsTheNamedOnes) {
    flow::TriggerSpec s = spec(5, 0);
    s.order = flow::Order::None;
    s.partial_failures = true;
    fill(s, {1, 2, 3, 4, 5});
    partly(1, {1, 3}, 0);
    EXPECT_THAT(later(),
                ElementsAre("passed lane 1 to 2", "retry 1 partial", "call 2 lane 1 2-2,4-4 attempt 2"));
    succeed(2, kSecond);
    EXPECT_THAT(port.take(), ElementsAre("passed lane 1 to 6"));
}

TEST_F(Failures, LikeLambdaAPartialAnswerRepeatsTheNamedOnesWhateverTheOrder) {
    flow::TriggerSpec s = spec(5, 0);
    s.like = "lambda-esm";
    s.partial_failures = true;
    fill(s, {1, 2, 3, 4, 5});
    partly(1, {1, 3}, 0);
    EXPECT_THAT(later(),
                ElementsAre("passed lane 1 to 2", "retry 1 partial", "call 2 lane 1 2-2,4-4 attempt 2"));
}

TEST_F(Failures, OnlyTheFailedEventIsGivenUpNotWhatTheOrderHeldBack) {
    flow::TriggerSpec s = deadLetters(3, 0);
    s.partial_failures = true;
    fill(s, {1, 2, 3});
    partly(1, {1}, 0);
    EXPECT_THAT(later(), ElementsAre("passed lane 1 to 2", "give up 2-2 on-failure partial after 1"));
    dispatcher.gaveUp(port.given_up.back(), true, 0);
    EXPECT_THAT(later(), ElementsAre("passed lane 1 to 3", "call 2 lane 1 3-3 attempt 1"));
}

TEST_F(Failures, WhatCanNeverSucceedIsGivenUpAtOnce) {
    fill(deadLetters(1, 5), {1});
    dispatcher.ended(InvocationId{1}, 0);
    dispatcher.failed(InvocationId{1}, {.why = "400", .retryable = false}, 0);
    EXPECT_THAT(later(), ElementsAre("give up 1-1 on-failure 400 after 1"));
}

TEST_F(Failures, ThrottlingUsesUpNoRetryAndLowersTheConcurrency) {
    flow::TriggerSpec s = deadLetters(1, 0);
    s.order = flow::Order::None;
    fill(s, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    dispatcher.ended(InvocationId{1}, 0);
    dispatcher.failed(InvocationId{1}, {.why = "429", .throttled = true, .retry_after = 2 * kSecond}, 0);
    EXPECT_THAT(port.take(), ElementsAre("throttle 1 to 5 for 2000"));
    for (int i = 2; i <= 10; ++i) succeed(i, kSecond);
    EXPECT_THAT(port.take(), IsEmpty());  // it is left alone
    EXPECT_THAT(later(), ElementsAre("batch 11 11-11 size", "call 11 lane 1 11-11 attempt 1",
                                     "call 12 lane 1 1-1 attempt 2", "batch 12 12-12 size",
                                     "call 13 lane 1 12-12 attempt 1"));
}

TEST_F(Failures, WhatIsTooOldIsPassedOver) {
    flow::TriggerSpec s = spec(10, 0);
    s.max_record_age = kSecond;
    add(s);
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    auto chunk = std::make_shared<RecordChunk>(TopicId{1}, 0);
    for (const std::int64_t offset : {1, 2, 3}) {
        chunk->add(offset, offset * kSecond, TimestampType::Create, {}, {"v", 1}, {});
    }
    chunk->setFirstEvent(EventId{1});
    dispatcher.push(lane, chunk, 3 * kSecond + 1);
    dispatcher.advance(3 * kSecond + 1);
    EXPECT_THAT(port.take(), ElementsAre("batch 1 1-3 window", "skip 1-2 expired", "passed lane 1 to 3",
                                         "call 1 lane 1 3-3 attempt 1"));
}

TEST_F(Failures, APausedTriggerStartsNothing) {
    const LaneId lane = fill(spec(1, 0), {1});
    breakDown(1, 0);
    dispatcher.pause(TriggerId{1});
    dispatcher.push(lane, chunkOf({2}, 0, 2), 0);
    EXPECT_THAT(later(), ElementsAre("retry 1 error"));
    dispatcher.resume(TriggerId{1}, kSecond);
    EXPECT_THAT(later(), ElementsAre("call 2 lane 1 1-1 attempt 2"));
}

TEST_F(Failures, AReturningPartitionWaitsForItsOldCall) {
    add(spec(1, 0));
    const LaneId before = dispatcher.openLane(TriggerId{1}, TopicId{1}, 0);
    dispatcher.push(before, chunkOf({1}), 0);
    dispatcher.advance(0);
    dispatcher.closeLane(before);
    const LaneId after = dispatcher.openLane(TriggerId{1}, TopicId{1}, 0);
    dispatcher.push(after, chunkOf({1}), 0);
    dispatcher.advance(kSecond);
    EXPECT_THAT(port.take(), ElementsAre("batch 1 1-1 size", "call 1 lane 1 1-1 attempt 1"));
    succeed(1, 2 * kSecond);
    EXPECT_THAT(later(), ElementsAre("batch 2 1-1 size", "call 2 lane 2 1-1 attempt 1"));
}

/// Keys a, b, a, …: offset → key.
std::shared_ptr<RecordChunk> keyed(std::initializer_list<const char*> keys) {
    auto chunk = std::make_shared<RecordChunk>(TopicId{1}, 0);
    std::int64_t offset = 1;
    for (const char* const key : keys) {
        const Bytes bytes = key == nullptr ? Bytes{} : Bytes{key, std::char_traits<char>::length(key)};
        chunk->add(offset++, 0, TimestampType::Create, bytes, {"v", 1}, {});
    }
    chunk->setFirstEvent(EventId{1});
    return chunk;
}

TEST_F(Failures, ACallThatNoInstanceTookUsesUpNoRetryAndThrottlesNothing) {
    flow::TriggerSpec s = spec(1, 0);
    s.retries = 0;
    s.on_exhausted = flow::OnExhausted::Discard;
    add(s);
    const LaneId lane = dispatcher.openLane(TriggerId{1});
    dispatcher.push(lane, chunkOf({1}), 0);
    TimeNs now = 0;
    dispatcher.advance(now);
    const auto dies = [&] {
        port.take();
        dispatcher.ended(port.calls.back(), now);
        dispatcher.failed(port.calls.back(), {.why = "gone", .taken = false}, now);
    };
    for (int i = 0; i < 5; ++i) {
        dies();
        EXPECT_THAT(port.take(), testing::ElementsAre(testing::StartsWith("retry")));
        now += 1000 * kSecond;
        dispatcher.advance(now);
    }
    dies();
    EXPECT_THAT(port.take(), testing::Contains("skip 1-1 discarded")) << "but not for ever";
}

class KeyOrder : public Failures {
  protected:
    LaneId fill(int batch_size, std::initializer_list<const char*> keys) {
        flow::TriggerSpec s = spec(batch_size, 0);
        s.order = flow::Order::Key;
        add(s);
        const LaneId lane = dispatcher.openLane(TriggerId{1});
        dispatcher.push(lane, keyed(keys), 0);
        dispatcher.advance(0);
        return lane;
    }
};

TEST_F(KeyOrder, ASlowKeyHoldsOnlyItself) {
    fill(1, {"a", "a", "b", nullptr, "b", "c", nullptr});
    EXPECT_THAT(port.take(),
                ElementsAre("batch 1 1-1 size", "call 1 lane 1 1-1 attempt 1", "batch 2 3-3 size",
                            "call 2 lane 1 3-3 attempt 1", "batch 3 4-4 size", "call 3 lane 1 4-4 attempt 1",
                            "batch 4 6-6 size", "call 4 lane 1 6-6 attempt 1", "batch 5 7-7 size",
                            "call 5 lane 1 7-7 attempt 1"));
    succeed(2, 1);
    EXPECT_THAT(port.take(), ElementsAre("batch 6 5-5 size", "call 6 lane 1 5-5 attempt 1"));
    for (const int call : {3, 4, 5, 6}) succeed(call, 2);
    EXPECT_THAT(port.take(), IsEmpty());  // nothing passes before the slow key
    succeed(1, 3);
    EXPECT_THAT(port.take(),
                ElementsAre("passed lane 1 to 2", "batch 7 2-2 size", "call 7 lane 1 2-2 attempt 1"));
    succeed(7, 4);
    EXPECT_THAT(port.take(), ElementsAre("passed lane 1 to 8"));
}

TEST_F(KeyOrder, ABatchMayHoldSeveralEventsOfAKeyAndHoldsItWhileItRetries) {
    fill(3, {"a", "b", "a", "a", "c", "c", "d"});
    EXPECT_THAT(port.take(), ElementsAre("batch 1 1-3 size", "call 1 lane 1 1-3 attempt 1",
                                         "batch 2 5-7 size", "call 2 lane 1 5-7 attempt 1"));
    breakDown(1, 0);
    EXPECT_THAT(later(), ElementsAre("retry 1 error", "call 3 lane 1 1-3 attempt 2"));
    succeed(3, kSecond);
    EXPECT_THAT(later(),
                ElementsAre("passed lane 1 to 4", "batch 3 4-4 window", "call 4 lane 1 4-4 attempt 1"));
}

TEST_F(KeyOrder, APartialAnswerFailsWhatFollowsUnderTheSameKey) {
    fill(6, {"a", "b", "a", "b", "c", "a"});
    partly(1, {2}, 0);
    EXPECT_THAT(later(), testing::Contains("call 2 lane 1 3-3,6-6 attempt 2"));
}

}  // namespace
}  // namespace weir::invoke
