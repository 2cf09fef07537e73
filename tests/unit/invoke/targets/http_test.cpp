// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/http.h"

#include "integration/lambda_runtime/fake_host.h"
#include "scripted_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

namespace weir::invoke {
namespace {

using facts::Outcome;
using testing::HasSubstr;
using Reply = ScriptedServer::Reply;

flow::FunctionSpec specFor(const std::string& url,
                           flow::HttpTarget::Body body = flow::HttpTarget::Body::Event) {
    flow::FunctionSpec spec;
    spec.name = "f";
    spec.timeout = 5 * kSecond;
    spec.target = flow::HttpTarget{.url = url, .body = body, .headers = {{"Authorization", "Bearer token"}}};
    return spec;
}

class HttpTest : public testing::Test {
  protected:
    Answer call(const flow::FunctionSpec& spec, std::uint32_t events = 2) {
        if (!target) {
            target = makeHttpTarget(
                FakeHost::kFunction, spec, {"SelfManagedKafka", "localhost:9092"},
                [](TopicId) { return std::string("bids"); }, host);
        }
        Invocation invocation;
        invocation.id = InvocationId{++last};
        invocation.batch = makeBatch(7, events);
        target->start(invocation, now());
        const InvocationId id = invocation.id;
        EXPECT_TRUE(host.await(*target, [id](const TargetEvent& event) {
            const auto* ended = std::get_if<CallEnded>(&event.what);
            return ended != nullptr && ended->invocation == id;
        }));
        return std::get<CallEnded>(host.events.back().what).answer;
    }
    Answer callWith(const Reply& reply, DurationNs timeout = 5 * kSecond) {
        target.reset();
        const ScriptedServer server([&](const std::string&) { return reply; });
        flow::FunctionSpec spec = specFor(server.url());
        spec.timeout = timeout;
        const Answer answer = call(spec);
        target.reset();
        return answer;
    }

    FakeHost host;
    std::unique_ptr<Target> target;
    std::int64_t last = 0;
};

TEST_F(HttpTest, SendsTheEventAndReadsTheAnswer) {
    std::string seen;
    const ScriptedServer server([&](const std::string& request) {
        seen = request;
        return ScriptedServer::answer(200, R"([{"value":"a"},{"value":"b"}])",
                                      "Content-Type: application/json\r\n");
    });
    const Answer answer = call(specFor(server.url()));
    EXPECT_EQ(answer.outcome, Outcome::Success) << answer.error;
    ASSERT_EQ(answer.records.size(), 2U);
    EXPECT_EQ(answer.records[1].cause, 1U);
    EXPECT_THAT(seen, HasSubstr("POST /function HTTP/1.1"));
    EXPECT_THAT(seen, HasSubstr("Authorization: Bearer token"));
    EXPECT_THAT(seen, HasSubstr("Content-Type: application/json"));
    EXPECT_THAT(seen, HasSubstr("\"bids-0\""));
    target->stop();
}

TEST_F(HttpTest, SendsTheValueOfOneEvent) {
    std::string seen;
    const ScriptedServer server([&](const std::string& request) {
        seen = request;
        return ScriptedServer::answer(200, "sold", "Content-Type: text/plain\r\n");
    });
    const Answer answer = call(specFor(server.url(), flow::HttpTarget::Body::Value), 1);
    ASSERT_EQ(answer.records.size(), 1U) << answer.error;
    EXPECT_EQ(answer.records[0].value, "sold");
    EXPECT_EQ(answer.records[0].cause, 0U);
    EXPECT_THAT(seen, HasSubstr("Kafka-Topic: bids\r\n"));
    EXPECT_THAT(seen, HasSubstr("Kafka-Offset: 7\r\n"));
    target->stop();
}

TEST_F(HttpTest, SendsTheValuesAsAList) {
    std::string seen;
    const ScriptedServer server([&](const std::string& request) {
        seen = request;
        return ScriptedServer::answer(200, R"(["a",null])", "Content-Type: application/json\r\n");
    });
    const Answer answer = call(specFor(server.url(), flow::Body::Values));
    EXPECT_THAT(seen, HasSubstr("\r\n\r\n[{\"n\":7},{\"n\":8}]"));
    ASSERT_EQ(answer.records.size(), 1U) << answer.error;
    EXPECT_EQ(answer.records[0].cause, 0U);
    target->stop();
}

TEST_F(HttpTest, SpeaksToCustomHandlersAsAzureDoes) {
    std::string seen;
    const ScriptedServer server([&](const std::string& request) {
        seen = request;
        return ScriptedServer::answer(200,
                                      R"({"Outputs":{"sold":[{"value":"a"},{"value":"b"}]},"Logs":["looked"],
            "ReturnValue":"done"})",
                                      "Content-Type: application/json\r\n");
    });
    flow::FunctionSpec spec = specFor(server.url(), flow::Body::Azure);
    const Answer answer = call(spec);
    EXPECT_THAT(seen, HasSubstr(R"({"Data":{"events":[{"Offset":7,"Partition":0,"Topic":"bids")"));
    EXPECT_THAT(seen, HasSubstr(R"("Value":"{\"n\":8}")"));
    EXPECT_THAT(seen, HasSubstr(R"("MethodName":"function")"));
    ASSERT_EQ(answer.records.size(), 3U) << answer.error;
    EXPECT_EQ(answer.records[1].value, "b");
    EXPECT_EQ(answer.records[1].cause, 1U);
    ASSERT_EQ(host.all<LogWritten>().size(), 1U);
    EXPECT_EQ(host.all<LogWritten>()[0].text, "looked");
    target->stop();
}

TEST_F(HttpTest, CustomHandlersThatAnswerNonsenseFail) {
    for (const std::string body : {"{", "[]", "OK"}) {
        target.reset();
        const ScriptedServer server([&](const std::string&) { return ScriptedServer::answer(200, body); });
        EXPECT_EQ(call(specFor(server.url(), flow::Body::Azure)).outcome, Outcome::Error) << body;
        target.reset();
    }
}

TEST_F(HttpTest, ConnectionsAreUsedAgain) {
    const ScriptedServer server([](const std::string&) { return ScriptedServer::answer(204, ""); });
    for (int i = 0; i < 20; ++i) EXPECT_EQ(call(specFor(server.url())).outcome, Outcome::Success);
    EXPECT_EQ(server.connections(), 1);
    target->stop();
}

TEST_F(HttpTest, NothingListens) {
    const Answer answer = call(specFor("http://127.0.0.1:1/"));
    EXPECT_EQ(answer.outcome, Outcome::Error);
    EXPECT_TRUE(answer.retryable);
    EXPECT_THAT(answer.error, HasSubstr("connect"));
}

TEST_F(HttpTest, StatusesMeanWhatTheyShould) {
    EXPECT_EQ(callWith(ScriptedServer::answer(500, "boom")).outcome, Outcome::Error);
    EXPECT_THAT(callWith(ScriptedServer::answer(500, "boom")).error, HasSubstr("500: boom"));
    EXPECT_TRUE(callWith(ScriptedServer::answer(502, "")).retryable);
    EXPECT_TRUE(callWith(ScriptedServer::answer(408, "")).retryable);
    EXPECT_FALSE(callWith(ScriptedServer::answer(400, "no")).retryable);
    EXPECT_FALSE(callWith(ScriptedServer::answer(404, "")).retryable);
    const Answer redirect = callWith(ScriptedServer::answer(302, "", "Location: http://elsewhere/\r\n"));
    EXPECT_FALSE(redirect.retryable);
    EXPECT_THAT(redirect.error, HasSubstr("http://elsewhere/"));
}

TEST_F(HttpTest, RefusalsThrottle) {
    const Answer plain = callWith(ScriptedServer::answer(429, ""));
    EXPECT_EQ(plain.outcome, Outcome::Throttled);
    EXPECT_EQ(plain.retry_after, std::nullopt);
    const Answer says = callWith(ScriptedServer::answer(503, "", "Retry-After: 7\r\n"));
    EXPECT_EQ(says.outcome, Outcome::Throttled);
    EXPECT_EQ(says.retry_after, 7 * kSecond);
}

TEST_F(HttpTest, BadAnswersAreErrors) {
    EXPECT_THAT(callWith(ScriptedServer::answer(200, "{broken", "Content-Type: application/json\r\n")).error,
                HasSubstr("not valid JSON"));
    EXPECT_THAT(callWith(ScriptedServer::answer(200, std::string(7'000'000, 'x'))).error,
                HasSubstr("larger"));
    EXPECT_EQ(callWith({"", Reply::Then::Reset}).outcome, Outcome::Error);
    EXPECT_EQ(callWith({"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhal", Reply::Then::Reset}).outcome,
              Outcome::Error);
    EXPECT_EQ(callWith({"\x01\x02 no HTTP at all\r\n\r\n", Reply::Then::Reset}).outcome, Outcome::Error);
}

TEST_F(HttpTest, HangingHalfWayIsATimeout) {
    const Answer answer =
        callWith({"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhal", Reply::Then::Hang}, 100 * kMillisecond);
    EXPECT_EQ(answer.outcome, Outcome::Timeout);
}

TEST_F(HttpTest, AnAnswerThatComesAfterTheTimeoutIsNobodys) {
    std::atomic<int> requests{0};
    const ScriptedServer server([&](const std::string&) {
        if (++requests > 1) return ScriptedServer::answer(200, R"("prompt")");
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        return ScriptedServer::answer(200, R"("late")");
    });
    flow::FunctionSpec spec = specFor(server.url());
    spec.timeout = 100 * kMillisecond;
    EXPECT_EQ(call(spec, 1).outcome, Outcome::Timeout);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    const Answer next = call(spec, 1);
    target->stop();
    host.drain(*target);
    EXPECT_EQ(next.outcome, Outcome::Success) << next.error;
    ASSERT_EQ(next.records.size(), 1U);
    EXPECT_EQ(next.records[0].value, R"("prompt")");
    EXPECT_EQ(host.all<CallEnded>().size(), 2U) << "one end for each call";
    target.reset();
}

TEST_F(HttpTest, StopAbandonsWhatRuns) {
    const ScriptedServer server([](const std::string&) { return Reply{"", Reply::Then::Hang}; });
    target = makeHttpTarget(
        FakeHost::kFunction, specFor(server.url()), {"SelfManagedKafka", ""},
        [](TopicId) { return std::string("bids"); }, host);
    Invocation invocation;
    invocation.id = InvocationId{1};
    invocation.batch = makeBatch(0, 1);
    target->start(invocation, now());
    target->stop();
    host.drain(*target);
    ASSERT_EQ(host.all<CallEnded>().size(), 1U);
    EXPECT_EQ(host.all<CallEnded>()[0].answer.outcome, Outcome::Abandoned);
    EXPECT_EQ(host.all<InstanceEnded>().size(), 1U);
}

}  // namespace
}  // namespace weir::invoke
