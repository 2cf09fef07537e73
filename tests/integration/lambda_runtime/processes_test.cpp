// SPDX-License-Identifier: GPL-3.0-or-later
// Instances as processes: how they start, end and are ended.
#include "alive.h"
#include "function_under_test.h"
#include "invoke/targets/lambda_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iostream>
#include <thread>
#include <vector>

namespace weir::invoke {
namespace {

using facts::InstanceEndReason;
using facts::Outcome;
using testing::HasSubstr;

pid_t answeredPid(const Answer& answer) {
    return static_cast<pid_t>(std::stol(answer.records.at(0).value.value()));
}

TEST(Processes, CommandThatDoesNotExistIsAnErrorWithAHint) {
    FunctionUnderTest function(functionSpec({"no-such-command-here", "x"}));
    const auto [id, started] = function.start();
    const Answer answer = function.await(id);
    EXPECT_EQ(answer.outcome, Outcome::Error);
    EXPECT_THAT(answer.error, HasSubstr("no-such-command-here"));
    EXPECT_THAT(answer.error, HasSubstr("PATH"));
    EXPECT_EQ(function.awaitEnd(started.instance).reason, InstanceEndReason::Crashed);
}

TEST(Processes, PathThatIsNoProgramIsAnError) {
    FunctionUnderTest function(functionSpec({"./handlers.py"}));
    EXPECT_THAT(function.call().error, HasSubstr("./handlers.py"));
}

TEST(Processes, MissingDirectoryIsAnErrorThatNamesIt) {
    flow::FunctionSpec spec = functionSpec(shippedLoop("handlers.echo"));
    std::get<flow::LambdaRuntimeTarget>(spec.target).directory = "not-there";
    FunctionUnderTest function(spec);
    EXPECT_THAT(function.call().error, HasSubstr("lambda_runtime/not-there"));
}

TEST(Processes, ExitBeforeTheFirstNextIsACrashWithItsLastWords) {
    FunctionUnderTest function({"/bin/sh", "-c", "echo no table >&2; exit 7"});
    const auto [id, started] = function.start();
    const Answer answer = function.await(id);
    EXPECT_EQ(answer.outcome, Outcome::Crashed);
    EXPECT_THAT(answer.error, HasSubstr("exit status 7"));
    EXPECT_THAT(answer.error, HasSubstr("no table"));
    EXPECT_EQ(function.awaitEnd(started.instance).reason, InstanceEndReason::Crashed);
}

TEST(Processes, SystemExitOfAHandlerIsACrash) {
    FunctionUnderTest function(shippedLoop("handlers.exits"));
    const Answer answer = function.call();
    EXPECT_EQ(answer.outcome, Outcome::Crashed);
    EXPECT_THAT(answer.error, HasSubstr("exit status 3"));
    EXPECT_THAT(answer.error, HasSubstr("about to go"));
}

TEST(Processes, InstanceKilledBetweenCallsIsReplaced) {
    FunctionUnderTest function(shippedLoop("handlers.pid"));
    const auto [id, first] = function.start();
    const pid_t pid = answeredPid(function.await(id));
    ASSERT_EQ(::kill(pid, SIGKILL), 0);
    EXPECT_EQ(function.awaitEnd(first.instance).reason, InstanceEndReason::Crashed);
    const auto [next, second] = function.start();
    EXPECT_TRUE(second.cold);
    EXPECT_EQ(function.await(next).outcome, Outcome::Success);
}

TEST(Processes, CallThatMeetsADyingInstanceEndsOnce) {
    FunctionUnderTest function(shippedLoop("handlers.pid"));
    for (int round = 0; round < 8; ++round) {
        const pid_t pid = answeredPid(function.call());
        ASSERT_EQ(::kill(pid, SIGKILL), 0);
        const auto [id, started] = function.start();  // the news of the death may not have come yet
        const Outcome outcome = function.await(id).outcome;
        EXPECT_TRUE(outcome == Outcome::Throttled || outcome == Outcome::Crashed ||
                    outcome == Outcome::Success);
        if (outcome != Outcome::Success) function.awaitEnd(started.instance);
    }
    function.stop();
    EXPECT_EQ(function.host.all<CallEnded>().size(), 16U);
}

TEST(Processes, IdleInstanceEndsAfterItsTime) {
    flow::FunctionSpec spec = functionSpec(shippedLoop("handlers.pid"));
    spec.idle_timeout = 5 * kSecond;
    FunctionUnderTest function(spec);
    EXPECT_FALSE(function.target->deadline());
    const auto [id, started] = function.start();
    EXPECT_FALSE(function.target->deadline());
    const pid_t pid = answeredPid(function.await(id));
    const auto deadline = function.target->deadline();
    ASSERT_TRUE(deadline);
    function.target->tick(*deadline - 1);
    EXPECT_TRUE(function.target->deadline());
    function.target->tick(*deadline);
    EXPECT_FALSE(function.target->deadline());
    EXPECT_EQ(function.awaitEnd(started.instance).reason, InstanceEndReason::Idle);
    EXPECT_FALSE(isAlive(pid));
    EXPECT_TRUE(function.start().second.cold);
}

TEST(Processes, StopLeavesNothingOfAStubbornFamily) {
    FunctionUnderTest function(shippedLoop("handlers.leaves_a_child"));
    const auto pids = nlohmann::json::parse(*function.call().records.at(0).value);
    ASSERT_TRUE(isAlive(pids["parent"]));
    ASSERT_TRUE(isAlive(pids["child"]));
    function.stop();
    EXPECT_FALSE(isAlive(pids["parent"]));
    EXPECT_FALSE(isAlive(pids["child"]));
    EXPECT_EQ(::kill(pids["parent"], 0), -1);
    EXPECT_EQ(errno, ESRCH);  // reaped
}

TEST(Processes, GrandchildDiesWithItsInstance) {
    flow::FunctionSpec spec = functionSpec(shippedLoop("handlers.leaves_a_child"));
    FunctionUnderTest function(spec);
    const auto [id, started] = function.start();
    const auto pids = nlohmann::json::parse(*function.await(id).records.at(0).value);
    ASSERT_EQ(::kill(pids["parent"], SIGKILL), 0);
    function.awaitEnd(started.instance);
    EXPECT_FALSE(isAlive(pids["child"]));
}

TEST(Processes, StopAbandonsWhatRuns) {
    FunctionUnderTest function(shippedLoop("handlers.hangs_at_first"));
    function.start(1, 0);
    function.host.await(*function.target, [](const TargetEvent& event) {
        return std::holds_alternative<InstanceBecameReady>(event.what);
    });
    function.start(1, 1);  // this one is still starting
    function.stop();
    const auto calls = function.host.all<CallEnded>();
    ASSERT_EQ(calls.size(), 2U);
    for (const CallEnded& call : calls) EXPECT_EQ(call.answer.outcome, Outcome::Abandoned);
    const auto ends = function.host.all<InstanceEnded>();
    ASSERT_EQ(ends.size(), 2U);
    for (const InstanceEnded& end : ends) EXPECT_EQ(end.reason, InstanceEndReason::Stopped);
}

TEST(Processes, NothingOfWeirIsInherited) {
    constexpr int kLeaky = 77;  // as of a library that opens without close-on-exec
    ASSERT_EQ(::dup2(STDERR_FILENO, kLeaky), kLeaky);
    FunctionUnderTest function(shippedLoop("handlers.inheritance"));
    const auto seen = nlohmann::json::parse(*function.call().records.at(0).value);
    ::close(kLeaky);
    EXPECT_THAT(seen["open"].get<std::vector<int>>(), testing::Not(testing::Contains(kLeaky)));
    EXPECT_TRUE(seen["blocked"].empty());
    const pid_t pid = seen["pid"];
    EXPECT_EQ(::getpgid(pid), pid);
}

/// What a host does that is killed: makes a call, tells the instance's number, lives on.
[[noreturn]] void runDoomedHost(int tell) {
    FunctionUnderTest function(shippedLoop("handlers.pid"));
    const pid_t pid = answeredPid(function.call());
    if (::write(tell, &pid, sizeof pid) != sizeof pid) ::_exit(1);
    while (true) ::pause();
}

TEST(Processes, InstancesDieWithAKilledWeir) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t host = ::fork();
    if (host == 0) runDoomedHost(pipe[1]);
    ::close(pipe[1]);
    pid_t pid = 0;
    EXPECT_EQ(::read(pipe[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
    ::close(pipe[0]);
    ::kill(host, SIGKILL);
    ::waitpid(host, nullptr, 0);
    ASSERT_GT(pid, 0);
    const auto until = std::chrono::steady_clock::now() + FakeHost::kPatience;
    while (isAlive(pid) && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_FALSE(isAlive(pid));
}

TEST(Processes, StopWithoutAnyCallEnds) {
    FunctionUnderTest function(shippedLoop("handlers.echo"));
    function.stop();
    EXPECT_TRUE(function.host.events.empty());
}

TEST(Processes, ManyWarmCallsStayInOneInstance) {
    constexpr int kCalls = 5'000;
    FunctionUnderTest function(shippedLoop("handlers.count"));
    function.call();
    std::vector<std::int64_t> took;
    took.reserve(kCalls);
    for (int i = 0; i < kCalls; ++i) {
        const auto before = std::chrono::steady_clock::now();
        const auto [id, started] = function.start();
        const Answer answer = function.await(id);
        took.push_back((std::chrono::steady_clock::now() - before).count());
        ASSERT_FALSE(started.cold);
        ASSERT_EQ(answer.outcome, Outcome::Success) << answer.error;
        function.host.events.clear();
    }
    std::sort(took.begin(), took.end());
    RecordProperty("warm_p50_us", static_cast<int>(took[kCalls / 2] / 1000));
    std::cout << "warm round trip p50 " << took[kCalls / 2] / 1000 << " us, p99 "
              << took[kCalls * 99 / 100] / 1000 << " us\n";
}

TEST(Memory, EachCallReportsWhatItTook) {
    FunctionUnderTest function(shippedLoop("handlers.echo"));
    function.call();
    function.call();
    std::vector<LambdaReport> reports;
    for (const LogWritten& log : function.host.all<LogWritten>()) {
        if (log.stream != facts::Stream::Weir) continue;
        if (const auto report = parseReport(log.text)) reports.push_back(*report);
    }
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_TRUE(reports[0].cold());
    EXPECT_FALSE(reports[1].cold());
    EXPECT_GE(*reports[0].billed, *reports[0].duration + *reports[0].init);
    EXPECT_EQ(reports[1].memory_mb, 128);
    EXPECT_GT(*reports[1].max_memory_mb, 3);
    EXPECT_LT(*reports[1].max_memory_mb, 100);
}

TEST(Memory, TooMuchEndsTheInstanceAndTheNextCallGetsANewOne) {
    FunctionUnderTest function(shippedLoop("handlers.grow"));
    const auto [id, started] = function.start();
    const Answer answer = function.await(id);
    EXPECT_EQ(answer.outcome, Outcome::Crashed);
    EXPECT_THAT(answer.error, testing::HasSubstr("Runtime.OutOfMemory"));
    EXPECT_EQ(function.awaitEnd(started.instance).reason, InstanceEndReason::Memory);
    EXPECT_TRUE(function.start().second.cold);
}

TEST(Memory, ThatWasGivenBackBeforeTheAnswerCountsToo) {
    FunctionUnderTest function(shippedLoop("handlers.grow_briefly"));
    EXPECT_EQ(function.call().outcome, Outcome::Crashed);
}

TEST(Memory, OfProcessesThatTheFunctionStartedCountsToo) {
    FunctionUnderTest function(shippedLoop("handlers.grow_in_a_child"));
    const auto [id, started] = function.start();
    EXPECT_EQ(function.await(id).outcome, Outcome::Crashed);
    EXPECT_EQ(function.awaitEnd(started.instance).reason, InstanceEndReason::Memory);
}

}  // namespace
}  // namespace weir::invoke
