// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/answer.h"

#include "batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace weir::invoke {
namespace {

using facts::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

Answer parse(std::string_view json, std::uint32_t events = 2) {
    return parseAnswer(json, makeBatch(events), topicName);
}

/// Its only record; a failure otherwise.
AnsweredRecord only(const Answer& answer) {
    EXPECT_EQ(answer.error, "");
    EXPECT_EQ(answer.records.size(), 1U);
    return answer.records.empty() ? AnsweredRecord{} : answer.records[0];
}

std::vector<std::string> values(const Answer& answer) {
    std::vector<std::string> out;
    for (const AnsweredRecord& record : answer.records) out.push_back(record.value.value_or("(tombstone)"));
    return out;
}

TEST(AnswerForms, WithoutOutput) {
    for (const char* json : {"", "  \n", "null", "\"\"", "{}", " { } ", "[]", "[null,null]",
                             "{\"batchItemFailures\":[]}", "{\"batchItemFailures\":null}"}) {
        const Answer answer = parse(json);
        EXPECT_EQ(answer.outcome, Outcome::Success) << json;
        EXPECT_TRUE(answer.records.empty()) << json;
        EXPECT_EQ(answer.error, "") << json;
    }
}

TEST(AnswerForms, PlainValuesKeepTheirText) {
    EXPECT_EQ(only(parse(R"({"b":1.0, "a":12345678901234567890123})")).value,
              R"({"b":1.0, "a":12345678901234567890123})");
    EXPECT_EQ(only(parse("17")).value, "17");
    EXPECT_EQ(only(parse("true")).value, "true");
    EXPECT_EQ(only(parse("\"ok\"")).value, "\"ok\"");
    EXPECT_THAT(values(parse(R"([ 1 , "a,]\"", [2,3] , {"x":[{}]} ])")),
                ElementsAre("1", R"("a,]\"")", "[2,3]", R"({"x":[{}]})"));
}

TEST(AnswerForms, AnEnvelopeSetsWhatItNames) {
    const AnsweredRecord record = only(parse(
        R"({"value":{"n":1},"key":"k\u00e9","partition":4,"topic":"audit","cause":1,"headers":{"ce_id":"7","none":null}})"));
    EXPECT_EQ(record.value, R"({"n":1})");
    EXPECT_EQ(record.key, "ké");
    EXPECT_EQ(record.partition, 4);
    EXPECT_EQ(record.topic, "audit");
    EXPECT_EQ(record.cause, 1U);
    EXPECT_THAT(record.headers,
                ElementsAre(Pair("ce_id", std::optional<std::string>("7")), Pair("none", std::nullopt)));
}

TEST(AnswerForms, AnEnvelopesValueMayBeTextBytesOrATombstone) {
    EXPECT_EQ(only(parse(R"({"value":"plain\ttext"})")).value, "plain\ttext");
    EXPECT_EQ(only(parse(R"({"value":""})")).value, "");
    EXPECT_EQ(only(parse(R"({"value":null,"key":"gone"})")).value, std::nullopt);
    EXPECT_EQ(only(parse(R"({"value_base64":"AP8="})")).value, std::string("\0\xFF", 2));
    EXPECT_EQ(only(parse(R"({"value":1,"key":null,"cause":null,"headers":null})")).value, "1");
}

TEST(AnswerForms, AnyOtherMemberMakesItAPlainValue) {
    EXPECT_EQ(only(parse(R"({"value":1,"unit":"EUR"})")).value, R"({"value":1,"unit":"EUR"})");
    EXPECT_EQ(only(parse(R"({"key":"k"})")).value, R"({"key":"k"})");
    EXPECT_EQ(only(parse(R"({"batchItemFailures":[],"more":1})")).value,
              R"({"batchItemFailures":[],"more":1})");
}

TEST(AnswerForms, ACloudEventBecomesBinary) {
    const AnsweredRecord record = only(parse(
        R"({"specversion":"1.0","id":"7","source":"/f","type":"t","datacontenttype":"application/json",)"
        R"("sequence":3,"partitionkey":"item-1","subject":null,"data":{"a": 1}})"));
    EXPECT_EQ(record.value, R"({"a": 1})");
    EXPECT_EQ(record.key, "item-1");
    EXPECT_THAT(record.headers,
                ElementsAre(Pair("ce_specversion", "1.0"), Pair("ce_id", "7"), Pair("ce_source", "/f"),
                            Pair("ce_type", "t"), Pair("content-type", "application/json"),
                            Pair("ce_sequence", "3"), Pair("ce_partitionkey", "item-1")));
}

TEST(AnswerForms, CloudEventDataFollowsItsContentType) {
    const std::string start = R"({"specversion":"1.0","id":"7","source":"/f","type":"t")";
    EXPECT_EQ(only(parse(start + R"(,"data":"x"})")).value, "\"x\"");
    EXPECT_EQ(only(parse(start + R"(,"datacontenttype":"text/plain","data":"x"})")).value, "x");
    EXPECT_EQ(only(parse(start + R"(,"datacontenttype":"application/vnd.a+json; charset=utf-8","data":"x"})"))
                  .value,
              "\"x\"");
    EXPECT_EQ(only(parse(start + R"(,"datacontenttype":"image/png","data_base64":"AP8="})")).value,
              std::string("\0\xFF", 2));
    EXPECT_EQ(only(parse(start + "}")).value, std::nullopt);
}

std::vector<std::optional<std::uint32_t>> causes(const Answer& answer) {
    EXPECT_EQ(answer.error, "");
    std::vector<std::optional<std::uint32_t>> out;
    for (const AnsweredRecord& record : answer.records) out.push_back(record.cause);
    return out;
}

TEST(AnswerCauses, AsManyItemsAsEventsAnswerThemOneByOne) {
    EXPECT_THAT(causes(parse("[1,2,3]", 3)), ElementsAre(0, 1, 2));
    EXPECT_THAT(causes(parse("[1,null,3]", 3)), ElementsAre(0, 2));
}

TEST(AnswerCauses, OtherwiseTheWholeBatchIsTheCause) {
    EXPECT_THAT(causes(parse("[1,2]", 3)), ElementsAre(std::nullopt, std::nullopt));
    EXPECT_THAT(causes(parse("7", 3)), ElementsAre(std::nullopt));
    EXPECT_THAT(causes(parse(R"([1,{"value":2,"cause":0}])", 2)), ElementsAre(std::nullopt, 0));
    EXPECT_THAT(causes(parse("[1,2]", 1)), ElementsAre(0, 0)) << "a batch of one is its only event";
}

TEST(AnswerCauses, ByPlace) {
    EXPECT_THAT(causes(parse(R"({"value":1,"cause":{"topic":"bids","partition":0,"offset":102}})", 3)),
                ElementsAre(2));
}

TEST(AnswerCauses, PositionsAreThoseThatTheFunctionSaw) {
    const Batch batch = makeBatch({{makeChunk(TopicId{1}, 0, 10, 1), 0, 1},
                                   {makeChunk(TopicId{2}, 0, 20, 1), 0, 1},
                                   {makeChunk(TopicId{1}, 0, 11, 1), 0, 1}});
    EXPECT_THAT(causes(parseAnswer(R"({"value":1,"cause":1})", batch, topicName)), ElementsAre(2));
    EXPECT_THAT(causes(parseAnswer("[1,2,3]", batch, topicName)), ElementsAre(0, 2, 1));
    EXPECT_THAT(causes(parseAnswer(R"({"value":1,"cause":{"topic":"bids","partition":0,"offset":11}})", batch,
                                   topicName)),
                ElementsAre(2));
}

struct Wrong {
    const char* json;
    const char* says;
};

class WrongAnswers : public testing::TestWithParam<Wrong> {};

TEST_P(WrongAnswers, AreErrorsThatNameTheirFault) {
    const Answer answer = parse(GetParam().json);
    EXPECT_EQ(answer.outcome, Outcome::Error);
    EXPECT_TRUE(answer.records.empty());
    EXPECT_THAT(answer.error, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    , WrongAnswers,
    testing::Values(Wrong{"{", "not valid JSON"}, Wrong{"[1,]", "not valid JSON"},
                    Wrong{"{} x", "not valid JSON"}, Wrong{"{\"a\":NaN}", "NaN"},
                    Wrong{"[Infinity]", "not valid JSON"}, Wrong{"[\"\\ud800\"]", "not valid JSON"},
                    Wrong{"\x89PNG", "not valid JSON: byte 0"}, Wrong{"\"\xFF\"", "not valid JSON"},
                    Wrong{R"({"value":1,"value_base64":"AA=="})", "exclude each other"},
                    Wrong{R"([1,{"value_base64":"A"}])",
                          "Item 1 of the answer cannot be used: `value_base64`"},
                    Wrong{R"({"value":1,"key":5})", "The answer cannot be used: `key` must be a string"},
                    Wrong{R"({"value":1,"topic":[]})", "`topic` must be a string"},
                    Wrong{R"({"value":1,"partition":-1})", "`partition`"},
                    Wrong{R"({"value":1,"partition":3000000000})", "`partition`"},
                    Wrong{R"({"value":1,"headers":[]})", "`headers`"},
                    Wrong{R"({"value":1,"headers":{"n":1}})", "header `n`"},
                    Wrong{R"({"value":1,"cause":2})", "`cause` 2 is not in the batch, which has 2 events"},
                    Wrong{R"({"value":1,"cause":-1})", "`cause` -1 is not in the batch"},
                    Wrong{R"({"value":1,"cause":1.5})", "`cause`"},
                    Wrong{R"({"value":1,"cause":{"topic":"bids","offset":1}})", "`partition`"},
                    Wrong{R"({"value":1,"cause":{"topic":"bids","partition":0,"offset":99}})",
                          "bids/0@99 is not in the batch"},
                    Wrong{R"({"specversion":"1.0","id":"1","source":"/f"})", "`type`"},
                    Wrong{R"({"specversion":"1.0","id":"","source":"/f","type":"t"})", "`id`"},
                    Wrong{R"({"specversion":"1.0","id":"1","source":"/f","type":"t","ext":{}})", "`ext`"},
                    Wrong{R"({"batchItemFailures":[{"itemIdentifier":"x"}]})", "not in the batch"},
                    Wrong{R"({"batchItemFailures":[{}]})", "not in the batch"},
                    Wrong{R"({"batchItemFailures":7})", "must be a list"}));

TEST(PartialAnswers, NameEventsByPlaceOrByOffset) {
    for (const char* const answer :
         {R"({"batchItemFailures":[{"itemIdentifier":{"topic-partition":"bids-0","offset":101}}]})",
          R"({"batchItemFailures":[{"itemIdentifier":{"offset":101}}]})",
          R"({"batchItemFailures":[{"itemIdentifier":101},{"itemIdentifier":"101"}]})"}) {
        const Answer partial = parse(answer);
        EXPECT_EQ(partial.outcome, Outcome::Partial) << answer;
        EXPECT_THAT(partial.failed, ElementsAre(1)) << answer;
    }
    EXPECT_EQ(parse(R"({"batchItemFailures":[{"itemIdentifier":{"topic-partition":"bids-1","offset":101}}]})")
                  .outcome,
              Outcome::Error);
}

TEST(PartialAnswers, MayCarryOutputsOfTheOthers) {
    const Answer partial =
        parse(R"({"batchItemFailures":[{"itemIdentifier":101}],"outputs":[{"value":1},null]})");
    EXPECT_EQ(partial.outcome, Outcome::Partial);
    ASSERT_EQ(partial.records.size(), 1U);
    EXPECT_EQ(partial.records.front().cause, 0U);
}

TEST(AnswerForms, NestingIsBounded) {
    EXPECT_THAT(parse(std::string(100'000, '[')).error, HasSubstr("nested"));
    EXPECT_EQ(parse(std::string(500, '[') + std::string(500, ']')).outcome, Outcome::Success);
}

}  // namespace
}  // namespace weir::invoke
