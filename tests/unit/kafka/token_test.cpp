// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "kafka/client.h"
#include "kafka/connection_test.h"
#include "kafka/metadata.h"
#include "kafka/settings.h"
#include "kafka/token_source.h"
#include "kafka_fixture.h"
#include "unit/invoke/targets/scripted_server.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace weir::kafka {
namespace {

using invoke::ScriptedServer;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSecret = "tok3n-pa55word";

ClusterSettings settingsFor(const std::string& url, const std::string& brokers = "127.0.0.1:1") {
    return {brokers,
            {{"security.protocol", "SASL_PLAINTEXT"},
             {"sasl.mechanism", "OAUTHBEARER"},
             {"sasl.oauthbearer.method", "oidc"},
             {"sasl.oauthbearer.client.id", "weir-client"},
             {"sasl.oauthbearer.client.secret", kSecret},
             {"sasl.oauthbearer.token.endpoint.url", url}}};
}

TokenSettings tokenSettings(const std::string& url) {
    auto settings = tokenSettingsOf(settingsFor(url).properties);
    EXPECT_TRUE(settings) << settings.error().message;
    return std::move(**settings);
}

std::string jwt(const std::string& claims) {
    const auto part = [](const std::string& text) {
        std::string out;
        appendBase64(out, text);
        for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
        return out.substr(0, out.find('='));
    };
    return part(R"({"alg":"none"})") + "." + part(claims) + ".";
}

HttpResponse okAnswer(std::string body) {
    HttpResponse response;
    response.status = 200;
    response.body = std::move(body);
    return response;
}

/// What the answer of a server makes of fetching, which must fail.
Error errorWith(const ScriptedServer::Reply& reply) {
    const ScriptedServer server([&](const std::string&) { return reply; });
    TokenSource source(tokenSettings(server.url()));
    const auto token = source.fetch();
    EXPECT_FALSE(token);
    if (token) return {};
    EXPECT_THAT(token.error().message + token.error().hint, Not(HasSubstr(kSecret)));
    return token.error();
}

TEST(TokenSourceTest, AsksAsOAuthWantsIt) {
    std::string seen;
    const ScriptedServer server([&](const std::string& request) {
        seen = request;
        return ScriptedServer::answer(200, R"({"access_token":"abc","token_type":"Bearer","expires_in":60})");
    });
    TokenSettings settings = tokenSettings(server.url());
    settings.scope = "kafka read:all";
    TokenSource source(settings);
    const TimeNs before = now();
    const auto token = source.fetch();
    ASSERT_TRUE(token) << token.error().message;
    EXPECT_EQ(token->value, "abc");
    EXPECT_EQ(token->principal, "weir-client");
    EXPECT_GE(token->expires, before + 60 * kSecond);
    EXPECT_LT(token->expires, now() + 61 * kSecond);

    std::string basic;
    appendBase64(basic, std::string("weir-client:") + kSecret);
    EXPECT_THAT(seen, testing::StartsWith("POST /function HTTP/1.1\r\n"));
    EXPECT_THAT(seen, HasSubstr("Authorization: Basic " + basic + "\r\n"));
    EXPECT_THAT(seen, HasSubstr("Content-Type: application/x-www-form-urlencoded\r\n"));
    EXPECT_THAT(seen, testing::EndsWith("\r\n\r\ngrant_type=client_credentials&scope=kafka%20read%3Aall"));
}

TEST(TokenAnswerTest, TheTokenItselfTellsWhoAndHowLong) {
    const TokenSettings settings = tokenSettings("https://login.example/token");
    const TimeNs at = 1'000'000 * kSecond;
    const auto read = [&](const std::string& claims, const std::string& more = "") {
        return readToken(okAnswer(fmt::format(R"({{"access_token":"{}"{}}})", jwt(claims), more)), settings,
                         at);
    };
    const auto both = read(R"({"sub":"robot","exp":1000120})");
    ASSERT_TRUE(both) << both.error().message;
    EXPECT_EQ(both->principal, "robot");
    EXPECT_EQ(both->expires, at + 120 * kSecond);
    // What the answer says counts from now, whatever the clocks say.
    EXPECT_EQ(read(R"({"exp":1})", R"(,"expires_in":90)")->expires, at + 90 * kSecond);
    EXPECT_EQ(read(R"({"exp":1})", R"(,"expires_in":"90")")->expires, at + 90 * kSecond);
    EXPECT_EQ(read(R"({})")->expires, at + 300 * kSecond);
    EXPECT_EQ(read(R"(no json)")->principal, "weir-client");
    for (const char* more : {"", R"(,"expires_in":0)", R"(,"expires_in":-1e300)"}) {
        const auto late = read(R"({"exp":999999.5})", more);
        ASSERT_FALSE(late);
        EXPECT_THAT(late.error().message, HasSubstr("expired already"));
        EXPECT_THAT(late.error().hint, HasSubstr("clock"));
    }
}

TEST(TokenSourceTest, ARefusalIsTold) {
    const Error refused = errorWith(ScriptedServer::answer(
        401, fmt::format(R"({{"error":"invalid_client","error_description":"no {} here"}})", kSecret)));
    EXPECT_EQ(refused.code, ErrorCode::CredentialsRefused);
    EXPECT_THAT(refused.message, HasSubstr("(status 401: invalid_client: no  here)"));
    EXPECT_THAT(refused.hint, HasSubstr("sasl.oauthbearer.client.secret"));

    EXPECT_EQ(errorWith(ScriptedServer::answer(400, "")).code, ErrorCode::CredentialsRefused);
    const Error missing = errorWith(ScriptedServer::answer(404, "<html>"));
    EXPECT_EQ(missing.code, ErrorCode::CredentialsRefused);
    EXPECT_THAT(missing.message, HasSubstr("no token endpoint"));
    const Error moved = errorWith(ScriptedServer::answer(302, "", "Location: http://other.example/\r\n"));
    EXPECT_THAT(moved.message, HasSubstr("sends elsewhere"));
    EXPECT_EQ(errorWith(ScriptedServer::answer(503, "")).code, ErrorCode::Unreachable);
}

TEST(TokenSourceTest, AnAnswerWithoutATokenIsTold) {
    EXPECT_THAT(errorWith(ScriptedServer::answer(200, R"({"token":"x"})")).message,
                HasSubstr("holds no access_token"));
    EXPECT_THAT(errorWith(ScriptedServer::answer(200, "<html>")).message, HasSubstr("is not JSON"));
    EXPECT_THAT(errorWith(ScriptedServer::answer(200, R"({"access_token":7})")).message,
                HasSubstr("holds no access_token"));
    const Error much = errorWith(ScriptedServer::answer(200, std::string(2 << 20, ' ')));
    EXPECT_THAT(much.message, HasSubstr("far too much"));
}

TEST(TokenSourceTest, AnEndpointThatIsNotThereIsTold) {
    TokenSource nobody(tokenSettings("http://user:pw@127.0.0.1:1/token?key=hidden"));
    const auto refused = nobody.fetch();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Unreachable);
    EXPECT_THAT(refused.error().message, HasSubstr("endpoint http://127.0.0.1:1/token cannot be reached"));

    const Error reset = errorWith({"", ScriptedServer::Reply::Then::Reset});
    EXPECT_EQ(reset.code, ErrorCode::Unreachable);
}

TEST(TokenSourceTest, ATlsFaultIsTold) {
    const TokenSettings settings = tokenSettings("https://login.example/token");
    HttpResponse response;
    response.failure = HttpResponse::Failure::Certificate;
    response.error = "SSL certificate problem: unable to get local issuer certificate";
    const auto unknown = readToken(response, settings, 0);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, ErrorCode::TlsFailed);
    EXPECT_THAT(unknown.error().message, HasSubstr("TLS certificate of the token endpoint"));
    EXPECT_THAT(unknown.error().hint, HasSubstr("https.ca.location"));
    response.failure = HttpResponse::Failure::Broken;
    response.error = "error:0A00010B:SSL routines::wrong version number";
    EXPECT_EQ(readToken(response, settings, 0).error().code, ErrorCode::TlsFailed);
}

TEST(TokenSourceTest, CanBeStopped) {
    const ScriptedServer server([](const std::string&) {
        return ScriptedServer::Reply{"", ScriptedServer::Reply::Then::Hang};
    });
    TokenSource source(tokenSettings(server.url()));
    const std::atomic<bool> cancel = true;
    const auto stopped = source.fetch(&cancel);
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(source.fetch().error().code, ErrorCode::Cancelled);
}

TEST(TokenSettingsTest, WhatIsMissingOrWrongIsNamed) {
    const auto problem = [](const std::string& name, const std::string& value) {
        ClusterSettings settings = settingsFor("https://login.example/token");
        settings.properties[name] = value;
        if (const Status valid = checkProperties(settings.properties); !valid) return valid.error().message;
        const Status complete = checkSignIn(settings.properties);
        return complete ? std::string() : complete.error().message;
    };
    EXPECT_EQ(problem("sasl.oauthbearer.scope", "kafka"), "");
    EXPECT_EQ(problem("sasl.oauthbearer.extensions", "logicalCluster=lkc-1,identityPoolId=pool-2=x"), "");
    EXPECT_THAT(problem("sasl.oauthbearer.client.secret", ""), HasSubstr("client.secret: is missing"));
    EXPECT_THAT(problem("sasl.oauthbearer.token.endpoint.url", "login"), HasSubstr("http or https"));
    EXPECT_THAT(problem("sasl.oauthbearer.method", "oauth"), HasSubstr("is no method"));
    EXPECT_THAT(problem("sasl.oauthbearer.method", "default"), HasSubstr("no source of tokens"));
    EXPECT_THAT(problem("sasl.oauthbearer.extensions", "auth=x"), HasSubstr("no extension"));
    EXPECT_THAT(problem("sasl.oauthbearer.extensions", "a1=x"), HasSubstr("no extension"));
    EXPECT_THAT(problem("sasl.mechanism", "PLAIN"), HasSubstr("OAUTHBEARER only"));
    EXPECT_THAT(problem("sasl.oauthbearer.scop", "x"), HasSubstr("is not known"));
}

TEST(TokenErrorTest, SurvivesTheWayThroughLibrdkafka) {
    const Error error{ErrorCode::TlsFailed, "one: two", "do this"};
    Error back;
    EXPECT_TRUE(
        unpackTokenError("sasl: Failed to acquire SASL OAUTHBEARER token: " + packTokenError(error), back));
    EXPECT_EQ(back.code, error.code);
    EXPECT_EQ(back.message, error.message);
    EXPECT_EQ(back.hint, error.hint);
    EXPECT_FALSE(unpackTokenError("Failed to acquire SASL OAUTHBEARER token: other", back));
}

TEST(TokenClientTest, AFailureEndsTheQuestionAtOnceWithItsReason) {
    const ScriptedServer server(
        [](const std::string&) { return ScriptedServer::answer(401, R"({"error":"invalid_client"})"); });
    const auto began = std::chrono::steady_clock::now();
    const auto info = describeCluster(settingsFor(server.url()), {}, false, 30'000);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
    ASSERT_FALSE(info);
    EXPECT_EQ(info.error().code, ErrorCode::CredentialsRefused);
    EXPECT_THAT(info.error().message, HasSubstr("gave no token (status 401: invalid_client)"));
    EXPECT_THAT(info.error().hint, HasSubstr("client.secret"));
}

TEST(TokenClientTest, AConsumerReportsTheFailure) {
    const ScriptedServer server(
        [](const std::string&) { return ScriptedServer::answer(401, R"({"error":"invalid_client"})"); });
    Reading reading;
    reading.begin(settingsFor(server.url()));
    ASSERT_TRUE(reading.consumer->assign({{"t", 0}}));
    ASSERT_TRUE(reading.until([&] { return reading.saw<ConsumerTrouble>(); }));
    const ConsumerTrouble trouble = reading.all<ConsumerTrouble>()[0];
    EXPECT_TRUE(trouble.fatal);
    EXPECT_THAT(trouble.error.message, HasSubstr("gave no token"));
}

TEST(TokenClientTest, ATokenIsRenewedBeforeItEnds) {
    std::atomic<int> asked = 0;
    const ScriptedServer server([&](const std::string&) {
        ++asked;
        return ScriptedServer::answer(200, R"({"access_token":"abc","expires_in":1})");
    });
    const auto client = makeClient(RD_KAFKA_PRODUCER, settingsFor(server.url()), {}, {});
    ASSERT_TRUE(client) << client.error().message;
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (asked < 2 && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(20ms);
    EXPECT_GE(asked, 2);
}

TEST(TokenClientTest, EndsAtOnceWhileItWaitsForAToken) {
    std::atomic<int> asked = 0;
    const ScriptedServer server([&](const std::string&) {
        ++asked;
        return ScriptedServer::Reply{"", ScriptedServer::Reply::Then::Hang};
    });
    const auto began = std::chrono::steady_clock::now();
    {
        const auto client = makeClient(RD_KAFKA_PRODUCER, settingsFor(server.url()), {}, {});
        ASSERT_TRUE(client) << client.error().message;
        while (asked == 0 && std::chrono::steady_clock::now() < began + 5s) std::this_thread::sleep_for(5ms);
    }
    EXPECT_EQ(asked, 1);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 8s);
}

using TokenConnectionTest = EmbeddedKafka;

TEST_F(TokenConnectionTest, TheSignInIsWhatFails) {
    const ScriptedServer server([](const std::string&) { return ScriptedServer::answer(503, "busy"); });
    const auto report = testConnection(settingsFor(server.url(), cluster->settings().brokers), 10'000);
    ASSERT_FALSE(report.status);
    EXPECT_EQ(report.status.error().code, ErrorCode::Unreachable);
    ASSERT_EQ(report.steps.size(), 4u);
    EXPECT_EQ(report.steps[2].step, ConnectionStep::SignedIn);
    EXPECT_EQ(report.steps[2].state, StepResult::State::Failed);
    EXPECT_THAT(report.steps[2].detail, HasSubstr("token endpoint"));
    EXPECT_THAT(report.original, Not(HasSubstr(kSecret)));
}

}  // namespace
}  // namespace weir::kafka
