// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/parse.h"

#include "fake_secrets.h"
#include "places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace weir::flow {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string flowWith(const std::string& trigger_keys, const std::string& function_keys = "") {
    return R"({"weir":1,"name":"auction","cluster":{"brokers":"localhost:9092"},"functions":{"validate":{)" +
           function_keys + R"("target":{"kind":"builtin","name":"b"}}},"triggers":[{"function":"validate",)" +
           R"("topics":["bids"])" + trigger_keys + "}]}";
}

Flow parsed(const std::string& json, const FakeSecrets& secrets = {}) {
    auto flow = parseFlow(json, "/flows", secrets);
    EXPECT_TRUE(flow.has_value()) << (flow ? "" : flow.error().message);
    return flow.value_or(Flow{});
}

std::vector<std::string> lines(const std::string& json, const FakeSecrets& secrets = {}) {
    std::vector<std::string> result;
    for (const auto& problem : readFlow(json, "/flows", secrets).problems)
        result.push_back(problemLine(problem));
    return result;
}

TEST(FlowParse, FillsEveryDefault) {
    const auto flow = parsed(flowWith(""));
    EXPECT_EQ(flow.directory, "/flows");
    ASSERT_EQ(flow.functions.size(), 1U);
    const auto& function = flow.functions[0];
    EXPECT_EQ(function.concurrency, 10);
    EXPECT_EQ(function.timeout, 30 * kSecond);
    EXPECT_EQ(function.init_timeout, 10 * kSecond);
    EXPECT_EQ(function.idle_timeout, 300 * kSecond);
    EXPECT_EQ(function.memory_mb, 128);
    EXPECT_FALSE(function.observe);
    EXPECT_FALSE(function.answers_each);

    ASSERT_EQ(flow.triggers.size(), 1U);
    const auto& trigger = flow.triggers[0];
    EXPECT_EQ(trigger.name, "bids→validate");
    EXPECT_EQ(trigger.group, "weir-auction-bids→validate");
    EXPECT_TRUE(trigger.enabled);
    EXPECT_EQ(trigger.order, Order::Partition);
    EXPECT_EQ(trigger.parallelization_factor, 10);
    EXPECT_EQ(trigger.batch_size, 100);
    EXPECT_EQ(trigger.batching_window, 500 * kMillisecond);
    EXPECT_EQ(trigger.batch_bytes, 6 * 1024 * 1024);
    EXPECT_EQ(trigger.starting_position.kind, StartingPosition::Kind::Earliest);
    EXPECT_EQ(trigger.retries, -1);
    EXPECT_EQ(trigger.on_exhausted, OnExhausted::Stop);
    EXPECT_EQ(trigger.event_source, "SelfManagedKafka");
    EXPECT_EQ(flow.capture.values, CaptureSpec::Values::Whole);
}

TEST(FlowParse, AFailureTopicChangesTheDefaultsOfRetriesAndExhaustion) {
    const auto trigger = parsed(flowWith(R"(,"on_failure":{"topic":"failed"})")).triggers[0];
    EXPECT_EQ(trigger.retries, 10);
    EXPECT_EQ(trigger.on_exhausted, OnExhausted::DeadLetter);
    EXPECT_EQ(trigger.on_failure_topic, "failed");
    EXPECT_EQ(parsed(flowWith(R"(,"on_failure":{"topic":"failed"},"retries":3)")).triggers[0].retries, 3);
}

TEST(FlowParse, ReadsValuesNotOnlyTheirPresence) {
    const auto trigger = parsed(flowWith(R"(,"order":"key","parallelization_factor":4,"batch_size":7,
        "batching_window":"1.5s","batch_bytes":"64KiB","starting_position":{"at":"2026-01-31T10:00:00Z"},
        "retries":2,"on_exhausted":"discard","max_record_age":"1h",
        "output":[{"topic":"a","key":"k","partition":3},{"topic":"b"}])"))
                             .triggers[0];
    EXPECT_EQ(trigger.order, Order::Key);
    EXPECT_EQ(trigger.parallelization_factor, 4);
    EXPECT_EQ(trigger.batch_size, 7);
    EXPECT_EQ(trigger.batching_window, 1500 * kMillisecond);
    EXPECT_EQ(trigger.batch_bytes, 64 * 1024);
    EXPECT_EQ(trigger.starting_position.kind, StartingPosition::Kind::At);
    EXPECT_EQ(trigger.starting_position.at, 1769853600LL * kSecond);
    EXPECT_EQ(trigger.on_exhausted, OnExhausted::Discard);
    EXPECT_EQ(trigger.max_record_age, 3600 * kSecond);
    ASSERT_EQ(trigger.outputs.size(), 2U);
    EXPECT_EQ(trigger.outputs[0].key, "k");
    EXPECT_EQ(trigger.outputs[0].partition, 3);
    EXPECT_EQ(trigger.outputs[1].topic, "b");
}

TEST(FlowParse, StartingPositionKnowsTheNamesOfLambda) {
    const auto kind = [](const char* position) {
        return parsed(flowWith(std::string(",\"starting_position\":") + position))
            .triggers[0]
            .starting_position.kind;
    };
    EXPECT_EQ(kind("\"TRIM_HORIZON\""), StartingPosition::Kind::Earliest);
    EXPECT_EQ(kind("\"LATEST\""), StartingPosition::Kind::Latest);
    EXPECT_EQ(kind("{\"AT_TIMESTAMP\":\"2026-01-31T10:00:00Z\"}"), StartingPosition::Kind::At);
}

TEST(FlowParse, KeepsTheOrderOfTheFile) {
    const auto flow = parsed(R"({"weir":1,"name":"n","cluster":{"brokers":"embedded"},
        "functions":{"z":{"target":{"kind":"builtin","name":"b"}},"a":{"target":{"kind":"builtin","name":"b"}}},
        "triggers":[{"function":"z","topics":["t"]},{"function":"a","topics":["t"]}]})");
    ASSERT_EQ(flow.functions.size(), 2U);
    EXPECT_EQ(flow.functions[0].name, "z");
    EXPECT_EQ(flow.functions[1].name, "a");
    EXPECT_TRUE(flow.cluster.embedded());
}

TEST(FlowParse, NamesThePlaceAndWhatWouldBeRight) {
    EXPECT_THAT(
        lines(flowWith(R"(,"order":"parition")")),
        ElementsAre("triggers[0].order: \"parition\" is not known here; did you mean \"partition\"? expected "
                    "\"partition\", \"key\" or \"none\""));
    EXPECT_THAT(lines(flowWith(R"(,"batchsize":3)")),
                ElementsAre("triggers[0].batchsize: unknown key; did you mean \"batch_size\"?"));
    EXPECT_THAT(lines(flowWith(R"(,"batching_window":"6m")")),
                ElementsAre("triggers[0].batching_window: \"6m\" is out of range; expected 0s to 5m"));
    EXPECT_THAT(
        lines(flowWith(R"(,"retries":true)")),
        ElementsAre("triggers[0].retries: is true or false; expected a whole number from -1 to 10000"));
}

TEST(FlowParse, ReportsAllProblemsInOneError) {
    const auto flow = parseFlow(flowWith(R"(,"order":"x","retries":-5,"nonsense":1)", R"("concurrency":0,)"),
                                "/", FakeSecrets{});
    ASSERT_FALSE(flow);
    EXPECT_EQ(flow.error().code, ErrorCode::FlowInvalid);
    EXPECT_THAT(flow.error().message,
                AllOf(HasSubstr("4 problems"), HasSubstr("functions.validate.concurrency: "),
                      HasSubstr("triggers[0].order: "), HasSubstr("triggers[0].retries: "),
                      HasSubstr("triggers[0].nonsense: ")));
}

TEST(FlowParse, SyntaxErrorsNameLineAndColumn) {
    EXPECT_THAT(
        lines("{\n  \"weir\": 1,\n  \"name\" \"x\"\n}"),
        ElementsAre(AllOf(HasSubstr("line 3, column 12: not valid JSON"), HasSubstr("expected ':'"))));
    EXPECT_THAT(lines("{\"weir\": 1"), ElementsAre(HasSubstr("line 1, column 11")));
    EXPECT_THAT(lines(""), ElementsAre(HasSubstr("empty")));
    EXPECT_THAT(lines(" \n "), ElementsAre(HasSubstr("empty")));
    EXPECT_THAT(lines("[]"), ElementsAre(HasSubstr("is a list; expected an object")));
    EXPECT_THAT(lines("{\"name\": \"a\xFF\"}"), ElementsAre(HasSubstr("not valid JSON")));
    EXPECT_THAT(lines("{\"weir\":1} trailing"), ElementsAre(HasSubstr("line 1, column 1")));
}

TEST(FlowParse, ASyntaxErrorDoesNotQuoteTheFile) {
    EXPECT_THAT(lines("{\"sasl.password\": \"hunter2\n\"}"), ElementsAre(Not(HasSubstr("hunter2"))));
}

TEST(FlowParse, AKeyThatStandsTwiceIsAProblem) {
    EXPECT_THAT(lines(flowWith(R"(,"retries":1,"retries":2)")),
                ElementsAre("triggers[0].retries: stands here twice; keep one of them"));
    EXPECT_THAT(lines(flowWith(R"(,"output":{"topic":"a"},"output":{"topic":"b","topic":"c"})")),
                testing::Contains("triggers[0].output: stands here twice; keep one of them"));
}

TEST(FlowParse, HostileFilesEndQuickly) {
    EXPECT_THAT(lines(std::string(100'000, '[')), ElementsAre(HasSubstr("levels deep")));
    std::string wide = "{\"a\":0";
    for (int i = 0; i < 20'000; ++i) wide += ",\"k" + std::to_string(i) + "\":0";
    EXPECT_THAT(lines(wide + "}"), ElementsAre(HasSubstr("more than 2000 members")));
}

TEST(FlowParse, ReplacesReferencesFromTheEnvironment) {
    const FakeSecrets secrets{{"HOST", "kafka.example"}, {"PASSWORD", "hun${ter}2"}, {"TOPIC", "bids"}};
    const auto flow = parsed(R"({"weir":1,"name":"n","cluster":{"brokers":"${HOST}:9092",
        "kafka":{"sasl.password":"${PASSWORD}","retries":3,"enable.idempotence":true}},
        "functions":{"f":{"target":{"kind":"builtin","name":"b"},"environment":{"A":"$${HOST} $ ${HOST}${TOPIC}"}}},
        "triggers":[{"function":"f","topics":["${TOPIC}"]}]})",
                             secrets);
    EXPECT_EQ(flow.cluster.brokers, "kafka.example:9092");
    EXPECT_EQ(flow.cluster.kafka.at("sasl.password"), "hun${ter}2");
    EXPECT_EQ(flow.cluster.kafka.at("retries"), "3");
    EXPECT_EQ(flow.cluster.kafka.at("enable.idempotence"), "true");
    EXPECT_EQ(flow.functions[0].environment.at("A"), "${HOST} $ kafka.examplebids");
    EXPECT_EQ(flow.triggers[0].topics(), std::vector<std::string>{"bids"});
}

TEST(FlowParse, AMissingVariableIsNamedAndItsNeighboursAreNotShown) {
    const FakeSecrets secrets{{"USER_NAME", "top-secret"}};
    EXPECT_THAT(
        lines(flowWith(R"(,"group":"${USER_NAME}-${NO_SUCH}")"), secrets),
        ElementsAre(
            "triggers[0].group: the environment variable NO_SUCH is not set; set it, then start again"));
}

TEST(FlowParse, MessagesShowTheReferenceAndNotItsValue) {
    const FakeSecrets secrets{{"V", "top-secret"}};
    for (const auto* keys : {R"(,"order":"${V}")", R"(,"batching_window":"${V}")", R"(,"batch_bytes":"${V}")",
                             R"(,"starting_position":{"at":"${V}"})"}) {
        EXPECT_THAT(lines(flowWith(keys), secrets), ElementsAre(Not(HasSubstr("top-secret")))) << keys;
    }
}

TEST(FlowParse, ASecretInTheFileIsRefusedWithoutShowingIt) {
    EXPECT_THAT(lines(R"({"weir":1,"name":"n","cluster":{"brokers":"a:1","kafka":{"sasl.password":"hunter2"}},
        "functions":{"f":{"target":{"kind":"builtin","name":"b"}}},"triggers":[{"function":"f","topics":["t"]}]})"),
                ElementsAre(AllOf(HasSubstr("${NAME}"), Not(HasSubstr("hunter2")))));
}

TEST(FlowParse, AnUnknownFunctionIsNamedWithTheNearest) {
    EXPECT_THAT(
        lines(R"({"weir":1,"name":"n","cluster":{"brokers":"a:1"},
        "functions":{"validate-bid":{"target":{"kind":"builtin","name":"b"}}},
        "triggers":[{"function":"validate-bit","topics":["t"]}]})"),
        ElementsAre(
            "triggers[0].function: no function is called \"validate-bit\"; did you mean \"validate-bid\"?"));
}

std::string twoTriggers(const std::string& first, const std::string& second) {
    return R"({"weir":1,"name":"n","cluster":{"brokers":"a:1"},"functions":{
        "f":{"target":{"kind":"builtin","name":"b"}},"g":{"target":{"kind":"builtin","name":"b"}}},"triggers":[{)" +
           first + "},{" + second + "}]}";
}

TEST(FlowParse, TriggersMayNotShareGroupAndTopicNorFunctionAndTopic) {
    EXPECT_THAT(lines(twoTriggers(R"("function":"f","topics":["a","b"],"group":"x")",
                                  R"("function":"g","topics":["b"],"group":"x")")),
                ElementsAre(HasSubstr("triggers[1]: shares group \"x\" and topic \"b\" with triggers[0]")));
    EXPECT_THAT(
        lines(twoTriggers(R"("function":"f","topics":["a"])", R"("function":"f","topics":["b","a"])")),
        ElementsAre(HasSubstr("triggers[1]: shares function \"f\" and topic \"a\" with triggers[0]")));
    EXPECT_THAT(lines(twoTriggers(R"("function":"f","topics":["a"],"name":"x")",
                                  R"("function":"g","topics":["a"],"name":"x")")),
                testing::Contains(HasSubstr("triggers[1].name: \"x\" is the name of triggers[0] too")));
    EXPECT_THAT(lines(twoTriggers(R"("function":"f","topics":["a"],"group":"x")",
                                  R"("function":"g","topics":["b"],"group":"x")")),
                testing::IsEmpty());
}

TEST(FlowLoad, ErrorsNameTheFile) {
    const auto missing = loadFlow("/no/such.flow.json", FakeSecrets{});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::FileNotFound);
    EXPECT_THAT(missing.error().message, HasSubstr("/no/such.flow.json"));
    EXPECT_EQ(loadFlow("/", FakeSecrets{}).error().code, ErrorCode::FileUnreadable);

    const auto path = std::filesystem::path(testing::TempDir()) / "weir-broken.flow.json";
    std::ofstream(path) << "{";
    const auto broken = loadFlow(path.string(), FakeSecrets{});
    std::filesystem::remove(path);
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().code, ErrorCode::FlowInvalid);
    EXPECT_THAT(broken.error().message, HasSubstr("weir-broken.flow.json: line 1"));
}

TEST(FlowLoad, TheSamplesAreGood) {
    int samples = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(test::sourceDirectory() + "/resources/flows")) {
        const auto flow = loadFlow(entry.path().string(), FakeSecrets{});
        EXPECT_TRUE(flow) << (flow ? "" : flow.error().message);
        ++samples;
    }
    EXPECT_GT(samples, 0);
}

}  // namespace
}  // namespace weir::flow
