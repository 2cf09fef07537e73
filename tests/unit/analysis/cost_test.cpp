// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/cost/cost.h"

#include "unit/journal/session_fixture.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace weir::analysis {
namespace {

using namespace facts;
using journal::test::plainChunk;
using journal::test::record;
using journal::test::why;
using ::testing::HasSubstr;

constexpr TimeNs kT = 1'000 * kSecond;

PriceTable table(const std::string& name) {
    auto found = loadPrices(name);
    EXPECT_TRUE(found) << why(found);
    return found ? *found : PriceTable{};
}

class CostTest : public journal::test::SessionTest {
  protected:
    SessionCost costOf(const std::vector<Fact>& all, PriceTable prices) {
        EXPECT_TRUE(record(at("s.weir"), all));
        auto reader = journal::SessionReader::open(at("s.weir"));
        EXPECT_TRUE(reader) << why(reader);
        auto cost = sessionCost(**reader, std::move(prices));
        EXPECT_TRUE(cost) << why(cost);
        std::filesystem::remove(at("s.weir"));
        return cost ? std::move(*cost) : SessionCost{};
    }
};

/// One function of 256 MB. A cold call of 1,000.2 ms, of which 400 ms are the start of its instance; a warm
/// one of 30 ms with two events that fails; a throttled one; one without an end.
std::vector<Fact> calls() {
    Function f{FunctionId{1}, "score", "lambda"};
    f.memory_mb = 256;
    std::vector<Fact> all = {{kT, Session{"s", Mode::Drive, "x"}},
                             {kT, Topic{TopicId{1}, "bids", 1}},
                             {kT, f},
                             {kT, Records{plainChunk(TopicId{1}, 0, EventId{1}, 0, 9)}},
                             {kT, Instance{InstanceId{1}, "i", FunctionId{1}}}};
    const auto call = [&](std::int64_t id, DurationNs from, std::int64_t first, std::int64_t last, bool cold,
                          std::optional<std::pair<DurationNs, Outcome>> end) {
        Start s;
        s.id = InvocationId{id};
        s.function = FunctionId{1};
        s.instance = InstanceId{1};
        s.cold = cold;
        s.events = {{TopicId{1}, 0, first, last, EventId{first + 1}}};
        all.push_back({kT + from, s});
        if (end) all.push_back({kT + end->first, End{s.id, end->second, {}, ""}});
    };
    call(1, 0, 0, 3, true, std::pair{1'000 * kMillisecond + 200 * kMicrosecond, Outcome::Success});
    all.insert(all.end() - 1, {kT + 400 * kMillisecond, InstanceReady{InstanceId{1}}});
    call(2, 2 * kSecond, 4, 5, false, std::pair{2 * kSecond + 30 * kMillisecond, Outcome::Error});
    call(3, 3 * kSecond, 4, 5, false, std::pair{3 * kSecond + 5 * kMillisecond, Outcome::Throttled});
    call(4, 4 * kSecond, 6, 6, false, std::nullopt);
    return all;
}

TEST(Prices, BuiltInTablesAreWhole) {
    std::vector<std::string> names;
    for (const PriceTable& t : builtInPrices()) {
        names.push_back(t.name);
        EXPECT_FALSE(t.plan.empty() || t.sources.empty()) << t.name;
        EXPECT_EQ(t.as_of.size(), 10U) << t.name;
        EXPECT_GT(t.per_gb_second, 0);
        EXPECT_GT(t.per_million_requests, 0);
    }
    EXPECT_THAT(names, testing::UnorderedElementsAre("aws-x86", "aws-arm", "google", "azure"));
}

TEST(Prices, RoundsMemory) {
    EXPECT_EQ(table("aws-x86").billedMemoryMb(129), 129);
    EXPECT_EQ(table("azure").billedMemoryMb(129), 256);
    EXPECT_FALSE(table("azure").offers(2'048));
    const PriceTable google = table("google");
    EXPECT_EQ(google.billedMemoryMb(300), 512);
    EXPECT_DOUBLE_EQ(google.ghzOf(512), 0.8);
    EXPECT_EQ(google.billedMemoryMb(10'000), 10'000);
    EXPECT_DOUBLE_EQ(google.ghzOf(10'000), 4.8);
}

TEST(Prices, RefusesWhatIsNoTable) {
    const std::string good =
        R"("name":"n","plan":"p","as_of":"2026-01-01","currency":"EUR","per_gb_second":1,"per_million_requests":2)";
    EXPECT_TRUE(parsePrices("{\"weir_prices\":1," + good + "}", "x"));
    const auto refused = [&](const std::string& text) {
        const auto table = parsePrices(text, "my.json");
        return table ? std::string() : table.error().message;
    };
    EXPECT_THAT(refused("{" + good + "}"), HasSubstr("weir_prices"));
    EXPECT_THAT(refused("{\"weir_prices\":1}"), HasSubstr("name: is missing"));
    EXPECT_THAT(refused("{\"weir_prices\":1," + good + ",\"round\":1}"),
                HasSubstr("round: there is no such key"));
    EXPECT_THAT(refused("{\"weir_prices\":1," + good + ",\"round_ms\":0}"), HasSubstr("round_ms"));
    EXPECT_THAT(refused("{\"weir_prices\":1," + good + ",\"round_ms\":1e30}"), HasSubstr("round_ms"));
    EXPECT_THAT(refused("{\"weir_prices\":1," + good + ",\"ghz\":[1]}"), HasSubstr("memory_sizes_mb"));
    EXPECT_THAT(refused("{\"weir_prices\":1," + good + ",\"memory_sizes_mb\":[2,1]}"), HasSubstr("rising"));
    EXPECT_THAT(refused("[1]"), HasSubstr("my.json"));
    const auto none = loadPrices("no-such-table");
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().hint, HasSubstr("aws-x86"));
}

TEST_F(CostTest, BillsAsThePlanSays) {
    const SessionCost aws = costOf(calls(), table("aws-x86"));
    ASSERT_EQ(aws.functions.size(), 1U);
    const CallCost& c = aws.functions[0].cost;
    EXPECT_EQ(c.requests, 3);
    EXPECT_EQ(c.throttled, 1);
    EXPECT_EQ(c.unfinished, 1);
    EXPECT_EQ(c.cold_starts, 1);
    EXPECT_EQ(c.events, 4);
    EXPECT_EQ(c.billed, (1'001 + 30) * kMillisecond);
    EXPECT_NEAR(c.gb_seconds, 1.031 * 0.25, 1e-12);
    EXPECT_NEAR(c.price(), 1.031 * 0.25 * 0.0000166667 + 3 * 0.2e-6, 1e-15);
    EXPECT_NEAR(c.perMillionEvents(), c.price() / 4 * 1e6, 1e-9);

    // Without the start of the instance: 600.2 ms, and at least 100 ms each.
    EXPECT_EQ(costOf(calls(), table("azure")).total.billed, (601 + 100) * kMillisecond);
    const SessionCost google = costOf(calls(), table("google"));
    EXPECT_EQ(google.total.billed, (1'100 + 100) * kMillisecond);
    EXPECT_NEAR(google.total.ghz_seconds, 1.2 * 0.4, 1e-12);
}

TEST_F(CostTest, BillsAStartThatCameBeforeTheCall) {
    std::vector<Fact> all = calls();
    for (Fact& fact : all) {
        if (std::holds_alternative<Start>(fact.body) || std::holds_alternative<End>(fact.body))
            fact.at += kSecond;
    }
    const auto ready = std::find_if(
        all.begin(), all.end(), [](const Fact& f) { return std::holds_alternative<InstanceReady>(f.body); });
    std::rotate(ready - 1, ready, ready + 1);
    EXPECT_EQ(costOf(all, table("aws-x86")).total.billed, (1'401 + 30) * kMillisecond);
    EXPECT_EQ(costOf(all, table("azure")).total.billed, (1'001 + 100) * kMillisecond);
}

TEST_F(CostTest, WritesTextAndJson) {
    const SessionCost cost = costOf(calls(), table("azure"));
    EXPECT_THAT(costText(cost), HasSubstr("1 throttled are not billed"));
    const auto json = nlohmann::json::parse(costJson(cost));
    EXPECT_EQ(json["functions"][0]["billed_memory_mb"], 256);
    EXPECT_EQ(json["requests"], 3);
    EXPECT_EQ(json["prices"]["as_of"], "2025-05-22");
}

}  // namespace
}  // namespace weir::analysis
