// SPDX-License-Identifier: GPL-3.0-or-later
// Two members of a group on a real broker: the function goes wrong in every way, the second member joins and
// leaves, the broker dies and comes back. Nothing is lost, nothing is committed early, and order holds.
#include "chaos_plan.h"
#include "effort.h"
#include "invoke/recording.h"
#include "peers/broker.h"
#include "run_cli.h"
#include "session_query.h"
#include "topic_filler.h"

#include <gtest/gtest.h>

#include <chrono>
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
using invoke::Recording;
using invoke::test::ChaoticFunction;

constexpr int kPartitions = 4;
/// No gaps: what a member has to leave unfinished is one in its own session, and the other member's to
/// deliver. And no outputs that stand again behind later ones: what could not be committed before a partition
/// went is delivered once more when it comes back, which is what at least once means.
constexpr const char* kBroken =
    "SELECT group_concat(kind || ' ' || partition || '@' || first_offset || ' ' || ifnull(cause, ''), ', ') "
    "FROM finding WHERE kind IN ('regression', 'inversion', 'overlap', 'output-inversion') "
    "AND NOT (kind = 'output-inversion' AND cause IS 'rebalance')";

int rounds() {
    return fromEnvironment("WEIR_BROKER_CHAOS_ROUNDS", 0);
}

class BrokerChaosTest : public testing::Test {
  protected:
    void SetUp() override {
        WEIR_REQUIRE_BROKER();
        if (rounds() == 0) GTEST_SKIP() << "about a minute a round: set WEIR_BROKER_CHAOS_ROUNDS";
    }

    std::unique_ptr<Recording> begin(const std::string& name, flow::Order order, ChaoticFunction& function) {
        ChaosSettings settings;
        settings.order = order;
        auto started = Recording::start(chaosPlan(broker->bootstrap(), session(name), settings, function));
        if (!started) throw std::runtime_error(started.error().message);
        return std::move(*started);
    }
    static void end(std::unique_ptr<Recording>& recording) {
        recording->requestStop();
        const Status status = recording->wait();
        EXPECT_TRUE(status) << status.error().message;
        recording.reset();
    }
    void fill(std::int64_t count) {
        fillTopic(broker->bootstrap(), "in", kPartitions, count,
                  [](std::int64_t i) { return std::to_string(i); });
    }
    [[nodiscard]] std::string session(const std::string& name) const { return folder.path(name + ".weir"); }

    /// The events that succeeded in any of the sessions.
    [[nodiscard]] std::set<std::string> succeeded(const std::vector<std::string>& names) const {
        std::set<std::string> all;
        for (const std::string& name : names) {
            std::istringstream list(askText(
                session(name),
                "SELECT group_concat(e.partition || '@' || e.offset, ' ') FROM delivery d JOIN event e ON "
                "e.id = d.event_id WHERE d.outcome = 'success'"));
            for (std::string event; list >> event;) all.insert(event);
        }
        return all;
    }

    std::unique_ptr<peers::Broker> broker;
    TemporaryFolder folder;
};

TEST_F(BrokerChaosTest, NothingIsLostAndOrderHolds) {
    for (int round = 0; round < rounds(); ++round) {
        const std::uint64_t seed = fromEnvironment<std::uint64_t>("WEIR_BROKER_CHAOS_SEED", 20'260'127) +
                                   static_cast<std::uint64_t>(round);
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        broker = std::make_unique<peers::Broker>();
        broker->start();
        broker->createTopic("in", kPartitions);
        broker->createTopic("out", kPartitions);
        const auto order = random() % 2 == 0 ? flow::Order::Key : flow::Order::Partition;
        const std::string first = "a" + std::to_string(round);
        const std::string second = "b" + std::to_string(round);
        ChaoticFunction function(seed);

        fill(300);
        auto a = begin(first, order, function);
        std::this_thread::sleep_for(std::chrono::milliseconds(500 + random() % 1'500));
        auto b = begin(second, order, function);
        fill(300);
        std::this_thread::sleep_for(std::chrono::milliseconds(1'000 + random() % 2'000));
        if (random() % 2 == 0) {
            broker->kill();
            broker->start();
        } else {
            broker->restart();
        }
        fill(300);
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 2'000));
        end(b);
        function.calmDown();
        std::size_t done = 0;
        for (int i = 0; i < 600 && done < 900; ++i) {
            std::this_thread::sleep_for(100ms);
            done = succeeded({first, second}).size();
        }
        EXPECT_EQ(done, 900U) << "every event succeeded";
        end(a);

        std::int64_t committed = 0;
        for (int p = 0; p < kPartitions; ++p) {
            std::int64_t most = 0;
            for (const std::string& name : {first, second}) {
                most = std::max(most, askNumber(session(name),
                                                "SELECT ifnull(max(offset), 0) FROM offset_commit "
                                                "WHERE partition = " +
                                                    std::to_string(p)));
            }
            committed += most;
        }
        EXPECT_EQ(committed, 900);
        for (const std::string& name : {first, second}) {
            EXPECT_EQ(askText(session(name), kBroken), "") << name;
        }
    }
}

}  // namespace
}  // namespace weir::test
