// SPDX-License-Identifier: GPL-3.0-or-later
#include "integration/lambda_runtime/fake_host.h"
#include "invoke/targets/builtin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <stdexcept>
#include <thread>

namespace weir::invoke {
namespace {

using facts::InstanceEndReason;
using facts::Outcome;

Target::Started start(Target& target, int id) {
    Invocation invocation;
    invocation.id = InvocationId{id};
    invocation.batch = makeBatch(0, 1);
    return target.start(invocation, now());
}

Answer await(FakeHost& host, Target& target, int id) {
    EXPECT_TRUE(host.await(target, [id](const TargetEvent& event) {
        const auto* ended = std::get_if<CallEnded>(&event.what);
        return ended != nullptr && ended->invocation == InvocationId{id};
    }));
    return std::get<CallEnded>(host.events.back().what).answer;
}

flow::FunctionSpec withConcurrency(int concurrency) {
    flow::FunctionSpec spec;
    spec.concurrency = concurrency;
    return spec;
}

TEST(Builtin, AnswersInOneInstanceThatIsColdOnce) {
    FakeHost host;
    int calls = 0;
    const auto target = makeBuiltinTarget(
        FakeHost::kFunction, withConcurrency(1),
        [&calls](const Batch& batch) {
            Answer answer;
            answer.records.resize(batch.count);
            answer.error = std::to_string(++calls);
            return answer;
        },
        host);
    const Target::Started first = start(*target, 1);
    EXPECT_TRUE(first.cold);
    EXPECT_EQ(await(host, *target, 1).error, "1");
    const Target::Started second = start(*target, 2);
    EXPECT_FALSE(second.cold);
    EXPECT_EQ(second.instance, first.instance);
    EXPECT_EQ(await(host, *target, 2).error, "2");
    target->stop();
    host.drain(*target);
    ASSERT_EQ(host.all<InstanceEnded>().size(), 1U);
    EXPECT_EQ(host.all<InstanceEnded>()[0].reason, InstanceEndReason::Stopped);
}

TEST(Builtin, CallsOverlapUpToTheConcurrency) {
    FakeHost host;
    std::latch both(2);  // passes only when two calls are inside at once
    const auto target = makeBuiltinTarget(
        FakeHost::kFunction, withConcurrency(2),
        [&both](const Batch&) {
            both.arrive_and_wait();
            return Answer{};
        },
        host);
    start(*target, 1);
    start(*target, 2);
    int ended = 0;
    EXPECT_TRUE(host.await(*target, [&ended](const TargetEvent& event) {
        return std::holds_alternative<CallEnded>(event.what) && ++ended == 2;
    }));
}

TEST(Builtin, ExceptionIsAnError) {
    FakeHost host;
    const auto target = makeBuiltinTarget(
        FakeHost::kFunction, withConcurrency(1),
        [](const Batch&) -> Answer { throw std::runtime_error("no state"); }, host);
    start(*target, 1);
    const Answer answer = await(host, *target, 1);
    EXPECT_EQ(answer.outcome, Outcome::Error);
    EXPECT_THAT(answer.error, testing::HasSubstr("no state"));
}

TEST(Builtin, StopAbandonsWhatWaits) {
    FakeHost host;
    std::latch inside(1);
    std::latch go(1);
    const auto target = makeBuiltinTarget(
        FakeHost::kFunction, withConcurrency(1),
        [&](const Batch&) {
            inside.count_down();
            go.wait();
            return Answer{};
        },
        host);
    start(*target, 1);
    inside.wait();
    start(*target, 2);
    std::thread later([&] {
        host.await(*target,
                   [](const TargetEvent& event) { return std::holds_alternative<CallEnded>(event.what); });
        go.count_down();  // the waiting call was abandoned; now the running one may end
    });
    target->stop();
    later.join();
    host.drain(*target);
    const auto calls = host.all<CallEnded>();
    ASSERT_EQ(calls.size(), 2U);
    EXPECT_EQ(calls[0].invocation, InvocationId{2});
    EXPECT_EQ(calls[0].answer.outcome, Outcome::Abandoned);
    EXPECT_EQ(calls[1].answer.outcome, Outcome::Success);
}

}  // namespace
}  // namespace weir::invoke
