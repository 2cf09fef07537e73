// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/write.h"

#include "base/size.h"
#include "fake_secrets.h"
#include "flow/parse.h"
#include "flow/unsupported.h"
#include "flow/warnings.h"
#include "places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace weir::flow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kEverything = R"({"weir":1,"name":"${FLOW}",
    "cluster":{"brokers":"${HOST}:9092","kafka":{"sasl.password":"${PASSWORD}","client.id":"$${literal}"}},
    "functions":{
      "drive":{"target":{"kind":"lambda-runtime","command":["${PYTHON}","a.b"],"directory":"d","handler":"h"},
        "concurrency":3,"timeout":"90s","init_timeout":"1500ms","idle_timeout":"0","memory_mb":512,
        "environment":{"TOKEN":"${TOKEN}","A":"b"},"answers":"each"},
      "far":{"target":{"kind":"lambda","function":"${ARN}","region":"eu-west-1"}},
      "receiver":{"target":{"kind":"cloudevents","url":"http://a/","mode":"structured","type":"bid","source":"/s",
        "headers":{"A":"${TOKEN}"}}},
      "aws":{"target":{"kind":"lambda","function":"f","endpoint":"http://a","qualifier":"live","profile":"p",
        "invocation":"Event","log":"none","access_key_id":"AK","secret_access_key":"${PASSWORD}"}},
      "faas":{"target":{"kind":"http","url":"http://a/function/f","preset":"openfaas"}},
      "values":{"target":{"kind":"http","url":"http://a/","preset":"azure","body":"values"}},
      "jq":{"target":{"kind":"command","command":["jq","-c"],"directory":"d","body":"value"}},
      "sim":{"target":{"kind":"simulated","profile":"aws","warm":{"mean":"30ms","deviation":"2ms","shape":"normal"},
        "cold":{"from":"1s","to":"2s"},"failures":0.25,"throttles":0.125,"crashes":0.5,"answer":"echo","seed":9}},
      "fixed":{"target":{"kind":"simulated","warm":"200ms"}},
      "watch":{"observe":true,"causes":{"json":"$.a[\"b c\"][0]","by":"key"}},
      "look":{"observe":true,"causes":{"header":"${TOKEN}","by":"id"}}},
    "triggers":[
      {"name":"t","function":"drive","topics":["${TOPIC}","b"],"group":"g","order":"key","parallelization_factor":4,
       "batch_size":7,"batching_window":"${WINDOW}","batch_bytes":"64KiB","starting_position":{"at":"2026-01-31T10:00:00Z"},
       "retries":3,"bisect":true,"partial_failures":true,"max_record_age":"1h","on_failure":{"topic":"failed"},
       "on_success":{"topic":"done"},"on_exhausted":"discard","output":[{"topic":"o","key":"k","partition":0},{"topic":"p"}],
       "filter":{"a":["${TOKEN}"]},"exactly_once":true,"event_source":"aws:kafka"},
      {"function":"far","http":{"listen":"127.0.0.1:8089","path":"/bids"},"enabled":false},
      {"function":"watch","range":{"topic":"b","partitions":[1],"from":3,"to":"2026-01-31T10:00:00Z"}}],
    "capture":{"values":{"first":"1KiB"},"mask":{"paths":["$..pin","card.number"],"headers":["authorization"]},"max_size":"2GiB","max_age":"24h"}})";

FakeSecrets everySecret() {
    return FakeSecrets{{"FLOW", "auction"}, {"HOST", "kafka"}, {"PASSWORD", "hunter2"}, {"PYTHON", "python3"},
                       {"TOKEN", "to-ken"}, {"ARN", "arn:x"},  {"TOPIC", "bids"},       {"WINDOW", "200ms"}};
}

Flow parsed(const std::string& json) {
    auto flow = parseFlow(json, "/", everySecret());
    EXPECT_TRUE(flow.has_value()) << (flow ? "" : flow.error().message);
    return flow.value_or(Flow{});
}

TEST(FlowWrite, WritesReferencesAndNeverSecrets) {
    const auto text = writeFlow(parsed(kEverything));
    const auto json = nlohmann::json::parse(text);
    EXPECT_EQ(json["name"], "${FLOW}");
    EXPECT_EQ(json["cluster"]["brokers"], "${HOST}:9092");
    EXPECT_EQ(json["cluster"]["kafka"]["sasl.password"], "${PASSWORD}");
    EXPECT_EQ(json["cluster"]["kafka"]["client.id"], "$${literal}");
    EXPECT_EQ(json["functions"]["drive"]["target"]["command"][0], "${PYTHON}");
    EXPECT_EQ(json["functions"]["drive"]["environment"]["TOKEN"], "${TOKEN}");
    EXPECT_EQ(json["functions"]["far"]["target"]["function"], "${ARN}");
    EXPECT_EQ(json["triggers"][0]["topics"][0], "${TOPIC}");
    EXPECT_EQ(json["triggers"][0]["batching_window"], "${WINDOW}");
    EXPECT_EQ(json["triggers"][0]["filter"]["a"][0], "${TOKEN}");
    for (const auto* secret : {"hunter2", "to-ken"}) EXPECT_THAT(text, Not(HasSubstr(secret)));
}

TEST(FlowWrite, WhatIsWrittenReadsAsTheSameFlow) {
    const auto first = writeFlow(parsed(kEverything));
    const auto flow = parsed(first);
    EXPECT_EQ(writeFlow(flow), first);
    EXPECT_EQ(flow.functions[0].idle_timeout, 0);
    EXPECT_EQ(flow.functions[0].init_timeout, 1500 * kMillisecond);
    EXPECT_EQ(flow.triggers[0].batching_window, 200 * kMillisecond);
    EXPECT_EQ(flow.triggers[0].on_exhausted, OnExhausted::Discard);
    EXPECT_EQ(flow.triggers[0].outputs[0].partition, 0);
    EXPECT_EQ(std::get<RangeSource>(flow.triggers[2].source).from_offset, 3);
    EXPECT_EQ(flow.capture.prefix_bytes, 1024);
    EXPECT_THAT(flow.capture.mask_paths, ElementsAre("$..pin", "card.number"));
    EXPECT_THAT(flow.capture.mask_headers, ElementsAre("authorization"));
    EXPECT_EQ(flow.capture.max_size, std::int64_t{2} << 30);
}

TEST(FlowWrite, EveryKindOfTargetSurvives) {
    const auto flow = parsed(writeFlow(parsed(kEverything)));
    const auto& receiver = std::get<CloudEventsTarget>(flow.function("receiver")->target);
    EXPECT_EQ(receiver.mode, CloudEventsTarget::Mode::Structured);
    EXPECT_EQ(receiver.headers.at("A"), "to-ken");
    const auto& aws = std::get<LambdaTarget>(flow.function("aws")->target);
    EXPECT_TRUE(aws.event);
    EXPECT_FALSE(aws.tail);
    EXPECT_EQ(aws.secret_access_key, "hunter2");
    EXPECT_EQ(std::get<HttpTarget>(flow.function("faas")->target).body, Body::Value);
    EXPECT_EQ(std::get<HttpTarget>(flow.function("values")->target).body, Body::Values);
    EXPECT_EQ(std::get<CommandTarget>(flow.function("jq")->target).body, Body::Value);
    EXPECT_EQ(flow.function("jq")->concurrency, 1);
    const auto& simulated = std::get<SimulatedTarget>(flow.function("sim")->target);
    EXPECT_EQ(simulated.profile, SimulatedTarget::Profile::Aws);
    EXPECT_EQ(simulated.warm,
              (Distribution{Distribution::Shape::Normal, 30 * kMillisecond, 2 * kMillisecond}));
    EXPECT_EQ(simulated.cold, (Distribution{Distribution::Shape::Uniform, kSecond, 2 * kSecond}));
    EXPECT_EQ(simulated.failures, 0.25);
    EXPECT_EQ(simulated.seed, 9U);
}

TEST(FlowWarnings, AnAsynchronousFunctionKeepsNoOrderAndAnswersNothing) {
    const auto text = [](const char* order) {
        return std::string(R"({"weir":1,"name":"n","cluster":{"brokers":"a:1"},
            "functions":{"f":{"target":{"kind":"lambda","function":"f","invocation":"Event"}}},
            "triggers":[{"function":"f","topics":["t"],"order":")") +
               order + R"("}]})";
    };
    const auto flow = parsed(text("partition"));
    EXPECT_EQ(flow.triggers[0].batch_bytes, kLargestAsyncRequest);
    ASSERT_EQ(warnings(flow).size(), 1U);
    EXPECT_THAT(problemLine(warnings(flow)[0]), HasSubstr("triggers[0].order: cannot be kept"));
    EXPECT_THAT(warnings(parsed(text("none"))), IsEmpty());
}

TEST(FlowTogether, AFunctionThatTakesOneEventGetsBatchesOfOne) {
    const auto flow = parsed(R"({"weir":1,"name":"n","cluster":{"brokers":"a:1"},
        "functions":{"f":{"target":{"kind":"cloudevents","url":"http://a/"}}},
        "triggers":[{"function":"f","topics":["t"]}]})");
    EXPECT_EQ(flow.triggers[0].batch_size, 1);
}

TEST(FlowWrite, TheSampleSurvives) {
    std::ifstream file(test::sourceDirectory() + "/resources/flows/auction.flow.json");
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const auto flow = parsed(text);
    const auto again = parsed(writeFlow(flow));
    ASSERT_EQ(again.triggers.size(), flow.triggers.size());
    for (std::size_t i = 0; i < flow.triggers.size(); ++i) {
        EXPECT_EQ(again.triggers[i].name, flow.triggers[i].name);
        EXPECT_EQ(again.triggers[i].group, flow.triggers[i].group);
        EXPECT_EQ(again.triggers[i].batch_size, flow.triggers[i].batch_size);
    }
}

TEST(FlowWrite, AValueThatWasChangedIsWrittenAsItIsNow) {
    auto flow = parsed(kEverything);
    flow.name = "other ${x}";
    flow.triggers[0].batching_window = kSecond;
    const auto json = nlohmann::json::parse(writeFlow(flow));
    EXPECT_EQ(json["name"], "other $${x}");
    EXPECT_EQ(json["triggers"][0]["batching_window"], "1s");
}

TEST(FlowWrite, ASecretThatWasTypedBecomesAReference) {
    auto flow = parsed(kEverything);
    flow.cluster.kafka["sasl.password"] = "typed";
    flow.cluster.kafka["ssl.key.password"] = "typed too";
    const auto text = writeFlow(flow);
    EXPECT_THAT(text, Not(HasSubstr("typed")));
    EXPECT_EQ(nlohmann::json::parse(text)["cluster"]["kafka"]["ssl.key.password"], "${SSL_KEY_PASSWORD}");
}

TEST(FlowSize, ReadsAndWritesExactly) {
    EXPECT_EQ(parseSize("2GiB"), std::int64_t{2} << 30);
    EXPECT_EQ(parseSize("500MB"), 500'000'000);
    EXPECT_EQ(parseSize("1.5kB"), 1500);
    EXPECT_EQ(parseSize("800B"), 800);
    for (const auto* wrong : {"", "B", "2", "2 GiB", "-1B", "1e3B", "infB", "99999999TiB", "2gib"}) {
        EXPECT_FALSE(parseSize(wrong)) << wrong;
    }
    for (const std::int64_t size : {std::int64_t{0}, std::int64_t{1}, std::int64_t{1024}, std::int64_t{1500},
                                    std::int64_t{6} << 20, std::int64_t{500'000'000}}) {
        EXPECT_EQ(parseSize(sizeLiteral(size)), size);
    }
}

std::vector<std::string> unsupportedPlaces(const Flow& flow) {
    std::vector<std::string> places;
    for (const auto& problem : notYetSupported(flow)) places.push_back(problem.place);
    return places;
}

TEST(FlowUnsupported, NamesEverythingThatCannotBeRun) {
    auto flow = parsed(kEverything);
    flow.triggers[1].enabled = true;
    EXPECT_THAT(unsupportedPlaces(flow), ElementsAre("triggers[2].range"));
}

TEST(FlowUnsupported, DisabledTriggersAndWhatIsSupportedPass) {
    auto flow = parsed(kEverything);
    for (auto& trigger : flow.triggers) trigger.enabled = false;
    flow.capture = {};
    EXPECT_THAT(unsupportedPlaces(flow), IsEmpty());
    const auto plain = parsed(R"({"weir":1,"name":"n","cluster":{"brokers":"a:1"},
        "functions":{"f":{"target":{"kind":"builtin","name":"b"}}},"triggers":[{"function":"f","topics":["t"],
        "order":"key","batch_size":5,"batching_window":"0","batch_bytes":"1MB","retries":3,"on_failure":{"topic":"bad"},
        "bisect":true,"partial_failures":true,"max_record_age":"1h",
        "output":[{"topic":"a"},{"topic":"b"}],"starting_position":"latest","event_source":"aws:kafka"}]})");
    EXPECT_THAT(unsupportedPlaces(plain), IsEmpty());
}

}  // namespace
}  // namespace weir::flow
