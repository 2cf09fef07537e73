// SPDX-License-Identifier: GPL-3.0-or-later
// What must hold with every runtime client: the shipped loop and AWS's own for Python.
#include "function_under_test.h"
#include "peers/broker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace weir::invoke {
namespace {

using facts::InstanceEndReason;
using facts::Outcome;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class Runtimes : public testing::TestWithParam<std::string> {
  protected:
    void SetUp() override {
        if (GetParam() == "awslambdaric") WEIR_REQUIRE_AWSLAMBDARIC();
    }

    [[nodiscard]] static flow::FunctionSpec spec(const std::string& handler) {
        if (GetParam() == "shipped") return functionSpec(shippedLoop(handler));
        return functionSpec({peers::awslambdaricPython(), "-m", "awslambdaric", handler});
    }
};

std::vector<std::string> values(const Answer& answer) {
    std::vector<std::string> out;
    for (const AnsweredRecord& record : answer.records) out.push_back(record.value.value_or("null"));
    return out;
}

TEST_P(Runtimes, FirstCallIsColdTheNextOnesAreWarm) {
    FunctionUnderTest function(spec("handlers.count"));
    const auto [first, cold] = function.start();
    EXPECT_TRUE(cold.cold);
    EXPECT_THAT(values(function.await(first)), ElementsAre("1"));
    const auto [second, warm] = function.start();
    EXPECT_FALSE(warm.cold);
    EXPECT_EQ(warm.instance, cold.instance);
    EXPECT_THAT(values(function.await(second)), ElementsAre("2"));
    EXPECT_EQ(function.host.all<InstanceBecameReady>().size(), 1U);
    function.stop();
    const auto ended = function.host.all<InstanceEnded>();
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].reason, InstanceEndReason::Stopped);
}

TEST_P(Runtimes, TwoCallsAtOnceRunInTwoInstances) {
    FunctionUnderTest function(spec("handlers.pid"));
    const auto [first, in_first] = function.start();
    const auto [second, in_second] = function.start();
    EXPECT_NE(in_first.instance, in_second.instance);
    EXPECT_TRUE(in_second.cold);
    function.await(first);
    const auto answered = function.host.all<CallEnded>();
    if (std::none_of(answered.begin(), answered.end(),
                     [&](const CallEnded& e) { return e.invocation == second; })) {
        function.await(second);
    }
    EXPECT_FALSE(function.start().second.cold);
}

TEST_P(Runtimes, OutputsNameTheirCauses) {
    FunctionUnderTest function(spec("handlers.echo"));
    const Answer answer = function.call(3, 40);
    EXPECT_EQ(answer.outcome, Outcome::Success) << answer.error;
    EXPECT_THAT(values(answer), ElementsAre("\"bids/0@40\"", "\"bids/0@41\"", "\"bids/0@42\""));
    for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(answer.records[i].cause, i);
}

TEST_P(Runtimes, ExceptionIsAnErrorAndTheInstanceLives) {
    FunctionUnderTest function(spec("handlers.throws"));
    const Answer answer = function.call();
    EXPECT_EQ(answer.outcome, Outcome::Error);
    EXPECT_EQ(answer.error, "ValueError: a bad bid");
    EXPECT_FALSE(function.start().second.cold);
}

TEST_P(Runtimes, ExitIsACrashAndTheNextCallGetsANewInstance) {
    for (const auto& [handler, text] : {std::pair("handlers.exits_hard", "exit status 4"),
                                        std::pair("handlers.kills_itself", "signal 9 (Killed)")}) {
        FunctionUnderTest function(spec(handler));
        const auto [id, started] = function.start();
        const Answer answer = function.await(id);
        EXPECT_EQ(answer.outcome, Outcome::Crashed);
        EXPECT_THAT(answer.error, HasSubstr(text));
        EXPECT_EQ(function.awaitEnd(started.instance).reason, InstanceEndReason::Crashed);
        EXPECT_TRUE(function.start().second.cold);
    }
}

TEST_P(Runtimes, HangEndsAsTimeoutWithItsInstance) {
    flow::FunctionSpec hanging = spec("handlers.hangs_at_first");
    hanging.timeout = kSecond;
    FunctionUnderTest function(hanging);
    const auto [id, started] = function.start(1, 0);
    const Answer answer = function.await(id);
    EXPECT_EQ(answer.outcome, Outcome::Timeout);
    EXPECT_THAT(answer.error, HasSubstr("its timeout, 1s"));
    EXPECT_EQ(function.awaitEnd(started.instance).reason, InstanceEndReason::Timeout);
    const auto [next, anew] = function.start(1, 1);
    EXPECT_TRUE(anew.cold);
    EXPECT_EQ(function.await(next).outcome, Outcome::Success);
}

TEST_P(Runtimes, InitErrorSaysWhatWentWrong) {
    FunctionUnderTest function(spec("fails_to_load.handler"));
    const auto [id, started] = function.start();
    const Answer answer = function.await(id);
    EXPECT_EQ(answer.outcome, Outcome::Error);
    EXPECT_THAT(answer.error, HasSubstr("no table to load"));
    EXPECT_EQ(function.awaitEnd(started.instance).reason, InstanceEndReason::Crashed);
}

TEST_P(Runtimes, InitHangEndsAsTimeout) {
    flow::FunctionSpec hanging = spec("hangs_to_load.handler");
    hanging.init_timeout = 500 * kMillisecond;
    FunctionUnderTest function(hanging);
    const auto [id, started] = function.start();
    const Answer answer = function.await(id);
    EXPECT_EQ(answer.outcome, Outcome::Timeout);
    EXPECT_THAT(answer.error, HasSubstr("init_timeout"));
    EXPECT_EQ(function.awaitEnd(started.instance).reason, InstanceEndReason::Timeout);
    EXPECT_TRUE(function.host.all<InstanceBecameReady>().empty());
}

TEST_P(Runtimes, OversizedAnswerFailsAndTheInstanceLives) {
    FunctionUnderTest function(spec("handlers.too_large"));
    const Answer answer = function.call();
    EXPECT_EQ(answer.outcome, Outcome::Error);
    EXPECT_THAT(answer.error, HasSubstr("Function.ResponseSizeTooLarge"));
    EXPECT_FALSE(function.start().second.cold);
}

TEST_P(Runtimes, LargeAnswerArrivesWhole) {
    FunctionUnderTest function(spec("handlers.large"));
    const Answer answer = function.call();
    ASSERT_EQ(answer.records.size(), 1U) << answer.error;
    EXPECT_EQ(answer.records[0].value->size(), 6'000'002U);
}

TEST_P(Runtimes, EverythingPrintedIsLoggedWithItsCall) {
    FunctionUnderTest function(spec("handlers.prints"));
    const auto [id, started] = function.start();
    EXPECT_EQ(function.await(id).outcome, Outcome::Success);
    function.stop();
    const std::vector<std::string> out = function.lines(facts::Stream::Stdout);
    EXPECT_THAT(out, Contains("plain line"));
    EXPECT_THAT(out, Contains("binary \uFFFD\uFFFD\uFFFD line"));
    EXPECT_THAT(out, Contains("no line end"));
    EXPECT_THAT(function.lines(facts::Stream::Stderr), Contains("to the error stream"));
    std::size_t long_line = 0;
    for (const std::string& line : out) {
        EXPECT_LE(line.size(), 64U * 1024);
        long_line += static_cast<std::size_t>(std::count(line.begin(), line.end(), 'x'));
    }
    EXPECT_EQ(long_line, 1'000'000U);
    for (const LogWritten& log : function.host.all<LogWritten>()) {
        if (log.text == "plain line" || log.text == "to the error stream") {
            EXPECT_EQ(log.invocation, id);
        }
    }
}

TEST_P(Runtimes, FloodOfOutputBlocksNothing) {
    FunctionUnderTest function(spec("handlers.floods"));
    EXPECT_EQ(function.call().outcome, Outcome::Success);
    const auto is_flood = [](const std::string& line) { return line == std::string(99, 'y'); };
    const std::vector<std::string> out = function.lines(facts::Stream::Stdout);
    EXPECT_EQ(std::count_if(out.begin(), out.end(), is_flood), 200'000);
}

TEST_P(Runtimes, ClosedOutputIsNoEnd) {
    FunctionUnderTest function(spec("handlers.closes_output"));
    EXPECT_THAT(values(function.call()), ElementsAre("\"closed\""));
    EXPECT_FALSE(function.start().second.cold);
}

TEST_P(Runtimes, ContextNamesTheCall) {
    FunctionUnderTest function(spec("handlers.about_context"));
    const auto about = nlohmann::json::parse(values(function.call()).at(0));
    EXPECT_EQ(about["request"], "00000000-0000-4000-8000-000000000001");
    EXPECT_THAT(about["arn"].get<std::string>(), HasSubstr(":function:under-test"));
    EXPECT_GT(about["left_ms"].get<int>(), 0);
    EXPECT_LE(about["left_ms"].get<int>(), 30'000);
}

TEST_P(Runtimes, EnvironmentIsLambdasAndTheFunctionsOwn) {
    ::setenv("WEIR_TEST_SECRET", "not for functions", 1);
    ::setenv("AWS_SESSION_TOKEN", "not for functions", 1);
    flow::FunctionSpec own = spec("handlers.environment");
    own.environment["CURRENCY"] = "EUR";
    own.memory_mb = 256;
    FunctionUnderTest function(own);
    const auto seen = nlohmann::json::parse(values(function.call()).at(0));
    const auto& environment = seen["environment"];
    EXPECT_EQ(environment["CURRENCY"], "EUR");
    EXPECT_EQ(environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], "256");
    EXPECT_EQ(environment["AWS_LAMBDA_FUNCTION_NAME"], "under-test");
    EXPECT_EQ(environment["_HANDLER"], "handlers.environment");
    EXPECT_FALSE(environment.contains("WEIR_TEST_SECRET"));
    EXPECT_FALSE(environment.contains("AWS_SESSION_TOKEN"));
    EXPECT_EQ(seen["directory"], std::filesystem::canonical(kHere).string());
    EXPECT_EQ(seen["input"], "");
}

TEST_P(Runtimes, EventHasTheShapeOfLambda) {
    FunctionUnderTest function(spec("handlers.whole_event"));
    const auto event = nlohmann::json::parse(values(function.call(2, 7)).at(0));
    EXPECT_EQ(event["eventSource"], "SelfManagedKafka");
    EXPECT_EQ(event["bootstrapServers"], "localhost:9092");
    ASSERT_EQ(event["records"]["bids-0"].size(), 2U);
    const auto& record = event["records"]["bids-0"][1];
    EXPECT_EQ(record["offset"], 8);
    EXPECT_EQ(record["timestampType"], "CREATE_TIME");
    EXPECT_EQ(record["key"], "a2V5");
}

INSTANTIATE_TEST_SUITE_P(, Runtimes, testing::Values("shipped", "awslambdaric"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace weir::invoke
