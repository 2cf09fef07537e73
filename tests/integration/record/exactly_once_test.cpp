// SPDX-License-Identifier: GPL-3.0-or-later
#include "committed_records.h"
#include "functions.h"
#include "peers/broker.h"
#include "run_cli.h"
#include "session_query.h"
#include "topic_filler.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <string>
#include <thread>

namespace weir::test {
namespace {

using peers::sharedBroker;
using peers::uniqueName;

class ExactlyOnceTest : public testing::Test {
  protected:
    static constexpr int kPartitions = 3;

    void SetUp() override {
        WEIR_REQUIRE_BROKER();
        in = uniqueName("in");
        out = uniqueName("out");
        sharedBroker().createTopic(in, kPartitions);
        sharedBroker().createTopic(out, kPartitions);
    }
    void fill(std::int64_t count) {
        fillTopic(sharedBroker().bootstrap(), in, kPartitions, count,
                  [this](std::int64_t i) { return std::to_string(filled + i); });
        filled += count;
    }
    std::string flow(const std::string& trigger = "", const std::string& target = "") {
        return folder.write("f.flow.json",
                            fmt::format(R"({{"weir": 1, "name": "once", "cluster": {{"brokers": "{}",
    "kafka": {{"session.timeout.ms": 6000}}}},
  "functions": {{"f": {{"target": {{"kind": "simulated", "warm": "5ms", "answer": "echo", "seed": 7{}}}}}}},
  "triggers": [{{"function": "f", "topics": ["{}"], "group": "{}", "exactly_once": true, "batch_size": 10,
    "batching_window": "10ms", "retries": 50, "output": {{"topic": "{}"}}{}}}]}})",
                                        sharedBroker().bootstrap(), target, in, in, out, trigger));
    }
    /// Every record of the source stands once in the output, in the order of its partition.
    void expectEachOnce(std::int64_t count, bool ordered = true) {
        std::map<std::string, int> seen;
        std::map<std::int32_t, std::int64_t> before;
        for (const CommittedRecord& record : committedRecords(sharedBroker().bootstrap(), out, kPartitions)) {
            ++seen[record.value];
            if (!ordered) continue;
            std::int64_t& last = before.try_emplace(record.partition, -1).first->second;
            EXPECT_GT(std::stoll(record.value), last) << "in partition " << record.partition;
            last = std::stoll(record.value);
        }
        EXPECT_EQ(static_cast<std::int64_t>(seen.size()), count) << "none is missing";
        for (const auto& [value, times] : seen) EXPECT_EQ(times, 1) << value;
    }
    TemporaryFolder folder;
    std::string in, out;
    std::int64_t filled = 0;
};

TEST_F(ExactlyOnceTest, OutputsAndOffsetsAreCommittedTogether) {
    fill(600);
    const std::string session = folder.path("s.weir");
    const CliResult r = runCli({"record", flow(), "-o", session, "--until-end"});
    ASSERT_EQ(r.exit_code, 0) << r.err;
    expectEachOnce(600);
    EXPECT_EQ(askNumber(session, "SELECT count(*) FROM output"), 600);
    EXPECT_EQ(askNumber(session,
                        "SELECT sum(o) FROM (SELECT max(offset) AS o FROM offset_commit GROUP BY "
                        "partition)"),
              600);
    const CliResult again = runCli({"record", flow(), "-o", folder.path("t.weir"), "--until-end"});
    ASSERT_EQ(again.exit_code, 0) << again.err;
    EXPECT_EQ(askNumber(folder.path("t.weir"), "SELECT count(*) FROM event"), 0)
        << "the offsets are the group's";
}

TEST_F(ExactlyOnceTest, FailuresAndKeysLeaveNoSecondOutput) {
    fill(400);
    const CliResult r =
        runCli({"record", flow(R"(, "order": "key", "parallelization_factor": 4)", R"(, "failures": 0.2)"),
                "-o", folder.path("s.weir"), "--until-end"});
    ASSERT_EQ(r.exit_code, 0) << r.err;
    EXPECT_GT(askNumber(folder.path("s.weir"), "SELECT count(*) FROM invocation WHERE outcome = 'error'"), 0);
    expectEachOnce(400, false);
}

TEST_F(ExactlyOnceTest, AKilledProcessLeavesNoTraceOfWhatItDidNotCommit) {
    fill(3'000);
    for (int round = 0; round < 2; ++round) {
        const std::string session = folder.path("killed" + std::to_string(round) + ".weir");
        Cli killed({"record", flow(), "-o", session});
        for (int i = 0; i < 400; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(25));
            std::error_code ignored;
            if (std::filesystem::exists(session, ignored) && i > 10 &&
                askNumber(session, "SELECT count(*) FROM sqlite_master WHERE name = 'offset_commit'") == 1 &&
                askNumber(session, "SELECT count(*) FROM offset_commit") > 0)
                break;
        }
        killed.signal(SIGKILL);
        EXPECT_EQ(killed.wait().exit_code, -SIGKILL);
    }
    const CliResult rest = runCli({"record", flow(), "-o", folder.path("rest.weir"), "--until-end"});
    ASSERT_EQ(rest.exit_code, 0) << rest.err;
    expectEachOnce(3'000);
}

TEST_F(ExactlyOnceTest, AProcessThatWasTakenOverCommitsNothingMore) {
    fill(200);
    const std::string session = folder.path("zombie.weir");
    Cli zombie({"record", flow(), "-o", session});
    for (int i = 0; i < 400; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(25));
        std::error_code ignored;
        if (std::filesystem::exists(session, ignored) && i > 20 &&
            askNumber(session, "SELECT count(*) FROM sqlite_master WHERE name = 'output'") == 1 &&
            askNumber(session, "SELECT count(*) FROM output") > 100)
            break;
    }
    zombie.signal(SIGSTOP);
    fill(200);
    // While it sleeps, the group's session ends and another takes over.
    const CliResult heir = runCli({"record", flow(), "-o", folder.path("heir.weir"), "--until-end"});
    ASSERT_EQ(heir.exit_code, 0) << heir.err;
    zombie.signal(SIGCONT);
    fill(50);
    const CliResult fenced = zombie.wait();
    EXPECT_EQ(fenced.exit_code, 5) << fenced.err;
    EXPECT_NE(fenced.err.find("Another process has taken over"), std::string::npos) << fenced.err;
    const CliResult last = runCli({"record", flow(), "-o", folder.path("last.weir"), "--until-end"});
    ASSERT_EQ(last.exit_code, 0) << last.err;
    expectEachOnce(450, false);
}

}  // namespace
}  // namespace weir::test
