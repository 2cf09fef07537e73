// SPDX-License-Identifier: GPL-3.0-or-later
// The target `cloudevents` with receivers made with the CloudEvents SDK for Go, the strictest one, and with
// Knative's middleware for Python.
#include "invoke/targets/cloudevents.h"
#include "peers/broker.h"
#include "places.h"
#include "served.h"
#include "unit/invoke/targets/call_fixture.h"

#include <nlohmann/json.hpp>

namespace weir::invoke {
namespace {

using facts::Outcome;
using testing::Contains;
using testing::HasSubstr;
using testing::Pair;
using Json = nlohmann::json;
using Mode = flow::CloudEventsTarget::Mode;

class ReceiverTest : public CallFixture {
  protected:
    /// The command prints its port.
    void serve(const std::vector<std::string>& command) {
        child = std::make_unique<peers::Child>(command);
        url = "http://127.0.0.1:" + peers::lineFrom(*child) + "/";
    }
    Answer send(Mode mode, std::string_view type) {
        flow::FunctionSpec spec;
        spec.timeout = 20 * kSecond;
        spec.target = flow::CloudEventsTarget{.url = url, .mode = mode};
        if (target) target->stop();
        target = makeCloudEventsTarget(
            FakeHost::kFunction, spec, [](TopicId) { return std::string("bids"); }, host);
        return call(oneRecord({"k", 1}, {R"({"n":1})", 7},
                              {{"ce_specversion", {"1.0", 3}},
                               {"ce_id", {"9", 1}},
                               {"ce_source", {"/s", 2}},
                               {"ce_type", {type.data(), type.size()}},
                               {"ce_subject", {"\xC3\xA4 b", 4}},
                               {"content-type", {"application/json", 16}}}));
    }
    /// The data of the one event that is the output.
    static Json dataOf(const Answer& answer) {
        EXPECT_EQ(answer.records.size(), 1U) << answer.error;
        if (answer.records.size() != 1) return {};
        const AnsweredRecord& record = answer.records[0];
        EXPECT_EQ(record.key, "k");
        EXPECT_EQ(record.cause, 0U);
        EXPECT_THAT(record.headers, Contains(Pair("ce_id", "reply-9")));
        EXPECT_THAT(record.headers, Contains(Pair("content-type", "application/json")));
        return Json::parse(record.value.value_or("null"));
    }

    std::unique_ptr<peers::Child> child;
    std::string url;
};

class GoReceiverTest : public ReceiverTest {
  protected:
    void SetUp() override {
        if (const auto missing = peers::peerMissing("go")) GTEST_SKIP() << *missing;
        serve({peers::peerDirectory("go") + "/receiver"});
    }
};

TEST_F(GoReceiverTest, TheReplyIsTheOutput) {
    for (const Mode mode : {Mode::Binary, Mode::Structured}) {
        const Json seen = dataOf(send(mode, "bid"));
        EXPECT_EQ(seen["seen"], R"({"n":1})");
        EXPECT_EQ(seen["source"], "/s");
        EXPECT_EQ(seen["contenttype"], "application/json");
        EXPECT_EQ(seen["extensions"]["knativekafkaoffset"], "17");
    }
}

TEST_F(GoReceiverTest, StatusesMeanWhatTheyShould) {
    const Answer silent = send(Mode::Binary, "silent");
    EXPECT_EQ(silent.outcome, Outcome::Success) << silent.error;
    EXPECT_TRUE(silent.records.empty());
    EXPECT_EQ(send(Mode::Binary, "busy").outcome, Outcome::Throttled);
    const Answer refused = send(Mode::Binary, "refuse");
    EXPECT_EQ(refused.outcome, Outcome::Error);
    EXPECT_FALSE(refused.retryable);
    const Answer broken = send(Mode::Binary, "break");
    EXPECT_EQ(broken.outcome, Outcome::Error);
    EXPECT_TRUE(broken.retryable);
}

class KnativeTest : public ReceiverTest {
  protected:
    void SetUp() override { WEIR_REQUIRE_PEER(peers::peerMissing("func-python")); }
};

TEST_F(KnativeTest, RepliesOfBothModesAreTheOutput) {
    serve({peers::peerDirectory("func-python") + "/bin/python",
           test::sourceDirectory() + "/tests/integration/targets/knative_function.py"});
    for (const Mode mode : {Mode::Binary, Mode::Structured}) {
        for (const char* type : {"structured", "binary"}) {
            const Json seen = dataOf(send(mode, type));
            EXPECT_EQ(seen["source"], "/s");
            EXPECT_EQ(seen["subject"], "ä b");  // percent-decoded
        }
    }
    const Answer silent = send(Mode::Binary, "silent");
    EXPECT_EQ(silent.outcome, Outcome::Success) << silent.error;
    EXPECT_TRUE(silent.records.empty());
    const Answer broken = send(Mode::Binary, "break");
    EXPECT_EQ(broken.outcome, Outcome::Error);
    EXPECT_TRUE(broken.retryable);
    EXPECT_THAT(broken.error, HasSubstr("500"));
}

}  // namespace
}  // namespace weir::invoke
