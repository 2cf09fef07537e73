// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/lineage/lineage.h"

#include "analysis/lineage/lineage_format.h"
#include "unit/journal/session_fixture.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace weir::analysis {
namespace {

using namespace facts;
using journal::test::chunkOf;
using journal::test::Item;
using journal::test::plainChunk;
using journal::test::record;
using journal::test::why;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr TimeNs kT = 1'000 * kSecond;
const TopicId kBids{1}, kValid{2}, kResults{3};
const FunctionId kValidate{1}, kJoin{2};

EventRun run(TopicId topic, std::int32_t partition, std::int64_t first, std::int64_t last, std::int64_t id) {
    return {topic, partition, first, last, EventId{id}};
}

Start call(std::int64_t id, FunctionId function, TriggerId trigger, std::vector<EventRun> events,
           int attempt = 1) {
    Start s;
    s.id = InvocationId{id};
    s.function = function;
    s.trigger = trigger;
    s.attempt = attempt;
    s.events = std::move(events);
    return s;
}

std::vector<Fact> declared(bool answers_each = false) {
    Trigger validate{TriggerId{1}, "bids→validate", kValidate, {kBids}, "partition", "g"};
    Trigger join{TriggerId{2}, "valid→join", kJoin, {kValid}, "partition", "h"};
    Function f{kValidate, "validate", "builtin"};
    f.answers_each = answers_each;
    return {{kT, Session{"auction", Mode::Drive, "x"}},
            {kT, Topic{kBids, "bids", 1}},
            {kT, Topic{kValid, "valid-bids", 1}},
            {kT, Topic{kResults, "results", 1}},
            {kT, f},
            {kT, Function{kJoin, "join", "builtin"}},
            {kT, validate},
            {kT, join}};
}

/// bids 0…3 in one call whose first attempt fails; 0…2 give an output each, 3 none; valid-bids 0 and 1 are
/// joined into one result.
std::vector<Fact> auction(bool answers_each = false) {
    std::vector<Fact> all = declared(answers_each);
    const auto add = [&](DurationNs at, Body body) { all.push_back({kT + at, std::move(body)}); };
    add(1, Records{plainChunk(kBids, 0, EventId{1}, 0, 4)});
    add(2, call(1, kValidate, TriggerId{1}, {run(kBids, 0, 0, 3, 1)}));
    add(3, End{InvocationId{1}, Outcome::Error, {}, "bo\x1bom"});
    add(4, call(2, kValidate, TriggerId{1}, {run(kBids, 0, 0, 3, 1)}, 2));
    add(5, End{InvocationId{2}, Outcome::Success, {}, ""});
    for (std::int64_t i = 0; i < 3; ++i)
        add(6 + i, Output{InvocationId{2}, kValid, 0, i, {run(kBids, 0, i, i, 1 + i)}});
    add(10, Records{plainChunk(kValid, 0, EventId{5}, 0, 3)});
    add(11, call(3, kJoin, TriggerId{2}, {run(kValid, 0, 0, 1, 5)}));
    add(12, End{InvocationId{3}, Outcome::Success, {}, ""});
    add(13, Output{InvocationId{3}, kResults, 0, 0, {run(kValid, 0, 0, 0, 5), run(kValid, 0, 1, 1, 6)}});
    return all;
}

class LineageTest : public journal::test::SessionTest {
  protected:
    Result<Lineage> of(const std::vector<Fact>& all, const EventPlace& place, const LineageOptions& o = {}) {
        return ofAll({all}, place, o);
    }
    Result<Lineage> ofAll(const std::vector<std::vector<Fact>>& sessions, const EventPlace& place,
                          const LineageOptions& o = {}) {
        std::vector<std::unique_ptr<journal::SessionReader>> readers;
        std::vector<journal::SessionReader*> raw;
        for (const auto& all : sessions) {
            const std::string path = at(std::to_string(count_++) + ".weir");
            EXPECT_TRUE(record(path, all));
            auto reader = journal::SessionReader::open(path);
            EXPECT_TRUE(reader) << why(reader);
            raw.push_back(reader->get());
            readers.push_back(std::move(*reader));
        }
        return lineageOf(raw, place, o);
    }
    int count_ = 0;
};

std::vector<std::string> places(const Lineage& l) {
    std::vector<std::string> out;
    for (const EventNode& e : l.events) out.push_back(eventPlaceText(e.place));
    std::sort(out.begin(), out.end());
    return out;
}

const EventNode& node(const Lineage& l, const std::string& place) {
    return *std::find_if(l.events.begin(), l.events.end(),
                         [&](const EventNode& e) { return eventPlaceText(e.place) == place; });
}

using Places = std::vector<std::string>;

TEST(EventPlaceText, ReadsAndRefuses) {
    const auto place = parseEventPlace("a/b/3@72990");
    ASSERT_TRUE(place);
    EXPECT_EQ(*place, (EventPlace{"a/b", 3, 72990}));
    EXPECT_EQ(eventPlaceText(*place), "a/b/3@72990");
    for (const char* bad : {"", "bids", "bids/3", "bids@3", "/3@4", "bids/x@4", "bids/3@", "bids/3@-4",
                            "bids/3@4-5", "bids/3@99999999999999999999", "bids/-1@4", "bids/ 1@4"}) {
        EXPECT_FALSE(parseEventPlace(bad)) << bad;
    }
}

TEST_F(LineageTest, FollowsEffectsOverFunctions) {
    const auto l = of(auction(), {"bids", 0, 0});
    ASSERT_TRUE(l) << why(l);
    EXPECT_EQ(places(*l), (Places{"bids/0@0", "results/0@0", "valid-bids/0@0"}));
    EXPECT_EQ(l->calls.size(), 3U);  // both attempts, and the join
    EXPECT_FALSE(l->truncated);
    const auto failed = std::find_if(l->edges.begin(), l->edges.end(), [](const LineageEdge& e) {
        return e.kind == LineageEdge::Kind::Delivered && e.outcome == Outcome::Error;
    });
    ASSERT_NE(failed, l->edges.end());
    EXPECT_EQ(failed->from_at, kT + 1);
    EXPECT_EQ(failed->to_at, kT + 2);
    EXPECT_TRUE(l->events[0].losses.empty());
    EXPECT_FALSE(node(*l, "results/0@0").recorded);
    EXPECT_EQ(node(*l, "results/0@0").written, kT + 13);
}

TEST_F(LineageTest, FollowsAllCausesOfAJoin) {
    const auto l = of(auction(), {"results", 0, 0});
    ASSERT_TRUE(l) << why(l);
    EXPECT_EQ(places(*l),
              (Places{"bids/0@0", "bids/0@1", "results/0@0", "valid-bids/0@0", "valid-bids/0@1"}));
    EXPECT_EQ(node(*l, "bids/0@1").step, -2);
    // The call that produced both carries the attempt; each output keeps its own cause.
    ASSERT_EQ(l->calls.size(), 2U);
    EXPECT_EQ(l->calls[1].attempt, 2);
    for (const LineageEdge& e : l->edges) {
        if (e.kind == LineageEdge::Kind::Produced && l->calls[e.from].function == "validate") {
            EXPECT_EQ(e.causes.size(), 1U);
        }
    }
}

TEST_F(LineageTest, SaysWhatWasLost) {
    std::vector<Fact> all = auction(true);
    all.push_back({kT + 20, Records{plainChunk(kBids, 0, EventId{8}, 4, 4)}});
    all.push_back({kT + 21, Skip{kValidate, TriggerId{1}, run(kBids, 0, 4, 4, 8), SkipReason::Filtered}});
    all.push_back({kT + 22, call(4, kValidate, TriggerId{1}, {run(kBids, 0, 5, 5, 9)})});
    all.push_back({kT + 23, End{InvocationId{4}, Outcome::Timeout, {}, "30s"}});
    all.push_back({kT + 24, Skip{kValidate, TriggerId{1}, run(kBids, 0, 5, 5, 9), SkipReason::OnFailure}});
    all.push_back({kT + 25, call(5, kValidate, TriggerId{1}, {run(kBids, 0, 6, 6, 10)})});
    const auto lossOf = [&](std::int64_t offset) {
        const auto l = of(all, {"bids", 0, offset});
        return l && l->events[0].losses.size() == 1 ? std::optional{l->events[0].losses[0]} : std::nullopt;
    };
    EXPECT_EQ(lossOf(3)->kind, LossKind::Unanswered);
    EXPECT_EQ(lossOf(3)->at, kT + 5);
    EXPECT_EQ(lossOf(4)->kind, LossKind::Filtered);
    EXPECT_EQ(lossOf(4)->trigger, "bids→validate");
    EXPECT_EQ(lossOf(5)->kind, LossKind::DeadLettered);
    EXPECT_EQ(lossOf(5)->at, kT + 24);
    EXPECT_EQ(lossOf(5)->detail, "30s");
    EXPECT_EQ(lossOf(6)->kind, LossKind::Open);
    EXPECT_EQ(lossOf(7)->kind, LossKind::Undelivered);
}

TEST_F(LineageTest, LinksByHeadersAcrossSessions) {
    // The second session only watched valid-bids: their causes stand in headers. The first only drove.
    std::vector<Fact> watched = {
        {kT, Session{"later", Mode::Observe, "x"}},
        {kT, Topic{TopicId{1}, "valid-bids", 1}},
        {kT + 100, Records{chunkOf(TopicId{1}, 0, EventId{1},
                                   {{7, "k", "v", {{"weir_cause", "bids/0@3"}}},
                                    {8, "k", "v", {{"weir_cause", "bids/0@900-20000"}}},
                                    {9, "k", "v", {{"ce_causationid", "bids/0@2,bids/0@3"}}}})}}};
    const auto alone = of(watched, {"valid-bids", 0, 7});
    ASSERT_TRUE(alone) << why(alone);
    EXPECT_EQ(places(*alone), (Places{"bids/0@3", "valid-bids/0@7"}));
    EXPECT_EQ(alone->edges[0].kind, LineageEdge::Kind::Named);

    const auto both = ofAll({auction(), watched}, {"bids", 0, 3});
    ASSERT_TRUE(both) << why(both);
    EXPECT_EQ(places(*both), (Places{"bids/0@3", "valid-bids/0@7", "valid-bids/0@9"}));

    // An event that no session has, known because headers name it.
    const auto named = of(watched, {"bids", 0, 1'000});
    EXPECT_FALSE(named) << "a run longer than any batch is read from its effect only";
    const auto effect = of(watched, {"valid-bids", 0, 8});
    ASSERT_TRUE(effect);
    EXPECT_EQ(node(*effect, "valid-bids/0@8").cut.hidden_causes, 19'001);
    EXPECT_TRUE(effect->truncated);
}

TEST_F(LineageTest, FindsEveryMemberOfABatchCauseByHeader) {
    std::vector<Item> items;
    for (std::int64_t i = 0; i < 600; ++i) {
        items.push_back({i, "k", "v", {{"weir_cause", "bids/0@" + std::to_string((i * 7919) % 100'000)}}});
    }
    items.push_back({600, "k", "v", {{"weir_cause", "bids/1@10-2009"}}});
    const std::vector<Fact> all = {{kT, Session{"s", Mode::Observe, "x"}},
                                   {kT, Topic{TopicId{1}, "out", 1}},
                                   {kT, Records{chunkOf(TopicId{1}, 0, EventId{1}, items)}}};
    for (const std::int64_t i : {0, 1, 77, 599}) {
        const auto l = of(all, {"bids", 0, (i * 7919) % 100'000});
        ASSERT_TRUE(l) << why(l);
        EXPECT_EQ(places(*l),
                  (Places{"bids/0@" + std::to_string((i * 7919) % 100'000), "out/0@" + std::to_string(i)}));
    }
    for (const std::int64_t offset : {10, 265, 266, 1'500, 2'009}) {
        const auto l = of(all, {"bids", 1, offset});
        ASSERT_TRUE(l) << offset;
        EXPECT_EQ(l->events.size(), 2U);
    }
    EXPECT_FALSE(of(all, {"bids", 1, 9}));
    EXPECT_FALSE(of(all, {"bids", 1, 2'010}));
}

TEST_F(LineageTest, EndsInCycles) {
    // A function that writes into its own topic: 0 causes 1, 1 causes 2, and facts from elsewhere say that 2
    // caused 0.
    std::vector<Fact> all = {{kT, Session{"loop", Mode::Import, "x"}},
                             {kT, Topic{kBids, "bids", 1}},
                             {kT, Function{kValidate, "echo", "builtin"}},
                             {kT, Trigger{TriggerId{1}, "t", kValidate, {kBids}, "partition", "g"}},
                             {kT, Records{plainChunk(kBids, 0, EventId{1}, 0, 3)}}};
    for (std::int64_t i = 0; i < 3; ++i) {
        all.push_back({kT + 1 + i, call(i + 1, kValidate, TriggerId{1}, {run(kBids, 0, i, i, i + 1)})});
        all.push_back({kT + 1 + i, End{InvocationId{i + 1}, Outcome::Success, {}, ""}});
        all.push_back(
            {kT + 1 + i, Output{InvocationId{i + 1}, kBids, 0, (i + 1) % 3, {run(kBids, 0, i, i, i + 1)}}});
    }
    const auto l = of(all, {"bids", 0, 1});
    ASSERT_TRUE(l) << why(l);
    EXPECT_EQ(l->events.size(), 3U);
    EXPECT_EQ(l->calls.size(), 3U);
    EXPECT_EQ(l->edges.size(), 6U);
    EXPECT_FALSE(l->truncated);
    EXPECT_THAT(lineageText(*l), HasSubstr("(shown above)"));
}

TEST_F(LineageTest, LimitsAreSeen) {
    const auto near = of(auction(), {"bids", 0, 0}, {20, 1, 100, 2'000});
    ASSERT_TRUE(near);
    EXPECT_EQ(places(*near), (Places{"bids/0@0", "valid-bids/0@0"}));
    EXPECT_TRUE(node(*near, "valid-bids/0@0").cut.steps);
    EXPECT_TRUE(near->truncated);
    EXPECT_THAT(lineageText(*near), HasSubstr("more effects …"));

    const auto up = of(auction(), {"results", 0, 0}, {1, 20, 100, 2'000});
    ASSERT_TRUE(up);
    EXPECT_TRUE(node(*up, "valid-bids/0@0").cut.steps);

    const auto thin = of(auction(), {"results", 0, 0}, {20, 20, 1, 2'000});
    ASSERT_TRUE(thin);
    EXPECT_EQ(thin->events[0].cut.hidden_causes, 1);

    const auto few = of(auction(), {"results", 0, 0}, {20, 20, 100, 2});
    ASSERT_TRUE(few);
    EXPECT_EQ(few->events.size(), 2U);
    EXPECT_TRUE(few->truncated);

    const auto nothing = of(auction(), {"bids", 0, 0}, {0, 0, 100, 2'000});
    ASSERT_TRUE(nothing);
    EXPECT_EQ(nothing->events.size(), 1U);
    EXPECT_TRUE(nothing->truncated);
}

TEST_F(LineageTest, RefusesWhatNobodyKnows) {
    const auto l = of(auction(), {"bid", 0, 0});
    ASSERT_FALSE(l);
    EXPECT_EQ(l.error().code, ErrorCode::Usage);
    EXPECT_THAT(l.error().hint, HasSubstr("bids"));
    EXPECT_FALSE(of(auction(), {"bids", 0, 99}));
}

TEST_F(LineageTest, WritesTextJsonAndDotSafely) {
    std::vector<Fact> all = auction();
    std::get<Function>(all[4].body).name = "va\"li\\da\x1b[31mte\n";
    const auto l = of(all, {"bids", 0, 0});
    ASSERT_TRUE(l) << why(l);
    const std::string text = lineageText(*l);
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, HasSubstr("attempt 2"));
    EXPECT_THAT(text, HasSubstr("results/0@0"));
    const auto json = nlohmann::json::parse(lineageJson(*l, {}));
    EXPECT_EQ(json["events"].size(), 3U);
    EXPECT_EQ(json["edges"][0]["kind"], "delivered");
    const std::string dot = lineageDot(*l);
    EXPECT_THAT(dot, Not(HasSubstr("\x1b")));
    EXPECT_THAT(dot, HasSubstr("va\\\"li\\\\da"));
}

TEST_F(LineageTest, AddsEverythingUp) {
    std::vector<Fact> all = auction();
    all.push_back({kT + 20, Skip{kValidate, TriggerId{1}, run(kBids, 0, 3, 3, 4), SkipReason::Filtered}});
    all.push_back({kT + 21, call(4, kValidate, TriggerId{1}, {run(kBids, 0, 0, 3, 1)})});
    all.push_back({kT + 22, End{InvocationId{4}, Outcome::Partial, {run(kBids, 0, 2, 3, 3)}, ""}});
    all.push_back(
        {kT + 23, call(5, kValidate, TriggerId{1}, {run(kBids, 0, 0, 0, 1), run(kValid, 0, 1, 2, 6)})});
    ASSERT_TRUE(record(at("a.weir"), all));
    auto reader = journal::SessionReader::open(at("a.weir"));
    ASSERT_TRUE(reader) << why(reader);
    const auto graph = aggregateLineage(**reader);
    ASSERT_TRUE(graph) << why(graph);
    ASSERT_EQ(graph->delivered.size(), 3U);
    const auto& bids = graph->delivered[0];
    EXPECT_EQ(graph->topics[bids.topic].name, "bids");
    EXPECT_EQ(bids.calls, 4);
    EXPECT_EQ(bids.deliveries, 13);
    EXPECT_EQ(bids.succeeded, 6);
    EXPECT_EQ(bids.failed, 6);
    EXPECT_EQ(bids.in_flight, 1);
    EXPECT_EQ(bids.skipped, (std::vector<std::pair<std::string, std::int64_t>>{{"filtered", 1}}));
    EXPECT_EQ(graph->delivered[1].deliveries, 2);  // of valid-bids, to validate
    EXPECT_EQ(graph->delivered[2].deliveries, 2);  // and to join
    ASSERT_EQ(graph->produced.size(), 2U);
    EXPECT_EQ(graph->produced[0].outputs, 3);
    EXPECT_TRUE(nlohmann::json::parse(aggregateJson(*graph)).is_object());
    EXPECT_THAT(aggregateText(*graph), HasSubstr("bids → validate  13 deliveries in 4 calls"));
    EXPECT_THAT(aggregateDot(*graph), HasSubstr("t0 -> f0"));
}

}  // namespace
}  // namespace weir::analysis
