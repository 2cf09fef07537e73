// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/lambda.h"

#include "base/text.h"
#include "call_fixture.h"

namespace weir::invoke {
namespace {

using facts::Outcome;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string base64(std::string_view text) {
    std::string out;
    appendBase64(out, text);
    return out;
}

class LambdaTest : public CallFixture {
  protected:
    Result<std::unique_ptr<Target>> make(flow::LambdaTarget what) {
        flow::FunctionSpec spec;
        spec.name = "score";
        spec.timeout = 5 * kSecond;
        if (what.function.empty()) what.function = "score:live";
        spec.target = std::move(what);
        return makeLambdaTarget(
            FakeHost::kFunction, spec, {"SelfManagedKafka", "a:9092"},
            [](TopicId) { return std::string("bids"); }, host,
            [this](const std::string& name) { return variable(name); });
    }
    [[nodiscard]] std::optional<std::string> variable(const std::string& name) const {
        if (name == "AWS_ACCESS_KEY_ID" && !key.empty()) return key;
        if (name == "AWS_SECRET_ACCESS_KEY" && !key.empty()) return "secret";
        return std::nullopt;
    }
    Answer exchange(const ScriptedServer::Reply& reply, bool event = false) {
        const ScriptedServer server([&](const std::string& request) {
            seen = request;
            return reply;
        });
        auto made = make({.endpoint = server.url().substr(0, server.url().rfind('/')), .event = event});
        EXPECT_TRUE(made.has_value());
        target = std::move(*made);
        const Answer answer = call(7, 2);
        target->stop();
        target.reset();
        return answer;
    }

    std::string key = "AKID";
    std::string seen;
};

TEST_F(LambdaTest, InvokesWithASignatureAndReadsTheAnswer) {
    const Answer answer = exchange(ScriptedServer::answer(200, R"([{"value":"a"},{"value":"b"}])"));
    ASSERT_EQ(answer.records.size(), 2U) << answer.error;
    EXPECT_THAT(seen, AllOf(HasSubstr("POST /2015-03-31/functions/score/invocations?Qualifier=live HTTP/1.1"),
                            HasSubstr("X-Amz-Invocation-Type: RequestResponse\r\n"),
                            HasSubstr("X-Amz-Log-Type: Tail\r\n"),
                            HasSubstr("Authorization: AWS4-HMAC-SHA256 Credential=AKID/"),
                            HasSubstr("/us-east-1/lambda/aws4_request"), HasSubstr("\"bids-0\"")));
}

TEST_F(LambdaTest, AnEndpointOfOnesOwnNeedsNoCredentials) {
    key.clear();
    EXPECT_EQ(exchange(ScriptedServer::answer(200, "null")).outcome, Outcome::Success);
    EXPECT_THAT(seen, Not(HasSubstr("Authorization")));
}

TEST_F(LambdaTest, AnEventIsHandedOverWithoutAnAnswer) {
    const Answer answer = exchange(ScriptedServer::answer(202, ""), true);
    EXPECT_EQ(answer.outcome, Outcome::Success);
    EXPECT_THAT(seen, AllOf(HasSubstr("X-Amz-Invocation-Type: Event\r\n"), Not(HasSubstr("X-Amz-Log-Type"))));
}

TEST_F(LambdaTest, TheLogsTailIsReadAndTellsAColdStart) {
    const std::string tail =
        "START RequestId: x Version: 1\nhello\nREPORT RequestId: x\tDuration: 2.5 ms\t"
        "Billed Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\tInit Duration: 90.1 ms\t\n";
    const Answer answer =
        exchange(ScriptedServer::answer(200, "null", "X-Amz-Log-Result: " + base64(tail) + "\r\n"));
    EXPECT_TRUE(answer.cold);
    const auto log = host.all<LogWritten>();
    ASSERT_EQ(log.size(), 3U);
    EXPECT_EQ(log[1].text, "hello");
    EXPECT_EQ(log[1].stream, facts::Stream::Stdout);
    EXPECT_EQ(log[1].invocation, InvocationId{1});
    EXPECT_EQ(log[2].stream, facts::Stream::Weir);
    EXPECT_FALSE(exchange(ScriptedServer::answer(200, "null", "X-Amz-Log-Result: %%%\r\n")).cold);
}

TEST_F(LambdaTest, AFunctionErrorIsA200) {
    const auto failing = [this](const std::string& body) {
        return exchange(ScriptedServer::answer(200, body, "X-Amz-Function-Error: Unhandled\r\n"));
    };
    const Answer answer = failing(R"({"errorType":"ValueError","errorMessage":"no"})");
    EXPECT_EQ(answer.outcome, Outcome::Error);
    EXPECT_EQ(answer.error, "ValueError: no");
    EXPECT_EQ(failing(R"({"errorMessage":"2026 x Task timed out after 3.00 seconds"})").outcome,
              Outcome::Timeout);
    EXPECT_EQ(failing(R"({"errorType":"Runtime.ExitError","errorMessage":"exit"})").outcome,
              Outcome::Crashed);
    EXPECT_EQ(failing("not JSON at all").outcome, Outcome::Error);
}

TEST_F(LambdaTest, BothKindsOfThrottlingAreTold) {
    const Answer reserved = exchange(ScriptedServer::answer(
        429, R"({"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"})", "Retry-After: 3\r\n"));
    EXPECT_EQ(reserved.outcome, Outcome::Throttled);
    EXPECT_EQ(reserved.retry_after, 3 * kSecond);
    EXPECT_THAT(reserved.error, HasSubstr("reserved concurrency"));
    EXPECT_THAT(
        exchange(ScriptedServer::answer(429, R"({"Reason":"ConcurrentInvocationLimitExceeded"})")).error,
        HasSubstr("account's concurrency"));
}

TEST_F(LambdaTest, RefusalsSayWhatToDo) {
    const Answer large = exchange(ScriptedServer::answer(413, ""));
    EXPECT_FALSE(large.retryable);
    EXPECT_THAT(large.error, HasSubstr("batch_bytes"));
    const Answer expired = exchange(
        ScriptedServer::answer(403, R"({"message":"The security token included in the request is expired"})",
                               "X-Amzn-ErrorType: ExpiredTokenException:http://x\r\n"));
    EXPECT_TRUE(expired.retryable);
    EXPECT_THAT(expired.error, HasSubstr("have expired"));
    const Answer unknown = exchange(ScriptedServer::answer(
        404, R"({"Message":"Function not found"})", "X-Amzn-ErrorType: ResourceNotFoundException\r\n"));
    EXPECT_FALSE(unknown.retryable);
    EXPECT_THAT(unknown.error, AllOf(HasSubstr("Function not found"), HasSubstr("no such function")));
    EXPECT_THAT(
        exchange(ScriptedServer::answer(403, "", "X-Amzn-ErrorType: InvalidSignatureException\r\n")).error,
        HasSubstr("secret access key"));
    EXPECT_THAT(exchange(ScriptedServer::answer(403, "<Code>SignatureDoesNotMatch</Code>")).error,
                HasSubstr("secret access key"));
    EXPECT_TRUE(exchange(ScriptedServer::answer(500, R"({"Message":"x"})")).retryable);
    EXPECT_FALSE(exchange(ScriptedServer::answer(302, "", "Location: http://b/\r\n")).retryable);
}

TEST_F(LambdaTest, ExpiredCredentialsAreReadAgain) {
    int calls = 0;
    std::vector<std::string> requests;
    const ScriptedServer server([&](const std::string& request) {
        requests.push_back(request);
        return ++calls == 1 ? ScriptedServer::answer(403, "", "X-Amzn-ErrorType: ExpiredTokenException\r\n")
                            : ScriptedServer::answer(200, "null");
    });
    target = std::move(*make({.endpoint = server.url()}));
    EXPECT_EQ(call(7, 1).outcome, Outcome::Error);
    key = "RENEWED";
    EXPECT_EQ(call(7, 1).outcome, Outcome::Success);
    EXPECT_THAT(requests[1], HasSubstr("Credential=RENEWED/"));
    target->stop();
}

TEST_F(LambdaTest, WhatIsMissingIsSaidBeforeAnythingStarts) {
    EXPECT_THAT(make({}).error().hint, HasSubstr("`region`"));
    key.clear();
    const auto no_credentials = make({.region = "eu-west-1"});
    ASSERT_FALSE(no_credentials);
    EXPECT_EQ(no_credentials.error().code, ErrorCode::CredentialsRefused);
}

}  // namespace
}  // namespace weir::invoke
