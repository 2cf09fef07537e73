// SPDX-License-Identifier: GPL-3.0-or-later
// A trigger with `exactly_once` on a real broker. Its function goes wrong in every way; the process that runs
// it is killed, stopped, put to sleep and taken over; the broker dies and comes back. Whoever reads only what
// is committed sees each event's output once and in order, and no offset that was committed is ahead of them.
#include "chaos_plan.h"
#include "committed_records.h"
#include "effort.h"
#include "kafka/producer.h"
#include "peers/broker.h"
#include "peers/child.h"
#include "places.h"
#include "run_cli.h"
#include "session_query.h"
#include "topic_filler.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <initializer_list>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace weir::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kPartitions = 4;
constexpr auto kPatience = 60s;

/// Committed before the events below it, of that assignment, were answered or passed over.
constexpr const char* kEarly = R"(WITH done(event_id, at) AS (
    SELECT d.event_id, min(i.end_ns) FROM delivery d JOIN invocation i ON i.id = d.invocation_id
    WHERE d.outcome = 'success' GROUP BY d.event_id
  ) SELECT group_concat(e.partition || '@' || e.offset || ' by ' || c.offset, ', ')
    FROM offset_commit c JOIN event e ON e.partition = c.partition AND e.offset < c.offset AND e.offset >= (
      SELECT a.offset FROM assignment a WHERE a.partition = c.partition AND a.state = 'assigned'
      AND a.at_ns <= c.at_ns ORDER BY a.id DESC LIMIT 1)
    LEFT JOIN done ON done.event_id = e.id
    WHERE (done.at IS NULL OR done.at > c.at_ns) AND NOT EXISTS (
      SELECT 1 FROM skip s WHERE s.partition = e.partition AND s.at_ns <= c.at_ns
      AND e.offset BETWEEN s.first_offset AND s.last_offset))";
constexpr const char* kBroken =
    "SELECT group_concat(kind || ' ' || partition || '@' || first_offset || ' ' || ifnull(cause, ''), ', ') "
    "FROM finding WHERE kind IN ('regression', 'inversion', 'overlap', 'output-inversion')";
constexpr const char* kDiscarded =
    "SELECT group_concat(partition || ' ' || first_offset || ' ' || last_offset) FROM skip "
    "WHERE reason = 'discarded'";
constexpr const char* kDone =
    "SELECT group_concat(DISTINCT e.partition || ' ' || e.offset || ' ' || e.offset) FROM delivery d "
    "JOIN event e ON e.id = d.event_id WHERE d.outcome = 'success'";
constexpr const char* kSkipped =
    "SELECT group_concat(partition || ' ' || first_offset || ' ' || last_offset) FROM skip";
constexpr const char* kOutputs =
    "SELECT group_concat(o.partition || ' ' || o.offset, ' ') FROM output o JOIN topic t ON t.id = "
    "o.topic_id "
    "WHERE t.name = 'out'";

class ExactlyOnceChaosTest : public testing::Test {
  protected:
    struct Member {
        std::unique_ptr<peers::Child> process;
        std::string session;

        void kill() const {
            process->signal(SIGKILL);
            process->wait();
        }
        /// Its next word, which tells how it ended once it has started; empty when there is none in time.
        [[nodiscard]] std::string says(Clock::duration patience = kPatience) const {
            return process->readLine(Clock::now() + patience).value_or("");
        }
    };

    void SetUp() override { WEIR_REQUIRE_BROKER(); }

    void fill(std::int64_t count) {
        fillTopic(broker->bootstrap(), "in", kPartitions, count,
                  [this](std::int64_t i) { return std::to_string(filled + i); });
        filled += count;
    }
    Member begin(bool calm = false) {
        const int number = static_cast<int>(sessions.size());
        sessions.push_back(folder.path(fmt::format("{}-{}.weir", seed, number)));
        std::vector<std::string> command{programDirectory() + "/chaos_member", broker->bootstrap(),
                                         sessions.back(), std::to_string(seed), std::to_string(number)};
        if (calm) command.emplace_back("calm");
        Member member{std::make_unique<peers::Child>(command), sessions.back()};
        EXPECT_EQ(member.says(), "started") << sessions.back();
        return member;
    }

    // What happens to the member that runs, and who runs after it.

    void killed(Member& member) {
        member.kill();
        abortOpenTransaction();
        expectNothingCommittedEarly();
        member = begin();
    }
    /// What a successor does first. Until then offsets that the dead one has in a transaction have no value.
    void abortOpenTransaction() {
        kafka::ProducerOptions options;
        options.transactional_id = "weir:chaos";
        auto producer = kafka::Producer::create({broker->bootstrap(), {}}, options, [] {});
        ASSERT_TRUE(producer) << producer.error().message;
        const Status done = (*producer)->initTransactions(30'000);
        EXPECT_TRUE(done) << done.error().message;
    }
    void stopped(Member& member) {
        member.process->signal(SIGTERM);
        EXPECT_EQ(member.says(), "ok");
        member = begin();
    }
    void takenOver(Member& member) {
        Member heir = begin();
        expectFenced(member);
        member = std::move(heir);
    }
    /// As a machine that was cut off: it learns of its successor when it goes on.
    void asleep(Member& member, std::chrono::milliseconds how_long) {
        member.process->signal(SIGSTOP);
        Member heir = begin();
        fill(40);
        std::this_thread::sleep_for(how_long);
        member.process->signal(SIGCONT);
        expectFenced(member);
        member = std::move(heir);
    }
    void withoutBroker(bool in_order) {
        if (in_order) {
            broker->stop();
        } else {
            broker->kill();
        }
        broker->start();
    }
    void bothKilled(Member& member) {
        broker->kill();
        member.kill();
        broker->start();
        member = begin();
    }
    /// It finds out when it has something to commit.
    void expectFenced(const Member& member) {
        std::string how;
        for (int i = 0; i < 30 && how.empty(); ++i) {
            fill(kPartitions * 2);
            how = member.says(1s);
        }
        EXPECT_EQ(how, "fenced");
    }
    std::string act(Member& member, std::mt19937_64& random) {
        switch (random() % 7) {
            case 0:
            case 1:
                killed(member);
                return "killed";
            case 2:
                stopped(member);
                return "stopped";
            case 3:
                takenOver(member);
                return "taken over";
            case 4:
                asleep(member, std::chrono::milliseconds(random() % 3'000));
                return "asleep";
            case 5:
                withoutBroker(random() % 2 == 0);
                return "broker away";
            default:
                bothKilled(member);
                return "killed with the broker";
        }
    }

    // What must hold.

    /// The value of the event at a place: fillTopic() goes round robin.
    [[nodiscard]] static std::int64_t valueAt(std::int64_t partition, std::int64_t offset) {
        return offset * kPartitions + partition;
    }
    /// The values of the events that these queries on all sessions list as `partition first last`.
    [[nodiscard]] std::set<std::int64_t> listed(std::initializer_list<const char*> queries) const {
        std::set<std::int64_t> values;
        for (const std::string& session : sessions) {
            for (const char* query : queries) {
                std::string text = askText(session, query);
                std::replace(text.begin(), text.end(), ',', ' ');
                std::istringstream runs(text);
                std::int64_t partition = 0, first = 0, last = 0;
                while (runs >> partition >> first >> last)
                    for (std::int64_t o = first; o <= last; ++o) values.insert(valueAt(partition, o));
            }
        }
        return values;
    }
    [[nodiscard]] std::map<std::int64_t, int> timesWritten() const {
        std::map<std::int64_t, int> times;
        for (const char* topic : {"out", "failed"})
            for (const CommittedRecord& r : committedRecords(broker->bootstrap(), topic, kPartitions))
                ++times[std::stoll(r.value)];
        return times;
    }
    /// While nobody runs: all below the group's offsets is in the sessions, and can be seen once transactions
    /// that were ending have ended.
    void expectNothingCommittedEarly() {
        const auto offsets = committedOffsets(broker->bootstrap(), "chaos", "in", kPartitions);
        const auto missingFrom = [&](const auto& values, const std::set<std::int64_t>& or_these) {
            std::string missing;
            for (int p = 0; p < kPartitions; ++p) {
                for (std::int64_t o = 0; o < offsets[static_cast<std::size_t>(p)]; ++o) {
                    const std::int64_t value = valueAt(p, o);
                    if (!values.contains(value) && !or_these.contains(value))
                        missing += fmt::format(" {}@{}", p, o);
                }
            }
            return missing;
        };
        EXPECT_EQ(missingFrom(listed({kDone}), listed({kSkipped})), "") << "committed before it was on disk";
        const std::set<std::int64_t> passed_over = listed({kDiscarded});
        std::string missing;
        for (int tries = 0; tries < 10; ++tries) {
            missing = missingFrom(timesWritten(), passed_over);
            if (missing.empty()) return;
        }
        ADD_FAILURE() << "committed, but without an output:" << missing;
    }
    void expectEachOnce() {
        const std::set<std::int64_t> passed_over = listed({kDiscarded});
        const auto times = timesWritten();
        for (std::int64_t i = 0; i < filled; ++i) {
            const auto found = times.find(i);
            if (found == times.end()) {
                EXPECT_TRUE(passed_over.contains(i)) << i << " is missing";
            } else {
                EXPECT_EQ(found->second, 1) << i;
            }
        }
        EXPECT_LE(static_cast<std::int64_t>(times.size()), filled);
        const auto offsets = committedOffsets(broker->bootstrap(), "chaos", "in", kPartitions);
        for (const std::int64_t offset : offsets) EXPECT_EQ(offset, filled / kPartitions);
    }
    void expectOrder(const std::vector<CommittedRecord>& outputs, flow::Order order) {
        if (order == flow::Order::None) return;
        std::map<std::pair<std::int32_t, std::string>, std::int64_t> last;
        for (const CommittedRecord& r : outputs) {
            const std::int64_t value = std::stoll(r.value);
            std::int64_t& before =
                last.try_emplace({r.partition, order == flow::Order::Key ? r.key : ""}, -1).first->second;
            EXPECT_GT(value, before) << "in partition " << r.partition << " at offset " << r.offset;
            before = value;
        }
    }
    void expectTrueSessions(const std::vector<CommittedRecord>& outputs, flow::Order order) {
        std::set<std::pair<std::int64_t, std::int64_t>> committed;
        for (const CommittedRecord& r : outputs) committed.emplace(r.partition, r.offset);
        for (const std::string& session : sessions) {
            SCOPED_TRACE(session);
            EXPECT_EQ(askText(session, kEarly), "");
            if (order != flow::Order::None) {
                EXPECT_EQ(askText(session, kBroken), "");
            }
            std::istringstream written(askText(session, kOutputs));
            std::int64_t partition = 0, offset = 0;
            while (written >> partition >> offset)
                EXPECT_TRUE(committed.contains({partition, offset}))
                    << "an output that no transaction committed: " << partition << "@" << offset;
        }
    }

    void run(int acts) {
        const ChaosSettings settings = ChaosSettings::exactlyOnce(seed);
        const std::string what = fmt::format("seed {}: {}", seed, settings.text());
        SCOPED_TRACE(what);
        std::cout << what << ";" << std::flush;
        try {
            play(acts);
            judge(settings);
        } catch (const std::exception& error) {
            ADD_FAILURE() << error.what();
        }
        std::cout << " " << filled << " events" << std::endl;
    }
    void play(int acts) {
        std::mt19937_64 random(seed + 1);
        filled = 0;
        sessions.clear();
        broker = std::make_unique<peers::Broker>();
        for (const char* topic : {"in", "out", "failed"}) broker->createTopic(topic, kPartitions);
        fill(200);
        Member member = begin();
        for (int i = 0; i < acts; ++i) {
            fill(100);
            std::this_thread::sleep_for(std::chrono::milliseconds(random() % 1'000));
            std::cout << " " << act(member, random) << "," << std::flush;
        }
        member.process->signal(SIGTERM);
        EXPECT_EQ(member.says(), "ok");
        const Member last = begin(true);
        EXPECT_EQ(last.says(2 * kPatience), "ok");
    }
    void judge(const ChaosSettings& settings) {
        const auto outputs = committedRecords(broker->bootstrap(), "out", kPartitions);
        expectEachOnce();
        expectOrder(outputs, settings.order);
        expectTrueSessions(outputs, settings.order);
    }

    std::unique_ptr<peers::Broker> broker;
    TemporaryFolder folder;
    std::uint64_t seed = 0;
    std::int64_t filled = 0;
    std::vector<std::string> sessions;
};

/// A short one by itself; WEIR_BROKER_CHAOS_ROUNDS says how many long ones.
TEST_F(ExactlyOnceChaosTest, WhatIsCommittedStandsOnceAndInOrder) {
    const int rounds = fromEnvironment("WEIR_BROKER_CHAOS_ROUNDS", 0);
    const auto first = fromEnvironment<std::uint64_t>("WEIR_BROKER_CHAOS_SEED", 20'260'127);
    for (int round = 0; round < std::max(rounds, 1); ++round) {
        seed = first + static_cast<std::uint64_t>(round);
        run(rounds == 0 ? 2 : 5);
        if (HasFailure()) break;
    }
}

}  // namespace
}  // namespace weir::test
