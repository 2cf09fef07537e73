// SPDX-License-Identifier: GPL-3.0-or-later
// The promises of order, and what becomes of failures, with a real broker and real function processes.
#include "functions.h"
#include "peers/broker.h"
#include "run_cli.h"
#include "session_query.h"
#include "topic_filler.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace weir::test {
namespace {

using peers::sharedBroker;
using peers::uniqueName;

constexpr const char* kHandler = R"(
import random, time

def records(event):
    return [r for partition in event["records"].values() for r in partition]

def uneven(event, context):
    time.sleep(random.choice([0, 0, 0.002, 0.01]))

def poisoned(event, context):
    if any(r["offset"] % 50 == 7 for r in records(event)):
        raise ValueError("cannot read this")

seen = set()

def partial(event, context):
    failed = []
    for r in records(event):
        place = (r["partition"], r["offset"])
        if r["offset"] % 30 == 11 and place not in seen:
            seen.add(place)
            failed.append({"itemIdentifier": {
                "topic-partition": "%s-%d" % (r["topic"], r["partition"]), "offset": r["offset"]}})
    return {"batchItemFailures": failed}

def names_a_stranger(event, context):
    return {"batchItemFailures": [{"itemIdentifier": {"topic-partition": "elsewhere-0", "offset": 1}}]}
)";

/// Deliveries that ran while another one of the same scope did, or began before a lower one had succeeded.
std::int64_t brokenOrder(const std::string& session, const std::string& scope) {
    return askNumber(
        session, fmt::format("SELECT count(*) FROM (SELECT i.start_ns AS begun, e.offset AS o, "
                             "max(i.end_ns) OVER before AS ended, max(CASE WHEN d.outcome = 'success' THEN "
                             "e.offset END) OVER before AS highest, "
                             "i.id AS id, lag(i.id) OVER before AS other FROM delivery d "
                             "JOIN event e ON e.id = d.event_id JOIN invocation i ON i.id = d.invocation_id "
                             "WINDOW before AS (PARTITION BY {} ORDER BY i.start_ns, i.id, d.position "
                             "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) "
                             "WHERE id <> other AND (ended > begun OR highest > o)",
                             scope));
}

std::int64_t mostAtOnce(const std::string& session) {
    return askNumber(session,
                     "SELECT max((SELECT count(*) FROM invocation b WHERE b.start_ns <= a.start_ns AND "
                     "b.end_ns > a.start_ns AND b.partition = a.partition)) FROM invocation a");
}

class OrderAndFailureTest : public testing::Test {
  protected:
    void SetUp() override {
        WEIR_REQUIRE_BROKER();
        WEIR_REQUIRE_AWSLAMBDARIC();
        folder.write("handlers.py", kHandler);
        topic = uniqueName("records");
        sharedBroker().createTopic(topic, 2);
        fillTopic(sharedBroker().bootstrap(), topic, 2, 400,
                  [](std::int64_t i) { return fmt::format(R"({{"n":{}}})", i); });
    }
    CliResult record(const std::string& handler, const std::string& trigger,
                     const std::string& function = "") {
        const std::string flow = folder.write(
            "f.flow.json",
            ricFlow(sharedBroker().bootstrap(), topic, "handlers." + handler, trigger, function));
        return runCli({"record", flow, "-o", session, "--until-end"});
    }
    void expectAllCommitted() {
        EXPECT_EQ(
            askNumber(session,
                      "SELECT sum(c) FROM (SELECT max(offset) AS c FROM offset_commit GROUP BY partition)"),
            400);
    }

    TemporaryFolder folder;
    std::string session = folder.path("s.weir");
    std::string topic;
};

TEST_F(OrderAndFailureTest, KeysKeepTheirOrderWhilePartitionsRunInParallel) {
    const CliResult r = record("uneven", R"(, "batch_size": 5, "retries": 1, "order": "key",
        "parallelization_factor": 4)");
    ASSERT_EQ(r.exit_code, 0) << r.err;
    EXPECT_EQ(askNumber(session, "SELECT count(DISTINCT event_id) FROM delivery WHERE outcome = 'success'"),
              400);
    EXPECT_EQ(askNumber(session, "SELECT count(*) FROM delivery"), 400);
    EXPECT_EQ(brokenOrder(session, "e.partition, e.key"), 0);
    EXPECT_GT(mostAtOnce(session), 1);
    EXPECT_LE(mostAtOnce(session), 4);
    expectAllCommitted();
}

TEST_F(OrderAndFailureTest, WithoutOrderEverythingIsDeliveredOnce) {
    const CliResult r = record("uneven", R"(, "batch_size": 5, "retries": 1, "order": "none")");
    ASSERT_EQ(r.exit_code, 0) << r.err;
    EXPECT_EQ(askNumber(session, "SELECT count(*) FROM delivery"), 400);
    EXPECT_GT(mostAtOnce(session), 4);
    expectAllCommitted();
}

TEST_F(OrderAndFailureTest, PoisonIsIsolatedByHalvesAndKeptInATopic) {
    const std::string failed = uniqueName("failed");
    sharedBroker().createTopic(failed, 2);
    const CliResult r = record("poisoned", fmt::format(R"(, "batch_size": 20, "retries": 0, "bisect": true,
        "on_failure": {{"topic": "{}"}})",
                                                       failed));
    ASSERT_EQ(r.exit_code, 0) << r.err;
    EXPECT_EQ(askNumber(session, "SELECT count(DISTINCT event_id) FROM delivery WHERE outcome = 'success'"),
              392);
    EXPECT_EQ(askNumber(session, "SELECT count(*) FROM skip WHERE reason = 'on-failure'"), 8);
    EXPECT_GT(askNumber(session, "SELECT count(*) FROM invocation WHERE split_of IS NOT NULL"), 8);
    EXPECT_EQ(brokenOrder(session, "e.partition"), 0);
    expectAllCommitted();

    // The topic for failed events tells all of it by itself.
    const std::string dead = folder.path("dead.weir");
    const std::string flow = folder.write("dead.flow.json", ricFlow(sharedBroker().bootstrap(), failed,
                                                                    "handlers.uneven", R"(, "retries": 1)"));
    ASSERT_EQ(runCli({"record", flow, "-o", dead, "--until-end"}).exit_code, 0);
    EXPECT_EQ(askNumber(dead, "SELECT count(*) FROM event"), 8);
    const std::string headers = askText(dead, "SELECT headers FROM event WHERE partition = 1 AND offset = 0");
    EXPECT_NE(headers.find(topic + "/1@7"), std::string::npos) << headers;
    EXPECT_NE(headers.find("cannot read this"), std::string::npos) << headers;
    EXPECT_NE(headers.find("weir_attempts"), std::string::npos) << headers;
}

TEST_F(OrderAndFailureTest, PartialAnswersRepeatFromTheLowestFailedEventOn) {
    const CliResult r = record("partial", R"(, "batch_size": 20, "retries": 3, "partial_failures": true)",
                               R"(, "concurrency": 1)");
    ASSERT_EQ(r.exit_code, 0) << r.err;
    EXPECT_GT(askNumber(session, "SELECT count(*) FROM invocation WHERE outcome = 'partial'"), 10);
    EXPECT_EQ(askNumber(session, "SELECT count(DISTINCT event_id) FROM delivery WHERE outcome = 'success'"),
              400);
    EXPECT_EQ(askNumber(session, "SELECT count(*) FROM delivery WHERE outcome = 'success'"), 400);
    EXPECT_EQ(
        askNumber(session,
                  "SELECT count(*) FROM (SELECT e.offset AS o, lag(e.offset) OVER (PARTITION BY "
                  "e.partition ORDER BY i.start_ns, d.position) AS before FROM delivery d JOIN event e ON "
                  "e.id = d.event_id JOIN invocation i ON i.id = d.invocation_id "
                  "WHERE d.outcome = 'success') WHERE before >= o"),
        0);
    expectAllCommitted();
}

TEST_F(OrderAndFailureTest, FilteredEventsAreSeenAsSuchAndPass) {
    const CliResult r =
        record("uneven", R"(, "batch_size": 20, "retries": 1, "filter": {"n": [{"numeric": ["<", 100]}]})");
    ASSERT_EQ(r.exit_code, 0) << r.err;
    EXPECT_EQ(askNumber(session, "SELECT count(*) FROM event"), 400);
    EXPECT_EQ(askNumber(session, "SELECT count(*) FROM delivery"), 100);
    EXPECT_EQ(
        askNumber(session, "SELECT sum(last_offset - first_offset + 1) FROM skip WHERE reason = 'filtered'"),
        300);
    expectAllCommitted();
    const std::string stats = runCli({"stats", session, "--format", "json"}).out;
    EXPECT_NE(stats.find("\"filtered\": 300"), std::string::npos) << stats.substr(0, 500);
    EXPECT_NE(runCli({"stats", session}).out.find("filtered"), std::string::npos);
}

TEST_F(OrderAndFailureTest, AnIdentifierThatIsNotInTheBatchFailsTheWholeBatch) {
    const CliResult r = record("names_a_stranger", R"(, "batch_size": 200, "retries": 0,
        "partial_failures": true, "on_exhausted": "discard")");
    ASSERT_EQ(r.exit_code, 0) << r.err;
    EXPECT_EQ(askNumber(session, "SELECT count(*) FROM delivery WHERE outcome = 'success'"), 0);
    EXPECT_EQ(askNumber(session,
                        "SELECT count(DISTINCT outcome) FROM invocation WHERE outcome = 'error' AND "
                        "error LIKE '%not in the batch%'"),
              1);
    expectAllCommitted();
}

}  // namespace
}  // namespace weir::test
