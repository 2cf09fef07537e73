// SPDX-License-Identifier: GPL-3.0-or-later
// The target `lambda` with serverless-offline, a real Invoke endpoint with functions in Node behind it.
#include "invoke/targets/lambda.h"
#include "peers/broker.h"
#include "peers/temporary_directory.h"
#include "places.h"
#include "served.h"
#include "unit/invoke/targets/call_fixture.h"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace weir::invoke {
namespace {

namespace fs = std::filesystem;
using facts::Outcome;
using testing::HasSubstr;
using Json = nlohmann::json;

/// One for all tests here: starting takes some seconds.
class Serverless {
  public:
    static const Serverless& shared() {
        static const Serverless serverless;
        return serverless;
    }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + port_; }

  private:
    Serverless() : child_(peers::untilInputEnds(command())) {
        peers::lineFrom(child_, "Function names exposed");
    }

    [[nodiscard]] std::vector<std::string> command() const {
        const fs::path modules = peers::peerDirectory("serverless-offline") + "/node_modules";
        const fs::path app = test::sourceDirectory() + "/tests/integration/targets/serverless";
        for (const char* file : {"serverless.yml", "functions.js"}) {
            fs::copy_file(app / file, fs::path(directory_.path()) / file);
        }
        fs::create_directory_symlink(modules, fs::path(directory_.path()) / "node_modules");
        return {"env",
                "-C",
                directory_.path(),
                "HOME=" + directory_.path(),
                "SLS_TELEMETRY_DISABLED=1",
                "SLS_NOTIFICATIONS_MODE=off",
                "node",
                (modules / "serverless/bin/serverless.js").string(),
                "offline",
                "start",
                "--host",
                "127.0.0.1",
                "--lambdaPort",
                port_,
                "--httpPort",
                "0"};
    }

    peers::TemporaryDirectory directory_{"weir-serverless"};
    std::string port_ = std::to_string(peers::freePort());
    peers::Child child_;
};

class ServerlessOfflineTest : public CallFixture {
  protected:
    void SetUp() override {
        if (const auto missing = peers::peerMissing("serverless-offline")) GTEST_SKIP() << *missing;
    }
    Answer invoke(const std::string& function, bool event = false, DurationNs timeout = 20 * kSecond) {
        flow::FunctionSpec spec;
        spec.name = "score";
        spec.timeout = timeout;
        flow::LambdaTarget what;
        what.function = function;
        what.event = event;
        what.region = "eu-west-1";
        what.endpoint = Serverless::shared().url();
        spec.target = std::move(what);
        auto made = makeLambdaTarget(
            FakeHost::kFunction, spec, {"SelfManagedKafka", "a:9092"},
            [](TopicId) { return std::string("bids"); }, host,
            [](const std::string& name) -> std::optional<std::string> {
                if (name == "AWS_ACCESS_KEY_ID") return "AKIDEXAMPLE";
                if (name == "AWS_SECRET_ACCESS_KEY") return "example";
                return std::nullopt;
            });
        EXPECT_TRUE(made.has_value());
        if (target) target->stop();
        target = std::move(*made);
        return call(7, 2);
    }
};

TEST_F(ServerlessOfflineTest, AFunctionInNodeGetsTheKafkaEventAndAnswersForEachRecord) {
    const Answer answer = invoke("weir-dev-score");
    EXPECT_EQ(answer.outcome, Outcome::Success) << answer.error;
    ASSERT_EQ(answer.records.size(), 2U) << answer.error;
    for (std::uint32_t i = 0; i < 2; ++i) {
        EXPECT_EQ(answer.records[i].cause, i);
        EXPECT_EQ(Json::parse(answer.records[i].value.value_or("null"))["offset"], 7 + i);
    }
}

TEST_F(ServerlessOfflineTest, WhatTheHandlerThrowsIsTheError) {
    const Answer answer = invoke("weir-dev-broken");
    EXPECT_EQ(answer.outcome, Outcome::Error);
    EXPECT_THAT(answer.error, HasSubstr("no price"));
}

TEST_F(ServerlessOfflineTest, AFunctionThatIsNotThereIsNamed) {
    const Answer answer = invoke("weir-dev-nobody");
    EXPECT_EQ(answer.outcome, Outcome::Error);
    EXPECT_THAT(answer.error, HasSubstr("weir-dev-nobody"));
}

TEST_F(ServerlessOfflineTest, AnEventIsAccepted) {
    const Answer answer = invoke("weir-dev-score", true);
    EXPECT_EQ(answer.outcome, Outcome::Success) << answer.error;
    EXPECT_TRUE(answer.records.empty());
}

TEST_F(ServerlessOfflineTest, ASlowFunctionTimesOut) {
    const Answer answer = invoke("weir-dev-slow", false, kSecond / 2);
    EXPECT_EQ(answer.outcome, Outcome::Timeout) << answer.error;
}

}  // namespace
}  // namespace weir::invoke
