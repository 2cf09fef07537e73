// SPDX-License-Identifier: GPL-3.0-or-later
#include "functions.h"
#include "peers/broker.h"
#include "run_cli.h"
#include "session_query.h"
#include "topic_filler.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <string>
#include <thread>

namespace weir::test {
namespace {

using peers::sharedBroker;
using peers::uniqueName;

constexpr const char* kHandler = R"(
import json
def accept(event, context):
    return None
def fail_sometimes(event, context):
    for records in event["records"].values():
        for r in records:
            if r["offset"] % 40 == 7 and not context.aws_request_id.endswith("x"):
                import os, pathlib
                mark = pathlib.Path("seen-%s-%d-%d" % (r["topic"], r["partition"], r["offset"]))
                if not mark.exists():
                    mark.touch()
                    raise RuntimeError("not yet")
    return None
def forward(event, context):
    out = []
    for records in event["records"].values():
        for r in records:
            out.append({"value": {"of": r["offset"]}})
    return out
)";

std::int64_t outOfOrder(const std::string& session) {
    return askNumber(
        session,
        "SELECT count(*) FROM (SELECT e.offset AS o, lag(e.offset) OVER (PARTITION BY e.topic_id, "
        "e.partition ORDER BY i.start_ns, i.id, d.position) AS before FROM delivery d JOIN event e "
        "ON e.id = d.event_id JOIN invocation i ON i.id = d.invocation_id "
        "WHERE d.outcome = 'success') WHERE before IS NOT NULL AND before >= o");
}

std::int64_t overlaps(const std::string& session) {
    return askNumber(
        session,
        "SELECT count(*) FROM (SELECT start_ns, lag(end_ns) OVER (PARTITION BY topic_id, partition "
        "ORDER BY start_ns, id) AS before FROM invocation) WHERE before > start_ns");
}

class DeliveryTest : public testing::Test {
  protected:
    void SetUp() override {
        WEIR_REQUIRE_BROKER();
        WEIR_REQUIRE_AWSLAMBDARIC();
        folder.write("handlers.py", kHandler);
    }
    std::string makeTopic(int partitions, std::int64_t count) {
        const std::string topic = uniqueName("records");
        sharedBroker().createTopic(topic, partitions);
        if (count > 0) {
            fillTopic(sharedBroker().bootstrap(), topic, partitions, count,
                      [](std::int64_t i) { return "{\"n\":" + std::to_string(i) + "}"; });
        }
        return topic;
    }
    TemporaryFolder folder;
};

TEST_F(DeliveryTest, AHundredThousandRecordsAreDeliveredExactlyOnceAndInPartitionOrder) {
    constexpr std::int64_t kRecords = 100'000;
    const std::string topic = makeTopic(6, kRecords);
    const std::string flow =
        folder.write("f.flow.json", ricFlow(sharedBroker().bootstrap(), topic, "handlers.accept",
                                            R"(, "batch_size": 500, "retries": 3)"));
    const std::string session = folder.path("s.weir");
    const CliResult r = runCli({"record", flow, "-o", session, "--until-end"});
    ASSERT_EQ(r.exit_code, 0) << r.err;

    EXPECT_EQ(askNumber(session, "SELECT count(*) FROM event"), kRecords);
    EXPECT_EQ(askNumber(session, "SELECT count(*) FROM delivery"), kRecords);
    EXPECT_EQ(askNumber(session, "SELECT count(DISTINCT event_id) FROM delivery WHERE outcome = 'success'"),
              kRecords);
    EXPECT_EQ(outOfOrder(session), 0);
    EXPECT_EQ(overlaps(session), 0);
    EXPECT_EQ(askNumber(session,
                        "SELECT sum(c) FROM (SELECT max(offset) AS c FROM offset_commit GROUP BY "
                        "topic_id, partition)"),
              kRecords);
    EXPECT_GE(askNumber(session, "SELECT sum(cold) FROM invocation"), 1);
}

TEST_F(DeliveryTest, RestartGoesOnWhereItStopped) {
    const std::string topic = makeTopic(2, 2'000);
    const std::string flow = folder.write(
        "f.flow.json",
        ricFlow(sharedBroker().bootstrap(), topic, "handlers.accept", R"(, "batch_size": 50, "retries": 3)"));
    const CliResult first = runCli({"record", flow, "-o", folder.path("a.weir"), "--max-events", "700"});
    ASSERT_EQ(first.exit_code, 0) << first.err;
    EXPECT_EQ(askNumber(folder.path("a.weir"), "SELECT count(*) FROM event"), 700);
    EXPECT_EQ(askNumber(folder.path("a.weir"), "SELECT count(*) FROM delivery WHERE outcome='success'"), 700);
    const CliResult second = runCli({"record", flow, "-o", folder.path("b.weir"), "--until-end"});
    ASSERT_EQ(second.exit_code, 0) << second.err;
    EXPECT_EQ(askNumber(folder.path("b.weir"), "SELECT count(*) FROM event"), 1'300);
}

TEST_F(DeliveryTest, FailedBatchesAreRetriedInOrder) {
    const std::string topic = makeTopic(2, 400);
    const std::string flow =
        folder.write("f.flow.json", ricFlow(sharedBroker().bootstrap(), topic, "handlers.fail_sometimes",
                                            R"(, "batch_size": 20, "retries": 5)"));
    const std::string session = folder.path("s.weir");
    const CliResult r = runCli({"record", flow, "-o", session, "--until-end"});
    ASSERT_EQ(r.exit_code, 0) << r.err;
    EXPECT_EQ(askNumber(session, "SELECT count(*) FROM invocation WHERE outcome = 'error'"), 10);
    EXPECT_EQ(askNumber(session, "SELECT count(*) FROM decision WHERE kind = 'retry'"), 10);
    EXPECT_EQ(askNumber(session, "SELECT count(*) FROM delivery WHERE outcome = 'success'"), 400);
    EXPECT_EQ(outOfOrder(session), 0);
    EXPECT_EQ(overlaps(session), 0);
}

TEST_F(DeliveryTest, OutputsStandInTheirTopicWithTheirCauses) {
    const std::string topic = makeTopic(3, 300);
    const std::string output = uniqueName("outputs");
    sharedBroker().createTopic(output, 3);
    const std::string flow =
        folder.write("f.flow.json",
                     ricFlow(sharedBroker().bootstrap(), topic, "handlers.forward",
                             R"(, "batch_size": 20, "retries": 1, "output": {"topic": ")" + output + "\"}"));
    const std::string session = folder.path("s.weir");
    const CliResult r = runCli({"record", flow, "-o", session, "--until-end"});
    ASSERT_EQ(r.exit_code, 0) << r.err;
    EXPECT_EQ(askNumber(session, "SELECT count(*) FROM output"), 300);
    // Partition is kept and outputs stand in the order of their causes, so offsets agree one to one.
    EXPECT_EQ(askNumber(session,
                        "SELECT count(*) FROM output o JOIN event e ON e.id = o.first_cause_id WHERE "
                        "e.offset = o.offset AND e.partition = o.partition"),
              300);
}

TEST_F(DeliveryTest, TheFirstSignalEndsInOrder) {
    const std::string topic = makeTopic(2, 500);
    const std::string flow =
        folder.write("f.flow.json", ricFlow(sharedBroker().bootstrap(), topic, "handlers.accept"));
    const std::string session = folder.path("s.weir");
    Cli cli({"record", flow, "-o", session});
    for (int i = 0; i < 600; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        try {
            if (askNumber(session, "SELECT count(*) FROM delivery") == 500) break;
        } catch (const std::exception&) {
            continue;  // not there yet
        }
    }
    cli.signal(SIGTERM);
    const CliResult r = cli.wait();
    EXPECT_EQ(r.exit_code, 0) << r.err;
    EXPECT_NE(r.out.find("500"), std::string::npos) << r.out;
    EXPECT_EQ(askNumber(session, "SELECT ended_ns IS NOT NULL FROM session"), 1);
    EXPECT_EQ(askText(session, "PRAGMA journal_mode"), "delete");
}

TEST_F(DeliveryTest, ABrokerThatDiesAndComesBackLosesNothing) {
    peers::Broker broker;
    broker.start();
    const std::string topic = uniqueName("records");
    broker.createTopic(topic, 2);
    const auto value = [](std::int64_t i) { return std::to_string(i); };
    fillTopic(broker.bootstrap(), topic, 2, 200, value);
    const std::string flow =
        folder.write("f.flow.json", ricFlow(broker.bootstrap(), topic, "handlers.accept"));
    const std::string session = folder.path("s.weir");
    Cli cli({"record", flow, "-o", session});
    const auto waitFor = [&](std::int64_t deliveries) {
        for (int i = 0; i < 1'200; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            try {
                if (askNumber(session, "SELECT count(*) FROM delivery WHERE outcome = 'success'") >=
                    deliveries) {
                    return true;
                }
            } catch (const std::exception&) {
                continue;
            }
        }
        return false;
    };
    ASSERT_TRUE(waitFor(200));
    broker.kill();
    broker.start();
    fillTopic(broker.bootstrap(), topic, 2, 200, value);
    ASSERT_TRUE(waitFor(400));
    cli.signal(SIGINT);
    const CliResult r = cli.wait();
    EXPECT_EQ(r.exit_code, 0) << r.err;
    EXPECT_EQ(askNumber(session, "SELECT count(DISTINCT event_id) FROM delivery WHERE outcome = 'success'"),
              400);
    EXPECT_GE(askNumber(session, "SELECT count(*) FROM log WHERE stream = 'weir'"), 1)
        << "the outage is on record";
}

}  // namespace
}  // namespace weir::test
