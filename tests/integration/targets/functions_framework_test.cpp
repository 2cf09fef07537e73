// SPDX-License-Identifier: GPL-3.0-or-later
// The targets `http` and `cloudevents` with Google's Functions Framework behind its own server.
#include "invoke/targets/cloudevents.h"
#include "invoke/targets/http.h"
#include "peers/broker.h"
#include "peers/temporary_directory.h"
#include "places.h"
#include "served.h"
#include "unit/invoke/targets/call_fixture.h"

#include <nlohmann/json.hpp>

#include <fstream>

namespace weir::invoke {
namespace {

using facts::Outcome;
using testing::HasSubstr;
using Mode = flow::CloudEventsTarget::Mode;
using Json = nlohmann::json;

/// The framework's server with one of the functions of framework_functions.py, on a port of its own.
class Framework {
  public:
    /// One of each for all tests here: starting takes a second or two.
    static const Framework& receiving() {
        static const Framework framework("receive");
        return framework;
    }
    static const Framework& answering() {
        static const Framework framework("answer");
        return framework;
    }
    explicit Framework(const std::string& function)
        : child_(peers::untilInputEnds(
              {"env", "HOME=" + directory_.path(), "SEEN=" + seenFile(), "GUNICORN_LOG_LEVEL=info",
               peers::peerDirectory("functions-framework") + "/bin/functions-framework", "--target", function,
               "--source", test::sourceDirectory() + "/tests/integration/targets/framework_functions.py",
               "--host", "127.0.0.1", "--port", "0"})) {
        const std::string line = peers::lineFrom(child_, "Listening at: http");
        url_ = line.substr(line.find("http://"));
        url_.erase(url_.find(' '));
        peers::lineFrom(child_, "Booting worker");
    }
    [[nodiscard]] const std::string& url() const { return url_; }
    /// The events that `receive` has seen, in order.
    [[nodiscard]] std::vector<Json> seen() const {
        std::vector<Json> events;
        std::ifstream file(seenFile());
        for (std::string line; std::getline(file, line);) events.push_back(Json::parse(line));
        return events;
    }

  private:
    [[nodiscard]] std::string seenFile() const { return directory_.path() + "/seen"; }

    peers::TemporaryDirectory directory_{"weir-framework"};
    peers::Child child_;
    std::string url_;
};

class FunctionsFrameworkTest : public CallFixture {
  protected:
    void SetUp() override { WEIR_REQUIRE_PEER(peers::peerMissing("functions-framework")); }

    static flow::FunctionSpec spec(decltype(flow::FunctionSpec::target) what) {
        flow::FunctionSpec made;
        made.name = "f";
        made.timeout = 20 * kSecond;
        made.target = std::move(what);
        return made;
    }
    static std::string topic(TopicId) { return "bids"; }

    void openEvents(const Framework& framework, Mode mode) {
        if (target) target->stop();
        target = makeCloudEventsTarget(FakeHost::kFunction,
                                       spec(flow::CloudEventsTarget{.url = framework.url(), .mode = mode}),
                                       topic, host);
    }
    Answer post(const Framework& framework, const std::string& path, flow::Body body, std::uint32_t events) {
        if (target) target->stop();
        target = makeHttpTarget(FakeHost::kFunction,
                                spec(flow::HttpTarget{.url = framework.url() + path, .body = body}),
                                {"SelfManagedKafka", "a:9092"}, topic, host);
        return call(7, events);
    }
};

TEST_F(FunctionsFrameworkTest, TakesCloudEventsInBothModes) {
    const Framework& framework = Framework::receiving();
    openEvents(framework, Mode::Binary);
    const Answer plain = call(7, 1);
    EXPECT_EQ(plain.outcome, Outcome::Success) << plain.error;
    EXPECT_TRUE(plain.records.empty());  // its answer `OK` is no event
    openEvents(framework, Mode::Structured);
    const Answer whole = call(oneRecord({"k", 1}, {R"({"n":1})", 7},
                                        {{"ce_specversion", {"1.0", 3}},
                                         {"ce_id", {"9", 1}},
                                         {"ce_source", {"/s", 2}},
                                         {"ce_type", {"bid", 3}},
                                         {"ce_subject", {"\xC3\xA4", 2}},
                                         {"content-type", {"application/json", 16}}}));
    EXPECT_EQ(whole.outcome, Outcome::Success) << whole.error;

    const std::vector<Json> all = framework.seen();
    ASSERT_GE(all.size(), 2U);
    const std::vector<Json> seen(all.end() - 2, all.end());
    EXPECT_EQ(seen[0]["id"], "bids/0/7");
    EXPECT_EQ(seen[0]["source"], "/topics/bids");
    EXPECT_EQ(seen[0]["type"], "weir.kafka.record");
    EXPECT_EQ(seen[0]["partitionkey"], "key");
    EXPECT_EQ(seen[0]["data"], (Json{{"n", 7}}));
    EXPECT_EQ(seen[1]["id"], "9");
    EXPECT_EQ(seen[1]["subject"], "ä");
    EXPECT_EQ(seen[1]["data"], (Json{{"n", 1}}));
}

TEST_F(FunctionsFrameworkTest, AnExceptionIsAnErrorThatMayBeTriedAgain) {
    const Framework& framework = Framework::receiving();
    openEvents(framework, Mode::Binary);
    const Answer answer = call(oneRecord({"k", 1}, {"{}", 2},
                                         {{"ce_specversion", {"1.0", 3}},
                                          {"ce_id", {"9", 1}},
                                          {"ce_source", {"/s", 2}},
                                          {"ce_type", {"break", 5}}}));
    EXPECT_EQ(answer.outcome, Outcome::Error);
    EXPECT_TRUE(answer.retryable);
    EXPECT_THAT(answer.error, HasSubstr("500"));
    openEvents(framework, Mode::Batched);  // which it does not know
    EXPECT_NE(call(7, 2).outcome, Outcome::Success);
}

TEST_F(FunctionsFrameworkTest, AnswersOverPlainHttp) {
    const Framework& framework = Framework::answering();
    const Answer batch = post(framework, "/batch", flow::Body::Event, 2);
    ASSERT_EQ(batch.records.size(), 2U) << batch.error;
    EXPECT_EQ(batch.records[1].value, R"({"n":8})");
    EXPECT_EQ(batch.records[1].key, "8");
    EXPECT_EQ(batch.records[1].cause, 1U);

    const Answer value = post(framework, "/value", flow::Body::Value, 1);
    ASSERT_EQ(value.records.size(), 1U) << value.error;
    EXPECT_EQ(value.records[0].value, R"(bids/0/7 {"n":7})");

    const Answer values = post(framework, "/values", flow::Body::Values, 2);
    ASSERT_EQ(values.records.size(), 2U) << values.error;
    EXPECT_EQ(values.records[1].value, "16");

    const Answer busy = post(framework, "/busy", flow::Body::Event, 1);
    EXPECT_EQ(busy.outcome, Outcome::Throttled);
    EXPECT_EQ(busy.retry_after, 2 * kSecond);
    const Answer broken = post(framework, "/nowhere", flow::Body::Event, 1);
    EXPECT_EQ(broken.outcome, Outcome::Error);
    EXPECT_TRUE(broken.retryable);
}

TEST_F(FunctionsFrameworkTest, ACustomHandlerInAzuresShapeIsUnderstood) {
    const Framework& framework = Framework::answering();
    const Answer answer = post(framework, "/score", flow::Body::Azure, 2);
    ASSERT_EQ(answer.records.size(), 2U) << answer.error;
    EXPECT_EQ(answer.records[0].value, R"({"n":7})");
    const auto log = host.all<LogWritten>();
    ASSERT_EQ(log.size(), 1U);
    EXPECT_EQ(log[0].text, "scored 2");
}

}  // namespace
}  // namespace weir::invoke
