// SPDX-License-Identifier: GPL-3.0-or-later
// The Runtime API towards clients that do what the usual ones do not.
#include "function_under_test.h"
#include "peers/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace weir::invoke {
namespace {

using facts::InstanceEndReason;
using facts::Outcome;
using testing::Contains;
using testing::HasSubstr;

std::vector<std::string> raw(const std::string& mode) {
    return {"python3", "raw_runtime.py", mode};
}

std::string onlyValue(const Answer& answer) {
    if (answer.records.size() != 1) return "no single record: " + answer.error;
    return answer.records[0].value.value_or("null");
}

TEST(Protocol, AnswerThatIsNotJsonIsAnError) {
    for (const char* mode : {"not-json", "infinity"}) {
        FunctionUnderTest function(raw(mode));
        const Answer answer = function.call();
        EXPECT_EQ(answer.outcome, Outcome::Error);
        EXPECT_THAT(answer.error, HasSubstr("not valid JSON"));
        EXPECT_EQ(function.call().outcome, Outcome::Success) << "the runtime was not to be disturbed";
    }
}

TEST(Protocol, AnswerInChunks) {
    FunctionUnderTest function(raw("chunked"));
    EXPECT_EQ(onlyValue(function.call()), "\"chunked\"");
}

TEST(Protocol, EmptyAnswerIsNoOutput) {
    FunctionUnderTest function(raw("empty"));
    const Answer answer = function.call();
    EXPECT_EQ(answer.outcome, Outcome::Success);
    EXPECT_TRUE(answer.records.empty());
}

TEST(Protocol, HugeAnswerIsAcceptedAndFails) {
    FunctionUnderTest function(raw("huge"));
    EXPECT_THAT(function.call().error, HasSubstr("20000002 bytes"));
    EXPECT_EQ(function.call().outcome, Outcome::Success);
}

TEST(Protocol, ClientMayAskBeforeItSends) {
    FunctionUnderTest function(raw("expects-continue"));
    EXPECT_EQ(onlyValue(function.call()), "\"go\"");
}

TEST(Protocol, AnswersForOtherIdsAreIgnoredAndLogged) {
    FunctionUnderTest function(raw("foreign-id"));
    EXPECT_EQ(onlyValue(function.call()), "\"right\"");
    EXPECT_EQ(function.call().outcome, Outcome::Success);
    EXPECT_THAT(function.lines(facts::Stream::Weir), Contains(HasSubstr("no-such-id")));
}

TEST(Protocol, ErrorWithAMegabyteOfHeader) {
    FunctionUnderTest function(raw("long-header"));
    EXPECT_THAT(function.call().error, HasSubstr("Oops: broken "));
    EXPECT_EQ(function.call().outcome, Outcome::Success);
}

TEST(Protocol, UnknownPathIsRefusedWithoutHarm) {
    FunctionUnderTest function(raw("unknown-path"));
    EXPECT_EQ(onlyValue(function.call()), "\"found\"");
}

TEST(Protocol, NextThatWentAwayDoesNotSwallowTheCall) {
    FunctionUnderTest function(raw("abandon-next"));
    EXPECT_EQ(onlyValue(function.call()), "\"first\"");
    if (function.lines(facts::Stream::Stdout).empty()) {
        function.host.await(*function.target, [](const TargetEvent& event) {
            return std::holds_alternative<LogWritten>(event.what);
        });
    }
    EXPECT_EQ(onlyValue(function.call()), "\"second connection\"");
}

TEST(Protocol, ExitAfterTheAnswerIsASuccessAndAnEndedInstance) {
    FunctionUnderTest function(raw("exit-after-answer"));
    const auto [id, started] = function.start();
    EXPECT_EQ(onlyValue(function.await(id)), "\"done\"");
    EXPECT_TRUE(function.start().second.cold);
    EXPECT_EQ(function.awaitEnd(started.instance).reason, InstanceEndReason::Crashed);
}

TEST(Protocol, AnswerCountsWhenTheRuntimeNeverAsksAgain) {
    flow::FunctionSpec spec = functionSpec(raw("never-again"));
    spec.timeout = 500 * kMillisecond;
    FunctionUnderTest function(spec);
    const auto [id, started] = function.start();
    const Answer answer = function.await(id);
    EXPECT_EQ(answer.outcome, Outcome::Success);
    EXPECT_EQ(onlyValue(answer), "\"only one\"");
    EXPECT_EQ(function.awaitEnd(started.instance).reason, InstanceEndReason::Timeout);
}

/// What the late process says, once it does.
std::string lateResult(const std::string& path) {
    const TimeNs until = now() + FakeHost::kPatience.count() * kSecond;
    while (!std::filesystem::exists(path) && now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    std::string said;
    std::getline(std::ifstream(path), said);
    return said;
}

TEST(Protocol, AnswerAfterTheTimeoutChangesNothing) {
    const peers::TemporaryDirectory directory("weir-late");
    const std::string said = directory.path() + "/said";
    flow::FunctionSpec spec = functionSpec({"python3", "raw_runtime.py", "late", said});
    spec.timeout = 500 * kMillisecond;
    FunctionUnderTest function(spec);
    const auto [id, started] = function.start();
    EXPECT_EQ(function.await(id).outcome, Outcome::Timeout);
    EXPECT_EQ(function.awaitEnd(started.instance).reason, InstanceEndReason::Timeout);
    EXPECT_EQ(lateResult(said), "refused");
    EXPECT_EQ(function.call().outcome, Outcome::Success) << "another instance";
    function.stop();
    EXPECT_EQ(function.host.all<CallEnded>().size(), 2U);
}

}  // namespace
}  // namespace weir::invoke
