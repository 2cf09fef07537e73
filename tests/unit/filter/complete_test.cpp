// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/complete.h"

#include "unit/journal/session_fixture.h"

namespace weir::filter {
namespace {

CompletionData data() {
    CompletionData d;
    d.names.topics = {{1, "bids"}, {2, "items"}, {3, "a \"quoted\" one"}};
    d.names.functions = {{1, "enrich"}};
    d.headers = {"ce_type", "trace"};
    d.json_paths = {".bids", ".bids[*]", ".bids[*].by", ".price", ".item", ".item.name"};
    return d;
}

/// The candidates at the `|`, joined; the text without it.
std::string offered(std::string text) {
    const std::size_t cursor = text.find('|');
    text.erase(cursor, 1);
    std::string out;
    for (const Candidate& c : complete(text, cursor, data()).candidates)
        out += (out.empty() ? "" : " ") + c.text;
    return out;
}

TEST(FilterComplete, OffersWhatTheGrammarTakes) {
    EXPECT_EQ(offered("par|"), "partition");
    EXPECT_EQ(offered("offset > 1 && top|"), "topic");
    EXPECT_EQ(offered("offset |"), "== != < <= > >= in && ||");
    EXPECT_EQ(offered("cold |"), "== != && ||");
    EXPECT_EQ(offered("offset > 5 |"), "&& ||");
    EXPECT_EQ(offered("(offset > 5 |"), "&& || )");
    EXPECT_EQ(offered("offset in {5 |"), ".. , }");
    EXPECT_EQ(offered("key co|"), "contains");
    EXPECT_EQ(offered("header|"), "header");
    EXPECT_EQ(offered("header |"), "[");
}

TEST(FilterComplete, KnowsTheSession) {
    EXPECT_EQ(offered("topic == |"), "\"bids\" \"items\" \"a \\\"quoted\\\" one\"");
    EXPECT_EQ(offered("topic == \"bi|"), "\"bids\"");
    EXPECT_EQ(offered("function in {\"e|"), "\"enrich\"");
    EXPECT_EQ(offered("finding == in|"), "inversion");
    EXPECT_EQ(offered("severity > |"), "note warn error");
    EXPECT_EQ(offered("cold == |"), "true false");
    EXPECT_EQ(offered("header[|"), "\"ce_type\" \"trace\"");
    EXPECT_EQ(offered("header[\"tr|"), "\"trace\"");
    EXPECT_EQ(offered("value.|"), "bids item price");
    EXPECT_EQ(offered("value.bids[*].|"), "by");
    EXPECT_EQ(offered("value.item.n|"), "name");
}

TEST(FilterComplete, ReplacesTheWordUnderTheCursor) {
    const auto c = complete("offset > 1 && topXX == \"a\"", 17, data());
    EXPECT_EQ(c.from, 14U);
    EXPECT_EQ(c.to, 19U);
    ASSERT_EQ(c.candidates.size(), 1U);
    EXPECT_EQ(c.candidates[0].text, "topic");
    EXPECT_FALSE(c.candidates[0].help.empty());
    const auto literal = complete("run > ", 6, data());
    EXPECT_TRUE(literal.candidates.empty());
    EXPECT_EQ(literal.hints, (std::vector<std::string>{"a duration such as 200ms, 2s or 5m"}));
}

TEST(FilterComplete, SurvivesEveryCursor) {
    const std::string text =
        "topic == \"bids\" && (value.a[0][*].b in {1..2, \"x\"} || !header['n'] matches r\"\\d\") && run > "
        "5ms";
    for (std::size_t cursor = 0; cursor <= text.size() + 3; ++cursor) {
        const auto c = complete(text, cursor, data());
        EXPECT_LE(c.from, c.to);
        EXPECT_LE(c.to, text.size());
    }
}

using FilterCompletionData = journal::test::SessionTest;

TEST_F(FilterCompletionData, ComesFromTheNewestEvents) {
    using namespace facts;
    ASSERT_OK(journal::test::record(
        at("s.weir"),
        {{1, Session{"s", Mode::Drive, "embedded"}},
         {1, Topic{TopicId{1}, "bids", 1, SourceKind::Kafka}},
         {2, Records{journal::test::chunkOf(
                 TopicId{1}, 0, EventId{1},
                 {{0, "k", R"({"price":1,"tags":[{"n":1}]})", {{"ce_type", "x"}}}, {1, "k", "no json"}})}}}));
    auto reader = journal::SessionReader::open(at("s.weir"));
    ASSERT_OK(reader);
    const auto d = completionData(**reader);
    ASSERT_OK(d);
    EXPECT_EQ(d->headers, (std::vector<std::string>{"ce_type"}));
    EXPECT_EQ(d->json_paths, (std::vector<std::string>{".price", ".tags", ".tags[*]", ".tags[*].n"}));
    EXPECT_EQ(d->names.topics.size(), 1U);
}

}  // namespace
}  // namespace weir::filter
