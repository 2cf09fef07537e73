// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/cloudevents.h"

#include "call_fixture.h"
#include "invoke/targets/cloud_event.h"

#include <nlohmann/json.hpp>

namespace weir::invoke {
namespace {

using facts::Outcome;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using Json = nlohmann::json;
using Mode = flow::CloudEventsTarget::Mode;

Bytes text(std::string_view bytes) {
    return {bytes.data(), bytes.size()};
}

class CloudEventsTest : public CallFixture {
  protected:
    void open(Mode mode, const ScriptedServer& server) {
        flow::FunctionSpec spec;
        spec.timeout = 5 * kSecond;
        spec.target = flow::CloudEventsTarget{.url = server.url(), .mode = mode};
        target = makeCloudEventsTarget(
            FakeHost::kFunction, spec, [](TopicId) { return std::string("bids"); }, host);
    }
    /// One call; what the server saw is in `seen`.
    Answer exchange(Mode mode, const BatchPtr& batch, const ScriptedServer::Reply& reply) {
        const ScriptedServer server([&](const std::string& request) {
            seen = request;
            return reply;
        });
        open(mode, server);
        const Answer answer = call(batch);
        target->stop();
        target.reset();
        return answer;
    }
    [[nodiscard]] std::string body() const { return seen.substr(seen.find("\r\n\r\n") + 4); }

    const ScriptedServer::Reply nothing = ScriptedServer::answer(204, "");
    std::string seen;
};

TEST_F(CloudEventsTest, ARecordBecomesAnEventInBinaryMode) {
    const auto batch = oneRecord(text("k 1"), text(R"({"n":1})"), {});
    EXPECT_EQ(exchange(Mode::Binary, batch, nothing).outcome, Outcome::Success);
    EXPECT_THAT(seen,
                AllOf(HasSubstr("ce-specversion: 1.0\r\n"), HasSubstr("ce-id: bids/3/17\r\n"),
                      HasSubstr("ce-source: /topics/bids\r\n"), HasSubstr("ce-type: weir.kafka.record\r\n"),
                      HasSubstr("ce-partitionkey: k%201\r\n"), HasSubstr("ce-knativekafkaoffset: 17\r\n"),
                      HasSubstr("ce-time: 2023-11-14T22:13:20"),
                      HasSubstr("Content-Type: application/json\r\n"), Not(HasSubstr("datacontenttype"))));
    EXPECT_EQ(body(), R"({"n":1})");
}

TEST_F(CloudEventsTest, AnEventInKafkasBinaryModeStaysWhatItIs) {
    const auto batch = oneRecord(text("k"), text("<bid/>"),
                                 {{"ce_specversion", text("1.0")},
                                  {"ce_id", text("7")},
                                  {"ce_source", text("/s")},
                                  {"ce_type", text("bid")},
                                  {"ce_subject", text("ä\"%")},
                                  {"ce_Bad-Name", text("x")},
                                  {"content-type", text("text/xml")},
                                  {"other", text("y")}});
    exchange(Mode::Binary, batch, nothing);
    EXPECT_THAT(seen, AllOf(HasSubstr("ce-id: 7\r\n"), HasSubstr("ce-subject: %C3%A4%22%25\r\n"),
                            HasSubstr("Content-Type: text/xml\r\n"), Not(HasSubstr("bids/3/17")),
                            Not(HasSubstr("Bad-Name")), Not(HasSubstr("other"))));
    EXPECT_EQ(body(), "<bid/>");
    exchange(Mode::Structured, batch, nothing);
    EXPECT_THAT(seen, HasSubstr("Content-Type: application/cloudevents+json"));
    const Json json = Json::parse(body());
    EXPECT_EQ(json["subject"], "ä\"%");
    EXPECT_EQ(json["data"], "<bid/>");
    EXPECT_EQ(json["datacontenttype"], "text/xml");
}

TEST_F(CloudEventsTest, AnEventInKafkasStructuredModeIsTakenApart) {
    const auto batch = oneRecord(
        text("k"),
        text(R"({"specversion":"1.0","id":"7","source":"/s","type":"bid","count":3,"data":{"n":1}})"),
        {{"Content-Type", text("Application/CloudEvents+json")}});
    exchange(Mode::Binary, batch, nothing);
    EXPECT_THAT(seen, AllOf(HasSubstr("ce-id: 7\r\n"), HasSubstr("ce-count: 3\r\n"),
                            HasSubstr("Content-Type: application/json\r\n")));
    EXPECT_EQ(body(), R"({"n":1})");
    const auto broken =
        oneRecord(text("k"), text("{"), {{"content-type", text("application/cloudevents+json")}});
    const Answer answer = exchange(Mode::Binary, broken, nothing);
    EXPECT_EQ(answer.outcome, Outcome::Error);
    EXPECT_THAT(answer.error, HasSubstr("bids/3@17"));
}

TEST_F(CloudEventsTest, TombstonesAndBytesThatAreNoText) {
    exchange(Mode::Binary, oneRecord(text("k"), {}, {}), nothing);
    EXPECT_THAT(seen, Not(HasSubstr("Content-Type:")));
    EXPECT_EQ(body(), "");
    exchange(Mode::Structured, oneRecord(text("\xFF"), text("\xFF\x01"), {}), nothing);
    const Json json = Json::parse(body());
    EXPECT_EQ(json["data_base64"], "/wE=");
    EXPECT_FALSE(json.contains("partitionkey"));
}

TEST_F(CloudEventsTest, ABatchIsAListOnlyWhenAskedFor) {
    const Answer answer = exchange(Mode::Batched, makeBatch(7, 2), nothing);
    EXPECT_EQ(answer.outcome, Outcome::Success) << answer.error;
    EXPECT_THAT(seen, HasSubstr("Content-Type: application/cloudevents-batch+json"));
    EXPECT_EQ(Json::parse(body())[1]["id"], "bids/0/8");
    EXPECT_EQ(exchange(Mode::Binary, makeBatch(7, 2), nothing).outcome, Outcome::Error);
}

TEST_F(CloudEventsTest, AReplyInBinaryModeIsTheOutput) {
    const Answer answer =
        exchange(Mode::Binary, makeBatch(7, 1),
                 ScriptedServer::answer(
                     200, "sold",
                     "CE-SpecVersion: 1.0\r\nce-id: 9\r\nce-type: sale\r\nce-source: /r\r\n"
                     "ce-subject: %C3%A4%zz\r\nce-partitionkey: p\r\nContent-Type: text/plain\r\n"));
    ASSERT_EQ(answer.records.size(), 1U) << answer.error;
    const AnsweredRecord& record = answer.records[0];
    EXPECT_EQ(record.value, "sold");
    EXPECT_EQ(record.key, "p");
    EXPECT_EQ(record.cause, 0U);
    EXPECT_THAT(record.headers, Contains(Pair("ce_id", "9")));
    EXPECT_THAT(record.headers, Contains(Pair("ce_subject", "ä%zz")));
    EXPECT_THAT(record.headers, Contains(Pair("content-type", "text/plain")));
}

TEST_F(CloudEventsTest, RepliesInStructuredModeAreTheOutput) {
    const std::string event = R"({"specversion":"1.0","id":"9","type":"t","source":"/r","data":{"a":1}})";
    const Answer one =
        exchange(Mode::Binary, makeBatch(7, 1),
                 ScriptedServer::answer(200, event, "Content-Type: application/cloudevents+json\r\n"));
    ASSERT_EQ(one.records.size(), 1U) << one.error;
    EXPECT_EQ(one.records[0].value, R"({"a":1})");
    const Answer two =
        exchange(Mode::Batched, makeBatch(7, 2),
                 ScriptedServer::answer(200, "[" + event + "," + event + "]",
                                        "Content-Type: application/cloudevents-batch+json\r\n"));
    ASSERT_EQ(two.records.size(), 2U) << two.error;
    EXPECT_EQ(two.records[1].cause, 1U);
    EXPECT_EQ(exchange(Mode::Binary, makeBatch(7, 1),
                       ScriptedServer::answer(200, "{", "Content-Type: application/cloudevents+json\r\n"))
                  .outcome,
              Outcome::Error);
}

TEST_F(CloudEventsTest, OtherAnswersAreNoOutput) {
    for (const auto& reply : {ScriptedServer::answer(200, ""), ScriptedServer::answer(202, ""), nothing,
                              ScriptedServer::answer(200, "OK", "Content-Type: text/html\r\n")}) {
        const Answer answer = exchange(Mode::Binary, makeBatch(7, 1), reply);
        EXPECT_EQ(answer.outcome, Outcome::Success);
        EXPECT_TRUE(answer.records.empty());
    }
}

TEST_F(CloudEventsTest, StatusesAreThoseOfKnative) {
    for (const int status : {500, 502, 404, 408, 409}) {
        const Answer answer = exchange(Mode::Binary, makeBatch(7, 1), ScriptedServer::answer(status, "no"));
        EXPECT_EQ(answer.outcome, Outcome::Error) << status;
        EXPECT_TRUE(answer.retryable) << status;
    }
    for (const int status : {400, 401, 403, 410, 413, 302}) {
        EXPECT_FALSE(exchange(Mode::Binary, makeBatch(7, 1), ScriptedServer::answer(status, "no")).retryable);
    }
    const Answer busy =
        exchange(Mode::Binary, makeBatch(7, 1), ScriptedServer::answer(429, "", "Retry-After: 2\r\n"));
    EXPECT_EQ(busy.outcome, Outcome::Throttled);
    EXPECT_EQ(busy.retry_after, 2 * kSecond);
}

TEST(CloudEventAttributes, AreEncodedAsTheBindingSays) {
    EXPECT_EQ(encodeAttribute("a b\"%\x7F\n€"), "a%20b%22%25%7F%0A%E2%82%AC");
    EXPECT_EQ(decodeAttribute("a%20b%22%25%7f%0A%E2%82%AC"), "a b\"%\x7F\n€");
    EXPECT_EQ(decodeAttribute("100% %4"), "100% %4");
}

}  // namespace
}  // namespace weir::invoke
