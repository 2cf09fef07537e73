// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/session_stats.h"

#include "analysis/stats_format.h"
#include "unit/journal/session_fixture.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace weir::analysis {
namespace {

using namespace facts;
using journal::test::plainChunk;
using journal::test::record;
using journal::test::why;

constexpr TimeNs kT = 1'000 * kSecond;

EventRun run(std::int32_t partition, std::int64_t first, std::int64_t last, std::int64_t id) {
    return {TopicId{1}, partition, first, last, EventId{id}};
}

class SessionStatsTest : public journal::test::SessionTest {
  protected:
    SessionStats statsOf(const std::vector<Fact>& all) {
        EXPECT_TRUE(record(at("s.weir"), all));
        auto reader = journal::SessionReader::open(at("s.weir"));
        EXPECT_TRUE(reader) << why(reader);
        auto stats = sessionStats(**reader);
        EXPECT_TRUE(stats) << why(stats);
        return stats ? std::move(*stats) : SessionStats{};
    }
};

std::vector<Fact> twoPartitions() {
    return {
        {kT, Session{"auction", Mode::Drive, "embedded"}},
        {kT, Topic{TopicId{1}, "bids", 2, SourceKind::Kafka}},
        {kT, Function{FunctionId{1}, "validate", "lambda-runtime"}},
        {kT, Function{FunctionId{2}, "idle", "builtin"}},
        {kT, Instance{InstanceId{1}, "i-1", FunctionId{1}}},
        {kT, Records{plainChunk(TopicId{1}, 0, EventId{1}, 0, 8)}},
        {kT + 2 * kSecond, Records{plainChunk(TopicId{1}, 0, EventId{9}, 8, 2)}},
        {kT + 2 * kSecond, Records{plainChunk(TopicId{1}, 1, EventId{11}, 0, 10)}},
        {kT + 3 * kSecond, InstanceReady{InstanceId{1}}},
        {kT + 3 * kSecond, Batch{BatchId{1}, TriggerId{1}, {run(0, 0, 9, 1)}, ClosedBy::Size}},
        {kT + 4 * kSecond, Start{InvocationId{1},
                                 FunctionId{1},
                                 {},
                                 InstanceId{1},
                                 BatchId{1},
                                 1,
                                 true,
                                 0,
                                 {},
                                 {run(0, 0, 9, 1)}}},
        {kT + 5 * kSecond, End{InvocationId{1}, Outcome::Partial, {run(0, 9, 9, 10)}, ""}},
        {kT + 5 * kSecond, Start{InvocationId{2},
                                 FunctionId{1},
                                 {},
                                 InstanceId{1},
                                 BatchId{1},
                                 2,
                                 false,
                                 0,
                                 {},
                                 {run(0, 9, 9, 10)}}},
        {kT + 6 * kSecond, End{InvocationId{2}, Outcome::Timeout, {}, "too slow"}},
        {kT + 6 * kSecond,
         Start{InvocationId{3}, FunctionId{1}, {}, {}, {}, 1, false, 0, {}, {run(1, 0, 4, 11)}}},
    };
}

TEST_F(SessionStatsTest, CountsAndTimes) {
    const SessionStats s = statsOf(twoPartitions());
    EXPECT_EQ(s.name, "auction");
    EXPECT_EQ(s.events, 20);
    EXPECT_EQ(s.value_bytes, 2 * 10 * 2);
    EXPECT_EQ(s.calls.batches, 1);
    EXPECT_DOUBLE_EQ(s.events_per_second, 10);
    EXPECT_DOUBLE_EQ(s.deliveries_per_second, 5.5);
    EXPECT_EQ(s.calls.invocations, 3);
    EXPECT_EQ(s.calls.in_flight, 1);
    EXPECT_EQ(s.calls.retries, 1);
    EXPECT_EQ(s.calls.cold_starts, 1);
    EXPECT_DOUBLE_EQ(s.calls.coldShare(), 1.0 / 3);
    EXPECT_EQ(s.calls.deliveries, 16);
    EXPECT_EQ(s.calls.delivered, 9);
    EXPECT_EQ(s.calls.failed, 2);
    EXPECT_EQ(s.calls.outcome(Outcome::Partial), 1);
    EXPECT_EQ(s.calls.outcome(Outcome::Timeout), 1);
    // Eight events waited 4 s, one 2 s; the tenth never succeeded.
    EXPECT_EQ(s.calls.wait.count(), 9u);
    EXPECT_EQ(s.calls.wait.max(), 4 * kSecond);
    EXPECT_EQ(s.calls.wait.min(), 2 * kSecond);
    EXPECT_EQ(s.calls.total.max(), 5 * kSecond);
    EXPECT_EQ(s.calls.run.count(), 2u);
    EXPECT_EQ(s.calls.run.max(), kSecond);
    EXPECT_EQ(s.init.max(), 3 * kSecond);
}

TEST_F(SessionStatsTest, ByKey) {
    ASSERT_TRUE(record(at("s.weir"), twoPartitions()));
    auto reader = journal::SessionReader::open(at("s.weir"));
    ASSERT_TRUE(reader) << why(reader);
    const auto all = keyStats(**reader, 100);
    ASSERT_TRUE(all) << why(all);
    const auto whole = sessionStats(**reader);
    ASSERT_TRUE(whole) << why(whole);
    // Every event has a key, so the keys together are the whole.
    std::int64_t deliveries = 0, delivered = 0, failed = 0;
    Histogram wait, total;
    for (const KeyStats& k : *all) {
        deliveries += k.deliveries;
        delivered += k.delivered;
        failed += k.failed;
        wait.merge(k.wait);
        total.merge(k.total);
        EXPECT_EQ(k.topic_name, "bids");
    }
    EXPECT_EQ(deliveries, whole->calls.deliveries);
    EXPECT_EQ(delivered, whole->calls.delivered);
    EXPECT_EQ(failed, whole->calls.failed);
    EXPECT_EQ(wait.count(), whole->calls.wait.count());
    EXPECT_EQ(wait.max(), whole->calls.wait.max());
    EXPECT_EQ(total.max(), whole->calls.total.max());
    EXPECT_TRUE(std::is_sorted(all->begin(), all->end(), [](const KeyStats& a, const KeyStats& b) {
        return a.deliveries > b.deliveries;
    }));

    const auto first = keyStats(**reader, 2);
    ASSERT_TRUE(first) << why(first);
    ASSERT_EQ(first->size(), 2U);
    EXPECT_EQ((*first)[0].key, (*all)[0].key);
    // Offsets 0, 7 and 8 of partition 0 have it, and 0 of partition 1, which is in flight.
    const auto zero = std::find_if(all->begin(), all->end(), [](const KeyStats& k) { return k.key == "k0"; });
    ASSERT_NE(zero, all->end());
    EXPECT_EQ(zero->deliveries, 4);
    EXPECT_EQ(zero->delivered, 3);
    EXPECT_EQ(zero->wait.max(), 4 * kSecond);
    EXPECT_EQ(zero->run.count(), 3U);
}

TEST_F(SessionStatsTest, ByFunctionPartitionAndInstance) {
    const SessionStats s = statsOf(twoPartitions());
    ASSERT_EQ(s.functions.size(), 2u);
    EXPECT_EQ(s.functions[0].calls.invocations, 3);
    EXPECT_EQ(s.functions[0].instances, 1);
    EXPECT_EQ(s.functions[0].init.count(), 1u);
    EXPECT_EQ(s.functions[1].calls.invocations, 0);
    ASSERT_EQ(s.partitions.size(), 2u);
    EXPECT_EQ(s.partitions[0].topic_name, "bids");
    EXPECT_EQ(s.partitions[0].events, 10);
    EXPECT_EQ(s.partitions[0].calls.invocations, 2);
    EXPECT_EQ(s.partitions[0].calls.delivered, 9);
    EXPECT_EQ(s.partitions[1].partition, 1);
    EXPECT_EQ(s.partitions[1].calls.deliveries, 5);
    EXPECT_EQ(s.partitions[1].calls.in_flight, 1);
    ASSERT_EQ(s.instances.size(), 1u);
    EXPECT_EQ(s.instances[0].calls.invocations, 2);
    EXPECT_EQ(s.instances[0].init, 3 * kSecond);
    EXPECT_EQ(s.instances[0].function_name, "validate");
}

TEST_F(SessionStatsTest, AnEmptySessionHasNoFigures) {
    const SessionStats s = statsOf({{kT, Session{"empty", Mode::Observe, ""}}});
    EXPECT_EQ(s.events, 0);
    EXPECT_EQ(s.events_per_second, 0);
    EXPECT_EQ(s.calls.coldShare(), 0);
    EXPECT_NE(statsText(s).find("wait"), std::string::npos);
}

TEST_F(SessionStatsTest, JsonNamesItsFields) {
    const auto j = nlohmann::json::parse(statsJson(statsOf(twoPartitions())));
    EXPECT_EQ(j["events"], 20);
    EXPECT_EQ(j["outcomes"]["timeout"], 1);
    EXPECT_EQ(j["outcomes"]["success"], 0);
    EXPECT_EQ(j["wait"]["count"], 9);
    EXPECT_EQ(j["wait"]["max_ns"], 4 * kSecond);
    EXPECT_TRUE(j["wait"].contains("p99_9_ns"));
    EXPECT_EQ(j["functions"][0]["function"], "validate");
    EXPECT_EQ(j["functions"][1]["run"], nlohmann::json({{"count", 0}}));
    EXPECT_EQ(j["partitions"][1]["topic"], "bids");
    EXPECT_EQ(j["instances"][0]["init_ns"], 3 * kSecond);
    EXPECT_TRUE(j["instances"][0]["end_reason"].is_null());
}

TEST_F(SessionStatsTest, TextIsSafeForATerminal) {
    auto all = twoPartitions();
    std::get<Session>(all[0].body).name = "evil\x1b[2J";
    const std::string text = statsText(statsOf(all));
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_NE(text.find("bids/1"), std::string::npos);
    EXPECT_NE(text.find("timeout"), std::string::npos);
}

}  // namespace
}  // namespace weir::analysis
