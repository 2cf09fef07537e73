// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/preset.h"

#include "fake_secrets.h"
#include "flow/parse.h"
#include "flow/warnings.h"
#include "flow/write.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace weir::flow {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string text(const std::string& trigger, const std::string& function = "") {
    return fmt::format(R"({{"weir":1,"name":"n","cluster":{{"brokers":"a:1"}},
        "functions":{{"f":{{"target":{{"kind":"simulated","warm":"1ms"}}{}}}}},
        "triggers":[{{"function":"f",{}}}]}})",
                       function, trigger);
}

Result<Flow> read(const std::string& trigger, const std::string& function = "") {
    return parseFlow(text(trigger, function), "/", FakeSecrets{});
}

TriggerSpec trigger(const std::string& json) {
    auto flow = read(json);
    EXPECT_TRUE(flow) << flow.error().message;
    return flow ? flow->triggers.front() : TriggerSpec{};
}

void refused(const std::string& json, const std::string& place) {
    const auto flow = read(json);
    ASSERT_FALSE(flow) << json;
    EXPECT_THAT(flow.error().message, HasSubstr("triggers[0]." + place + ": cannot be had")) << json;
}

TEST(FlowPresets, SetTheDefaultsOfTheSystem) {
    const auto lambda = trigger(R"("topics":["t"],"like":"lambda-esm")");
    EXPECT_EQ(lambda.batch_size, 100);
    EXPECT_EQ(lambda.batching_window, 500 * kMillisecond);
    EXPECT_EQ(lambda.retries, -1);
    EXPECT_EQ(lambda.on_exhausted, OnExhausted::Discard);
    EXPECT_EQ(trigger(R"("topics":["t"],"like":"lambda-esm","on_failure":{"topic":"x"})").retries, 10);

    const auto confluent = trigger(R"("topics":["t"],"like":"confluent-lambda-sink")");
    EXPECT_EQ(confluent.batch_size, 20);
    EXPECT_EQ(confluent.batching_window, 0);
    EXPECT_EQ(confluent.retries, 0);

    const auto knative = trigger(R"("topics":["t"],"like":"knative","on_failure":{"topic":"x"},"retries":4)");
    EXPECT_EQ(knative.batch_size, 1);
    EXPECT_EQ(knative.starting_position.kind, StartingPosition::Kind::Latest);
    EXPECT_EQ(knative.retries, 4);
    EXPECT_EQ(knative.on_exhausted, OnExhausted::DeadLetter);

    EXPECT_EQ(trigger(R"("topics":["t"],"like":"azure-functions")").batch_size, 64);
    EXPECT_EQ(trigger(R"("topics":["t"],"like":"azure-functions")").batching_window, kSecond);
    EXPECT_EQ(trigger(R"("topics":["t"],"like":"nuclio")").on_exhausted, OnExhausted::Discard);
}

TEST(FlowPresets, TheFileOverrides) {
    const auto spec = trigger(
        R"("topics":["t"],"like":"knative","order":"none","batching_window":"1s","starting_position":"earliest")");
    EXPECT_EQ(spec.order, Order::None);
    EXPECT_EQ(spec.batching_window, kSecond);
    EXPECT_EQ(spec.starting_position.kind, StartingPosition::Kind::Earliest);
    EXPECT_EQ(spec.batch_size, 1) << "what it does not say stays that of the system";
}

TEST(FlowPresets, WhatTheSystemCannotDoIsRefused) {
    const std::string lambda = R"("topics":["t"],"like":"lambda-esm",)";
    refused(lambda + R"("order":"key")", "order");
    refused(lambda + R"("order":"none")", "order");
    refused(lambda + R"("batching_window":"1500ms")", "batching_window");
    refused(lambda + R"("batch_bytes":"7MiB")", "batch_bytes");
    refused(lambda + R"("max_record_age":"30s")", "max_record_age");
    refused(lambda + R"("on_exhausted":"stop","retries":2)", "on_exhausted");
    refused(lambda + R"("on_success":{"topic":"x"})", "on_success");
    refused(lambda + R"("exactly_once":true)", "exactly_once");
    refused(R"("like":"lambda-esm","http":{"listen":"a:1","path":"/"})", "http");
    const std::string knative = R"("topics":["t"],"like":"knative",)";
    refused(knative + R"("batch_size":2)", "batch_size");
    refused(knative + R"("bisect":true)", "bisect");
    refused(knative + R"("filter":{"a":[1]})", "filter");
    refused(knative + R"("partial_failures":true)", "partial_failures");
    refused(R"("topics":["t"],"like":"azure-functions","on_failure":{"topic":"x"})", "on_failure");
    refused(R"("topics":["t"],"like":"azure-functions","retries":-1)", "retries");
    refused(R"("topics":["t"],"like":"nuclio","retries":1)", "retries");
}

TEST(FlowPresets, AFunctionThatMayRunLongerThanItIsWaitedForIsWarnedOf) {
    const auto flow = read(R"("topics":["t"],"like":"confluent-lambda-sink")", R"(,"timeout":"60s")");
    ASSERT_TRUE(flow) << flow.error().message;
    const auto found = warnings(*flow);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].place, "functions.f.timeout");
}

TEST(FlowPresets, WritingKeepsWhatDiffersFromThem) {
    for (
        const std::string json :
        {R"("topics":["t"],"like":"lambda-esm","partial_failures":true)",
         R"("topics":["t"],"like":"lambda-esm","retries":3,"on_failure":{"topic":"x"},"on_exhausted":"discard")",
         R"("topics":["t"],"like":"confluent-lambda-sink","on_exhausted":"stop")",
         R"("topics":["t"],"like":"knative","starting_position":"earliest","order":"none")",
         R"("topics":["t"],"like":"knative","starting_position":{"at":"2026-01-31T10:00:00Z"})",
         R"("topics":["t"],"like":"azure-functions","batch_size":64,"retries":5)",
         R"("topics":["t"],"like":"nuclio")", R"("http":{"listen":"a:1","path":"/x"},"on_exhausted":"stop")",
         R"("http":{"listen":"a:1","path":"/x"},"batch_size":9,"retries":-1)"}) {
        const auto flow = read(json);
        ASSERT_TRUE(flow) << json << flow.error().message;
        const std::string written = writeFlow(*flow);
        const auto again = parseFlow(written, "/", FakeSecrets{});
        ASSERT_TRUE(again) << written << again.error().message;
        EXPECT_EQ(writeFlow(*again), written);
        const TriggerSpec& a = flow->triggers[0];
        const TriggerSpec& b = again->triggers[0];
        EXPECT_EQ(a.starting_position.kind, b.starting_position.kind) << written;
        EXPECT_EQ(a.on_exhausted, b.on_exhausted) << written;
        EXPECT_EQ(a.retries, b.retries) << written;
        EXPECT_EQ(a.batch_size, b.batch_size) << written;
        EXPECT_EQ(a.like, b.like) << written;
    }
    const auto plain = read(R"("topics":["t"],"like":"knative")");
    ASSERT_TRUE(plain);
    EXPECT_THAT(writeFlow(*plain), Not(HasSubstr("starting_position"))) << "the preset says it";
    EXPECT_THAT(writeFlow(*plain), Not(HasSubstr("on_exhausted")));
}

TEST(FlowPresets, AFrontDoorTakesRequestsOneByOne) {
    const auto door = trigger(R"("http":{"listen":"127.0.0.1:8089","path":"/bids"})");
    EXPECT_EQ(door.batch_size, 1);
    EXPECT_EQ(door.batching_window, 0);
    EXPECT_EQ(door.retries, 0);
    EXPECT_EQ(door.on_exhausted, OnExhausted::Discard);
}

}  // namespace
}  // namespace weir::flow
