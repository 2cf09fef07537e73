// SPDX-License-Identifier: GPL-3.0-or-later
// The target `lambda` with moto, which checks Signature Version 4 as AWS does.
#include "invoke/targets/lambda.h"
#include "peers/broker.h"
#include "places.h"
#include "served.h"
#include "unit/invoke/targets/call_fixture.h"

#include <fmt/format.h>

#include <sstream>

namespace weir::invoke {
namespace {

using facts::Outcome;
using testing::HasSubstr;

/// One for all tests here.
class Moto {
  public:
    static Moto& shared() {
        static Moto moto;
        return moto;
    }
    std::string port, key, secret;

  private:
    Moto()
        : child_({peers::peerDirectory("moto") + "/bin/python",
                  test::sourceDirectory() + "/tests/integration/targets/moto_lambda.py",
                  R"([{"value":"a"},{"value":"b"}])"}) {
        std::istringstream(peers::lineFrom(child_)) >> port >> key >> secret;
    }
    peers::Child child_;
};

class MotoTest : public CallFixture {
  protected:
    void SetUp() override {
        WEIR_REQUIRE_PEER(peers::peerMissing("moto"));
        key = Moto::shared().key;
        secret = Moto::shared().secret;
    }
    Answer invoke(flow::LambdaTarget what, std::uint32_t events = 2) {
        flow::FunctionSpec spec;
        spec.name = "score";
        spec.timeout = 20 * kSecond;
        what.region = "eu-west-1";
        what.endpoint = "http://127.0.0.1:" + Moto::shared().port;
        spec.target = std::move(what);
        auto made = makeLambdaTarget(
            FakeHost::kFunction, spec, {"SelfManagedKafka", "a:9092"},
            [](TopicId) { return std::string("bids"); }, host,
            [this](const std::string& name) -> std::optional<std::string> {
                if (name == "AWS_ACCESS_KEY_ID") return key;
                if (name == "AWS_SECRET_ACCESS_KEY") return secret;
                return std::nullopt;
            });
        EXPECT_TRUE(made.has_value());
        if (target) target->stop();
        target = std::move(*made);
        return call(7, events);
    }

    std::string key, secret;
};

TEST_F(MotoTest, TheSignatureIsTaken) {
    for (const char* function :
         {"score", "arn:aws:lambda:eu-west-1:123456789012:function:score", "score:$LATEST"}) {
        const Answer answer = invoke({.function = function});
        EXPECT_EQ(answer.outcome, Outcome::Success) << function << ": " << answer.error;
        ASSERT_EQ(answer.records.size(), 2U) << answer.error;
        EXPECT_EQ(answer.records[1].value, "b");
        EXPECT_EQ(answer.records[1].cause, 1U);
    }
}

TEST_F(MotoTest, AnEventIsAccepted) {
    const Answer answer = invoke({.function = "score", .event = true});
    EXPECT_EQ(answer.outcome, Outcome::Success) << answer.error;
    EXPECT_TRUE(answer.records.empty());
}

TEST_F(MotoTest, AWrongSecretIsRefused) {
    secret = "wrong" + secret;
    const Answer answer = invoke({.function = "score"});
    EXPECT_EQ(answer.outcome, Outcome::Error);
    EXPECT_THAT(answer.error, HasSubstr("secret access key"));
    EXPECT_EQ(answer.error.find(secret), std::string::npos);
}

}  // namespace
}  // namespace weir::invoke
