// SPDX-License-Identifier: GPL-3.0-or-later
// The target `cloudevents` with a receiver that is made with the CloudEvents SDK for Go, the strictest one.
#include "invoke/targets/cloudevents.h"
#include "peers/broker.h"
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

class GoReceiverTest : public CallFixture {
  protected:
    void SetUp() override {
        if (const auto missing = peers::peerMissing("go")) GTEST_SKIP() << *missing;
        child = std::make_unique<peers::Child>(std::vector{peers::peerDirectory("go") + "/receiver"});
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
                               {"ce_subject", {"a b", 3}},
                               {"content-type", {"application/json", 16}}}));
    }

    std::unique_ptr<peers::Child> child;
    std::string url;
};

TEST_F(GoReceiverTest, TheReplyIsTheOutput) {
    for (const Mode mode : {Mode::Binary, Mode::Structured}) {
        const Answer answer = send(mode, "bid");
        ASSERT_EQ(answer.records.size(), 1U) << answer.error;
        const AnsweredRecord& record = answer.records[0];
        EXPECT_EQ(record.key, "k");
        EXPECT_EQ(record.cause, 0U);
        EXPECT_THAT(record.headers, Contains(Pair("ce_id", "reply-9")));
        EXPECT_THAT(record.headers, Contains(Pair("ce_type", "reply.bid")));
        EXPECT_THAT(record.headers, Contains(Pair("content-type", "application/json")));
        const Json seen = Json::parse(record.value.value_or("null"));
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

}  // namespace
}  // namespace weir::invoke
