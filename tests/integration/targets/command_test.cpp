// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/command.h"

#include "integration/lambda_runtime/alive.h"
#include "integration/lambda_runtime/fake_host.h"
#include "peers/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <memory>

namespace weir::invoke {
namespace {

using facts::InstanceEndReason;
using facts::Outcome;
using testing::HasSubstr;

class CommandTest : public testing::Test {
  protected:
    ~CommandTest() override { stop(); }

    void open(std::vector<std::string> command, flow::Body body = flow::Body::Event,
              DurationNs timeout = 20 * kSecond) {
        stop();
        flow::FunctionSpec spec;
        spec.name = "f";
        spec.timeout = timeout;
        spec.environment["GREETING"] = "hello";
        spec.target = flow::CommandTarget{.command = std::move(command), .directory = ".", .body = body};
        target = makeCommandTarget(
            FakeHost::kFunction, spec, folder.path(), {"SelfManagedKafka", "a:9092"},
            [](TopicId) { return std::string("bids"); }, host);
    }
    void shell(const std::string& script, flow::Body body = flow::Body::Values,
               DurationNs timeout = 20 * kSecond) {
        open({"sh", "-c", script}, body, timeout);
    }
    void stop() {
        if (!target) return;
        target->stop();
        host.drain(*target);
        target.reset();
    }
    Target::Started start(std::uint32_t events = 1) {
        Invocation invocation;
        invocation.id = InvocationId{++last};
        invocation.batch = makeBatch(7, events);
        return target->start(invocation, now());
    }
    Answer await() {
        const InvocationId id{last};
        EXPECT_TRUE(host.await(*target, [id](const TargetEvent& event) {
            const auto* ended = std::get_if<CallEnded>(&event.what);
            return ended != nullptr && ended->invocation == id;
        }));
        return std::get<CallEnded>(host.events.back().what).answer;
    }
    Answer call(std::uint32_t events = 1) {
        start(events);
        return await();
    }
    InstanceEnded awaitEnd() {
        const std::size_t before = host.all<InstanceEnded>().size();
        if (before == 0) {
            EXPECT_TRUE(host.await(*target, [](const TargetEvent& event) {
                return std::holds_alternative<InstanceEnded>(event.what);
            }));
        }
        return host.all<InstanceEnded>().back();
    }

    peers::TemporaryDirectory folder{"weir-command"};
    FakeHost host;
    std::unique_ptr<Target> target;
    std::int64_t last = 0;
};

TEST_F(CommandTest, JqAnswersEachBatchWithALine) {
    if (std::system("command -v jq >/dev/null") != 0) GTEST_SKIP() << "jq is not installed";
    open({"jq", "-c", "--unbuffered", "map({value: (.n * 2)})"}, flow::Body::Values);
    for (int i = 0; i < 3; ++i) {
        const Answer answer = call(2);
        ASSERT_EQ(answer.records.size(), 2U) << answer.error;
        EXPECT_EQ(answer.records[0].value, "14");
        EXPECT_EQ(answer.records[1].cause, 1U);
    }
    EXPECT_EQ(host.all<InstanceBecameReady>().size(), 1U);  // one process
    open({"jq", "-c", "--unbuffered",
          ".records[\"bids-0\"] | map({value: (.value | @base64d | fromjson | .n)})"});
    EXPECT_EQ(call(1).records.at(0).value, "7");
}

TEST_F(CommandTest, AShellScriptReadsValuesAndLogsToStandardError) {
    shell("while read -r line; do echo \"$GREETING $line\" >&2; echo '{\"value\":\"seen\"}'; done",
          flow::Body::Value);
    EXPECT_EQ(call().records.at(0).value, "seen");
    EXPECT_EQ(host.all<LogWritten>().at(0).text, "hello {\"n\":7}");
    EXPECT_EQ(host.all<LogWritten>().at(0).invocation, InvocationId{1});
    EXPECT_FALSE(start().cold);
    EXPECT_EQ(await().outcome, Outcome::Success);
}

TEST_F(CommandTest, AnEmptyLineIsNoOutputAndNonsenseAnError) {
    shell("while read -r line; do echo; read -r line; echo nonsense; done");
    EXPECT_TRUE(call().records.empty());
    const Answer answer = call();
    EXPECT_EQ(answer.outcome, Outcome::Error);
    EXPECT_THAT(answer.error, HasSubstr("not valid JSON"));
}

TEST_F(CommandTest, ItIsStartedAgainAfterItsEnd) {
    shell("read -r line; echo last words >&2; exit 3");
    const Answer answer = call();
    EXPECT_EQ(answer.outcome, Outcome::Crashed);
    EXPECT_THAT(answer.error, HasSubstr("exit status 3"));
    EXPECT_THAT(answer.error, HasSubstr("last words"));
    EXPECT_EQ(awaitEnd().reason, InstanceEndReason::Crashed);
    EXPECT_TRUE(start().cold);
    EXPECT_EQ(await().outcome, Outcome::Crashed);
}

TEST_F(CommandTest, ATimeoutKillsItWithAllThatItStarted) {
    shell("trap '' TERM; sleep 300 & echo $! >&2; read -r line; read -r line", flow::Body::Values,
          300 * kMillisecond);
    EXPECT_EQ(call().outcome, Outcome::Timeout);
    EXPECT_EQ(awaitEnd().reason, InstanceEndReason::Timeout);
    const pid_t child = std::stoi(host.all<LogWritten>().at(0).text);
    EXPECT_FALSE(isAlive(child));
}

TEST_F(CommandTest, AnswersThatNobodyWaitsForAreLogged) {
    shell("while read -r line; do printf '1\\n2\\n'; done");
    EXPECT_EQ(call().records.at(0).value, "1");
    EXPECT_TRUE(host.await(*target, [](const TargetEvent& event) {
        const auto* log = std::get_if<LogWritten>(&event.what);
        return log != nullptr && log->text.find("no call waits for") != std::string::npos;
    }));
}

TEST_F(CommandTest, TooLargeAnAnswerEndsIt) {
    shell("read -r line; head -c 7000000 /dev/zero | tr '\\0' x; sleep 300");
    const Answer answer = call();
    EXPECT_EQ(answer.outcome, Outcome::Error);
    EXPECT_THAT(answer.error, HasSubstr("more than"));
    awaitEnd();
}

TEST_F(CommandTest, ClosedPipesAreNoticed) {
    shell("read -r line; exec 1>&-; sleep 300");
    EXPECT_EQ(call().outcome, Outcome::Crashed);
    EXPECT_THAT(awaitEnd().detail, HasSubstr("closed its standard output"));
    shell("exec 0<&-; sleep 300", flow::Body::Values, 300 * kMillisecond);
    EXPECT_EQ(call(1'000).outcome, Outcome::Timeout);
}

TEST_F(CommandTest, APipeThatNobodyReadsHoldsNobody) {
    shell("sleep 300", flow::Body::Event, 300 * kMillisecond);
    EXPECT_EQ(call(10'000).outcome, Outcome::Timeout);
}

TEST_F(CommandTest, StopEndsAProcessThatIgnoresIt) {
    shell("trap '' TERM; while :; do read -r line || sleep 1; done");
    start();
    const TimeNs begun = now();
    target->stop();
    EXPECT_LT(now() - begun, 3 * kSecond);
    host.drain(*target);
    EXPECT_EQ(host.all<CallEnded>().at(0).answer.outcome, Outcome::Abandoned);
    EXPECT_EQ(host.all<InstanceEnded>().size(), 1U);
}

TEST_F(CommandTest, WhatCannotBeStartedIsSaid) {
    open({"/no/such/program"});
    const Answer answer = call();
    EXPECT_EQ(answer.outcome, Outcome::Error);
    EXPECT_THAT(answer.error, HasSubstr("/no/such/program"));
}

}  // namespace
}  // namespace weir::invoke
