// SPDX-License-Identifier: GPL-3.0-or-later
#include "integration/record/functions.h"
#include "integration/record/run_cli.h"
#include "integration/record/session_query.h"
#include "integration/record/topic_filler.h"
#include "peers/broker.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>

namespace weir::test {
namespace {

using peers::sharedBroker;
using peers::uniqueName;
using ::testing::HasSubstr;

constexpr std::int64_t kRecords = 300;

/// Every output with what caused it, as text, so that sessions can be compared.
std::string causes(const std::string& session, const std::string& outputs) {
    return askText(
        session,
        fmt::format(
            "SELECT group_concat(line, char(10)) FROM (SELECT o.partition || '@' || o.offset || ' ' || "
            "e.partition || '@' || e.offset AS line FROM output o JOIN topic t ON t.id = o.topic_id "
            "JOIN caused_by c ON c.output_id = o.id "
            "JOIN event e ON e.id BETWEEN c.first_event_id AND c.last_event_id "
            "WHERE t.name = '{}' ORDER BY 1)",
            outputs));
}

class ObserveTest : public testing::Test {
  protected:
    void SetUp() override {
        WEIR_REQUIRE_BROKER();
        source = uniqueName("bids");
        sink = uniqueName("scores");
        sharedBroker().createTopic(source, 2);
        sharedBroker().createTopic(sink, 2);
        fillTopic(sharedBroker().bootstrap(), source, 2, kRecords,
                  [](std::int64_t i) { return fmt::format(R"({{"n":{}}})", i); });
    }
    std::string flow(const std::string& function, const std::string& trigger = "") {
        return folder.write("observe.flow.json",
                            fmt::format(R"({{"weir": 1, "name": "look",
            "cluster": {{"brokers": "{}"}}, "functions": {{"score": {{"observe": true{}}}}},
            "triggers": [{{"function": "score", "topics": ["{}"], "output": {{"topic": "{}"}}{}}}]}})",
                                        sharedBroker().bootstrap(), function, source, sink, trigger));
    }
    void run(const std::string& mode, const std::string& wrong) {
        const std::string command =
            fmt::format("{} {} {} {} {} {} {} {}", WEIR_PLAIN_RUNNER, sharedBroker().bootstrap(),
                        uniqueName("app"), source, sink, kRecords, mode, wrong);
        ASSERT_EQ(std::system(command.c_str()), 0);
    }
    void observe(const std::string& function, const std::string& trigger = "") {
        const CliResult r = runCli({"record", flow(function, trigger), "-o", session, "--until-end"});
        ASSERT_EQ(r.exit_code, 0) << r.err;
    }
    std::int64_t ask(const std::string& sql) { return askNumber(session, sql); }
    nlohmann::json lineage(const std::string& place) {
        const CliResult r = runCli({"lineage", session, place, "--format", "json"});
        EXPECT_EQ(r.exit_code, 0) << r.err;
        return nlohmann::json::parse(r.out, nullptr, false);
    }

    TemporaryFolder folder;
    std::string session = folder.path("s.weir");
    std::string source, sink;
};

TEST_F(ObserveTest, ASecondWeirIsSeenAsItWas) {
    WEIR_REQUIRE_AWSLAMBDARIC();
    folder.write("score.py", R"(
def handle(event, context):
    return [{"value": r["offset"], "cause": i} for i, r in enumerate(r for p in event["records"].values() for r in p)]
)");
    const std::string driving = folder.write(
        "drive.flow.json",
        ricFlow(sharedBroker().bootstrap(), source, "score.handle",
                fmt::format(R"(, "batch_size": 20, "retries": 2, "output": {{"topic": "{}"}})", sink)));
    const std::string driven = folder.path("driven.weir");
    const std::string observing = flow("");
    const std::string live = folder.path("live.weir");

    Cli watching({"record", observing, "-o", live});
    const CliResult drive = runCli({"record", driving, "-o", driven, "--until-end"});
    ASSERT_EQ(drive.exit_code, 0) << drive.err;
    std::this_thread::sleep_for(std::chrono::seconds(3));
    watching.signal(SIGINT);
    const CliResult watched = watching.wait();
    ASSERT_EQ(watched.exit_code, 0) << watched.err;
    observe("");

    const std::string truth = causes(driven, sink);
    ASSERT_EQ(askNumber(driven, "SELECT count(*) FROM output"), kRecords);
    for (const std::string& seen : {live, session}) {
        EXPECT_EQ(causes(seen, sink), truth) << seen;
        EXPECT_EQ(askText(seen, "SELECT mode FROM session"), "observe");
        EXPECT_EQ(askNumber(seen, "SELECT count(*) FROM event"), 2 * kRecords);
        EXPECT_EQ(
            askNumber(seen, "SELECT count(*) FROM invocation WHERE start_ns IS NULL AND outcome = 'success'"),
            kRecords);
        EXPECT_EQ(askNumber(seen, "SELECT count(*) FROM offset_commit"), 0);
        EXPECT_EQ(askNumber(seen, "SELECT count(*) FROM assignment WHERE group_name <> ''"), 0);
    }
    // The headers alone tell as much: the driven session did not record its own output topic.
    const auto l = lineage(source + "/1@7");
    ASSERT_EQ(l["events"].size(), 2U);
    EXPECT_EQ(l["events"][1]["topic"], sink);
    EXPECT_TRUE(l["calls"][0]["observed"]);
    EXPECT_TRUE(l["calls"][0]["start_ns"].is_null());
}

TEST_F(ObserveTest, AProgramThatKnowsNothingOfWeirIsSeenByItsHeader) {
    run("header", "nothing");
    observe(R"(, "causes": {"header": "x-source"}, "answers": "each")");
    EXPECT_EQ(ask("SELECT count(*) FROM invocation"), kRecords);
    EXPECT_EQ(ask("SELECT count(*) FROM output"), kRecords);
    EXPECT_EQ(ask("SELECT count(DISTINCT event_id) FROM delivery WHERE outcome = 'success'"), kRecords);
    EXPECT_EQ(ask("SELECT count(*) FROM event WHERE capture IS 'unrecorded'"), 0);
    // In the partition of its cause, and in the same order.
    EXPECT_EQ(ask("SELECT count(*) FROM output o JOIN event e ON e.id = o.first_cause_id "
                  "WHERE o.partition <> e.partition OR o.offset <> e.offset"),
              0);
    EXPECT_EQ(ask("SELECT count(*) FROM (SELECT end_ns, lag(end_ns) OVER (PARTITION BY partition ORDER BY "
                  "first_offset) "
                  "AS before FROM invocation) WHERE end_ns < before"),
              0);
    EXPECT_EQ(ask("SELECT count(*) FROM log WHERE text LIKE '%300 outputs are linked to their causes, in 300 "
                  "calls'"),
              1);
}

TEST_F(ObserveTest, ASkippedEventIsSeen) {
    run("json", "skip");
    observe(R"(, "causes": {"json": "$.meta.source"}, "answers": "each")");
    EXPECT_EQ(ask("SELECT count(*) FROM output"), kRecords - kRecords / 10);
    const auto skipped = lineage(source + "/0@17");
    ASSERT_EQ(skipped["events"][0]["losses"].size(), 1U);
    EXPECT_EQ(skipped["events"][0]["losses"][0]["kind"], "unanswered");
    EXPECT_TRUE(lineage(source + "/0@18")["events"][0]["losses"].empty());
}

TEST_F(ObserveTest, AnswersThatChangedPlacesAreSeen) {
    run("header", "swap");
    observe(R"(, "causes": {"header": "x-source"})");
    EXPECT_EQ(ask("SELECT count(*) FROM (SELECT first_offset AS o, max(first_offset) OVER (PARTITION BY "
                  "partition ORDER BY "
                  "end_ns, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS highest FROM invocation) "
                  "WHERE o < highest"),
              kRecords / 10);
}

TEST_F(ObserveTest, EventsProcessedTwiceAreSeen) {
    run("header", "twice");
    observe(R"(, "causes": {"header": "x-source"})");
    EXPECT_EQ(ask("SELECT count(*) FROM invocation"), kRecords + kRecords / 10);
    EXPECT_EQ(
        ask("SELECT count(*) FROM (SELECT event_id FROM delivery GROUP BY event_id HAVING count(*) = 2)"),
        kRecords / 10);
}

TEST_F(ObserveTest, CausesAreFoundByKey) {
    run("key", "nothing");
    observe(R"(, "causes": {"header": "x-source", "by": "key"})");
    EXPECT_EQ(ask("SELECT count(DISTINCT event_id) FROM delivery"), kRecords);
}

TEST_F(ObserveTest, AnApplicationThatDoesNotSayItsCausesIsCounted) {
    run("json", "nothing");
    observe("");
    EXPECT_EQ(ask("SELECT count(*) FROM invocation"), 0);
    EXPECT_EQ(ask("SELECT count(*) FROM event"), 2 * kRecords);
    EXPECT_EQ(ask("SELECT count(*) FROM log WHERE text LIKE '%300 outputs name no cause'"), 1);
}

}  // namespace
}  // namespace weir::test
