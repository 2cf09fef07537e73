// SPDX-License-Identifier: GPL-3.0-or-later
// Recorded events written to a real cluster once more: by `produce`, and by a function under `redrive
// --produce`.
#include "kafka/metadata.h"
#include "peers/broker.h"
#include "run_cli.h"
#include "unit/kafka/kafka_fixture.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace weir::test {
namespace {

using kafka::Reading;
using peers::sharedBroker;
using peers::uniqueName;
using testing::HasSubstr;

constexpr const char* kFacts =
    R"({"fact":"session","version":1,"name":"auction","mode":"drive","at":1700000000000000000}
{"fact":"topic","topic":"bids","partitions":2,"at":1700000000000000001}
{"fact":"record","topic":"bids","partition":1,"offset":40,"timestamp":1690000000123000000,"timestamp_type":"create","key":"item-1","value":"{\"n\":1}","headers":[["ce_type","bid"],["trace",{"base64":"/wA="}],["none",null]],"at":1700000000000000002}
{"fact":"record","topic":"bids","partition":1,"offset":41,"timestamp":1690000000456000000,"timestamp_type":"create","key":"item-2","value":null,"at":1700000000000000003}
{"fact":"record","topic":"bids","partition":0,"offset":7,"timestamp":1690000000789000000,"timestamp_type":"create","key":null,"value":{"base64":"/v8="},"at":1700000000000000004}
)";

class ProduceTest : public testing::Test {
  protected:
    void SetUp() override {
        WEIR_REQUIRE_BROKER();
        session = folder.path("bug.weir");
        ASSERT_EQ(runCli({"-q", "import", folder.write("facts.ndjson", kFacts), "-o", session}).exit_code, 0);
    }
    static std::string makeTopic(int partitions) {
        const std::string name = uniqueName("again");
        sharedBroker().createTopic(name, partitions);
        return name;
    }
    std::vector<std::string> produce(const std::string& topic, std::vector<std::string> more = {}) const {
        std::vector<std::string> all{"produce", session,     "--to",
                                     topic,     "--brokers", sharedBroker().bootstrap()};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    static std::int64_t recordsIn(const std::string& topic) {
        const auto info = kafka::describeCluster({sharedBroker().bootstrap(), {}}, {topic}, true, 10'000);
        if (!info) return -1;
        std::int64_t count = 0;
        for (const auto& p : info->topics.front().partitions) count += p.high - p.low;
        return count;
    }

    TemporaryFolder folder;
    std::string session;
};

TEST_F(ProduceTest, EventsArriveAsTheyWere) {
    const std::string topic = makeTopic(2);
    const CliResult r = runCli(produce(topic, {"--yes"}));
    ASSERT_EQ(r.exit_code, 0) << r.err;
    EXPECT_THAT(r.err, HasSubstr("3 events written to " + topic + " of " + sharedBroker().bootstrap()));

    Reading reading;
    reading.begin({sharedBroker().bootstrap(), {}});
    ASSERT_TRUE(reading.consumer->assign({{topic, 0}, {topic, 1}}));
    ASSERT_TRUE(reading.until([&] { return reading.count() == 3; }));
    const RecordChunk& first = reading.chunks.at({topic, 0});
    ASSERT_EQ(first.size(), 1U);
    EXPECT_TRUE(first.key(0).isNull());
    EXPECT_EQ(first.value(0).view(), "\xfe\xff");
    EXPECT_EQ(first[0].timestamp, 1'690'000'000'789'000'000);
    const RecordChunk& second = reading.chunks.at({topic, 1});
    ASSERT_EQ(second.size(), 2U);
    EXPECT_EQ(second.key(0).view(), "item-1");
    EXPECT_EQ(second.value(0).view(), R"({"n":1})");
    EXPECT_EQ(second[0].timestamp, 1'690'000'000'123'000'000);
    const auto headers = second.headers(0);
    ASSERT_EQ(headers.size(), 3U);
    EXPECT_EQ(headers[0].name, "ce_type");
    EXPECT_EQ(headers[0].value.view(), "bid");
    EXPECT_EQ(headers[1].value.view(), std::string_view("\xff\0", 2));
    EXPECT_TRUE(headers[2].value.isNull());
    EXPECT_EQ(second.key(1).view(), "item-2");
    EXPECT_TRUE(second.value(1).isNull());
}

TEST_F(ProduceTest, NothingIsWrittenUnlessTheAnswerIsYes) {
    const std::string topic = makeTopic(2);
    const CliResult unasked = runCli(produce(topic));
    EXPECT_EQ(unasked.exit_code, 2);
    EXPECT_THAT(unasked.err, HasSubstr("--yes"));
    for (const char* const answer : {"no\n", "y\n", "\n"}) {
        const CliResult no = runCliOnTerminal(produce(topic), answer);
        EXPECT_EQ(no.exit_code, 2) << no.out;
        EXPECT_THAT(no.out, HasSubstr("Write 3 events of bids in "));
        EXPECT_THAT(no.out, HasSubstr("to the topic " + topic + " (2 partitions) of the cluster " +
                                      sharedBroker().bootstrap() + "?"));
        EXPECT_THAT(no.out, HasSubstr("nothing was written"));
    }
    EXPECT_EQ(recordsIn(topic), 0);
    const CliResult yes = runCliOnTerminal(produce(topic, {"--filter", "partition == 1"}), "yes\n");
    EXPECT_EQ(yes.exit_code, 0) << yes.out;
    EXPECT_EQ(recordsIn(topic), 2);
}

TEST_F(ProduceTest, WhatTheClusterDoesNotHaveIsSaid) {
    const CliResult unknown = runCli(produce("no-such-topic", {"--yes"}));
    EXPECT_EQ(unknown.exit_code, 4);
    EXPECT_THAT(unknown.err, HasSubstr("no-such-topic does not exist"));
    const std::string narrow = makeTopic(1);
    const CliResult few = runCli(produce(narrow, {"--yes"}));
    EXPECT_EQ(few.exit_code, 2);
    EXPECT_THAT(few.err, HasSubstr("has 1 partitions, but events stand in partition 1"));
    EXPECT_EQ(recordsIn(narrow), 0);
    EXPECT_EQ(runCli(produce(narrow, {"--yes", "--partition", "key"})).exit_code, 0);
    EXPECT_EQ(recordsIn(narrow), 3);
    const CliResult away = runCli({"produce", session, "--to", narrow, "--brokers", "127.0.0.1:1", "--yes"});
    EXPECT_EQ(away.exit_code, 4);
    EXPECT_THAT(away.err, HasSubstr("127.0.0.1:1"));
}

TEST_F(ProduceTest, ARecordThatTheTopicRefusesEndsIt) {
    const std::string topic = uniqueName("again");
    sharedBroker().createTopic(topic, 2, {{"max.message.bytes", "60"}});
    const CliResult r = runCli(produce(topic, {"--yes"}));
    EXPECT_EQ(r.exit_code, 2) << r.err;
    EXPECT_THAT(r.err, HasSubstr("of 3 events were written before that"));
}

TEST_F(ProduceTest, OutputsOfARedriveReachTheClusterWhenAsked) {
    const std::string topic = makeTopic(2);
    const std::string flow = folder.write("f.flow.json", fmt::format(R"({{"weir": 1, "name": "again",
  "cluster": {{"brokers": "{}"}},
  "functions": {{"f": {{"target": {{"kind": "command",
      "command": ["sed", "-u", "s/.*/[{{\"value\": \"seen\"}}]/"], "body": "values"}}}}}},
  "triggers": [{{"function": "f", "topics": ["bids"], "retries": 0, "on_exhausted": "discard",
      "batching_window": "0ms", "output": {{"topic": "{}"}}}}]}})",
                                                                     sharedBroker().bootstrap(), topic));
    const std::vector<std::string> command{"redrive",   session, "--function",           "f", "--flow", flow,
                                           "--produce", "-o",    folder.path("new.weir")};
    const CliResult no = runCliOnTerminal(command, "no\n");
    EXPECT_EQ(no.exit_code, 2) << no.out;
    EXPECT_THAT(no.out, HasSubstr("Write what f answers to the topics " + topic + " of the cluster " +
                                  sharedBroker().bootstrap() + "?"));
    EXPECT_FALSE(std::filesystem::exists(folder.path("new.weir")));
    EXPECT_EQ(recordsIn(topic), 0);
    const CliResult yes = runCliOnTerminal(command, "yes\n");
    EXPECT_EQ(yes.exit_code, 0) << yes.out;
    EXPECT_GE(recordsIn(topic), 2);  // one for each call
}

}  // namespace
}  // namespace weir::test
