// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_cli.h"
#include "session_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace weir::test {
namespace {

/// The demo needs no peer: real function processes, embedded cluster.
class DemoTest : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        folder = new TemporaryFolder;
        result = new CliResult(runCli({"demo", "-o", session(), "--for", "15s", "--rate", "80"}));
    }
    static void TearDownTestSuite() {
        delete folder;
        delete result;
    }
    static std::string session() { return folder->path("demo.weir"); }
    static TemporaryFolder* folder;
    static CliResult* result;
};
TemporaryFolder* DemoTest::folder = nullptr;
CliResult* DemoTest::result = nullptr;

TEST_F(DemoTest, EndsWellWithASummary) {
    EXPECT_EQ(result->exit_code, 0) << result->err;
    EXPECT_THAT(result->out, testing::HasSubstr("demo.weir"));
    EXPECT_EQ(askText(session(), "PRAGMA integrity_check"), "ok");
}

TEST_F(DemoTest, EveryFunctionWasCalledWithRealBatches) {
    EXPECT_EQ(
        askNumber(session(), "SELECT count(DISTINCT function_id) FROM invocation WHERE outcome = 'success'"),
        5)
        << result->out;
    EXPECT_GE(askNumber(session(), "SELECT max(event_count) FROM invocation"), 3);
    EXPECT_GE(askNumber(session(), "SELECT count(DISTINCT partition) FROM invocation"), 4);
    EXPECT_GE(askNumber(session(), "SELECT sum(cold) FROM invocation"), 4);
}

TEST_F(DemoTest, BidsAreRejectedNowAndThen) {
    EXPECT_GE(askNumber(session(), "SELECT count(*) FROM log WHERE text LIKE '%rejected%'"), 1);
}

TEST_F(DemoTest, AuctionsComeToTheirEnd) {
    EXPECT_GE(askNumber(session(),
                        "SELECT count(*) FROM output o JOIN topic t ON t.id = o.topic_id WHERE "
                        "t.name = 'notifications'"),
              1);
    EXPECT_GE(askNumber(session(),
                        "SELECT count(*) FROM event e JOIN topic t ON t.id = e.topic_id WHERE "
                        "t.name = 'notifications'"),
              1);
}

TEST_F(DemoTest, PartitionOrderHolds) {
    EXPECT_EQ(askNumber(session(),
                        "SELECT count(*) FROM (SELECT start_ns, lag(end_ns) OVER (PARTITION BY "
                        "trigger_id, topic_id, partition ORDER BY start_ns, id) AS before FROM "
                        "invocation) WHERE before > start_ns"),
              0);
    EXPECT_EQ(askNumber(session(), "SELECT count(*) FROM hole"), 0);
}

TEST_F(DemoTest, TheCommandsReadIt) {
    const CliResult stats = runCli({"stats", session(), "--format", "json"});
    EXPECT_EQ(stats.exit_code, 0) << stats.err;
    EXPECT_THAT(stats.out, testing::HasSubstr("validate-bid"));

    const std::int64_t events = askNumber(session(), "SELECT count(*) FROM event");
    const CliResult lines = runCli({"events", session(), "--format", "ndjson"});
    EXPECT_EQ(lines.exit_code, 0) << lines.err;
    EXPECT_EQ(std::count(lines.out.begin(), lines.out.end(), '\n'), events);
    EXPECT_THAT(runCli({"events", session(), "--limit", "3"}).out, testing::HasSubstr("delivered to"));

    const CliResult facts = runCli({"export", session()});
    EXPECT_EQ(facts.exit_code, 0) << facts.err;
    EXPECT_TRUE(facts.out.starts_with("{\"fact\":\"session\"")) << facts.out.substr(0, 200);
}

}  // namespace
}  // namespace weir::test
