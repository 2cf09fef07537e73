// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/check_format.h"
#include "analysis/order/checking_store.h"
#include "analysis/order/session_check.h"
#include "effort.h"
#include "journal/session_reader.h"
#include "unit/analysis/order/checked.h"
#include "unit/analysis/order/judge.h"
#include "unit/analysis/order/schedules.h"
#include "unit/journal/session_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace weir::analysis::order::test {
namespace {

using journal::test::chunkOf;

class OrderStore : public journal::test::SessionTest {
  protected:
    std::unique_ptr<CheckingStore> create(const std::string& path) {
        auto writer = journal::SessionWriter::create(path, {});
        EXPECT_TRUE(writer.has_value());
        return std::make_unique<CheckingStore>(std::move(*writer), path);
    }
};

Verdict verdictOf(const SessionCheck& check) {
    Verdict verdict;
    verdict.events = check.summary.events;
    verdict.deliveries = check.summary.deliveries;
    verdict.open = check.summary.open;
    verdict.displaced = check.summary.displaced;
    verdict.units = unitsOf(check.findings);
    std::sort(verdict.units.begin(), verdict.units.end());
    return verdict;
}

void expectSame(const Verdict& judged, const Verdict& checked, const std::string& what) {
    EXPECT_EQ(judged.units, checked.units) << what;
    EXPECT_EQ(judged.events, checked.events) << what;
    EXPECT_EQ(judged.deliveries, checked.deliveries) << what;
    EXPECT_EQ(judged.open, checked.open) << what;
    EXPECT_EQ(judged.displaced, checked.displaced) << what;
}

/// What was kept, what the rows say, and what the judge says of the facts.
TEST_F(OrderStore, KeepsWhatTheJudgeSaysAndFindsItAgainInTheRows) {
    for (std::uint64_t seed = 1; seed <= weir::test::effort(40U) && !HasFailure(); ++seed) {
        const std::vector<facts::Fact> facts = randomSchedule(seed);
        const std::string path = at("s" + std::to_string(seed) + ".weir");
        auto store = create(path);
        const std::span<const facts::Fact> all(facts);
        const std::size_t half = facts.size() / 2;
        ASSERT_OK(store->write(all.subspan(0, half)));
        ASSERT_OK(store->flush());
        ASSERT_OK(store->write(all.subspan(half)));
        ASSERT_OK(store->flush());
        ASSERT_OK(store->finish());
        const Verdict judged = judge(facts);
        const auto kept = checkSession(path);
        ASSERT_OK(kept);
        EXPECT_TRUE(kept->kept);
        expectSame(judged, verdictOf(*kept), "kept, seed " + std::to_string(seed));
        const auto again = checkSession(path, {true, 0});
        ASSERT_OK(again);
        EXPECT_FALSE(again->kept);
        expectSame(judged, verdictOf(*again), "from rows, seed " + std::to_string(seed));
        EXPECT_EQ(kept->summary.counts.units, again->summary.counts.units);
        EXPECT_EQ(checkNdjson(*kept), checkNdjson(*again));
        EXPECT_EQ(checkJson(*kept), checkJson(*again));
    }
}

std::vector<facts::Fact> overtaken() {
    std::vector<facts::Fact> all;
    all.push_back({1, facts::Session{"s", facts::Mode::Import, ""}});
    all.push_back({1, facts::Topic{TopicId{1}, "bids", 1}});
    all.push_back({1, facts::Function{FunctionId{1}, "f<&>", ""}});
    all.push_back(
        {2, facts::Records{chunkOf(TopicId{1}, 0, EventId{1}, {{7, "a", "v"}, {8, "b\x1b", "v"}})}});
    const auto call = [&](std::int64_t id, std::int64_t offset, TimeNs start, TimeNs end) {
        facts::Start f;
        f.id = InvocationId{id};
        f.function = FunctionId{1};
        f.events = {{TopicId{1}, 0, offset, offset, EventId{offset - 6}}};
        f.number = 100 + id;
        all.push_back({start, f});
        all.push_back({end, facts::End{f.id, facts::Outcome::Success, {}, ""}});
    };
    call(1, 8, 3, 4);
    call(2, 7, 5, 6);
    call(3, 7, 7, 8);
    return all;
}

TEST_F(OrderStore, ShowsFindingsWhileRecordingAndChecksRowsOfOneThatWasKilled) {
    const std::string path = at("s.weir");
    auto store = create(path);
    ASSERT_OK(store->write(overtaken()));
    ASSERT_OK(store->write(std::vector<facts::Fact>{{9, facts::Note{"later"}}}));
    ASSERT_OK(store->flush());
    auto reader = journal::SessionReader::open(path);
    ASSERT_OK(reader);
    const auto findings = (*reader)->findings(1, 100);
    ASSERT_OK(findings);
    ASSERT_EQ(findings->size(), 2U);
    EXPECT_EQ((*findings)[0].kind, "regression");
    EXPECT_EQ((*findings)[0].against_offset, 8);
    EXPECT_EQ((*findings)[1].kind, "duplicate");
    journal::FindingFilter only;
    only.kind = "duplicate";
    const auto duplicates = (*reader)->findings(only, 1, 100);
    ASSERT_OK(duplicates);
    EXPECT_EQ(duplicates->size(), 1U);
    const auto figures = (*reader)->orderSummary();
    ASSERT_OK(figures);
    ASSERT_TRUE(figures->has_value());
    EXPECT_EQ((*figures)->deliveries, 3);

    const auto now = checkSession(path);  // not ended: from the rows
    ASSERT_OK(now);
    EXPECT_FALSE(now->kept);
    EXPECT_EQ(now->summary.counts.of(Kind::Regression), 1);
    ASSERT_OK(store->finish());
}

/// Of two that end at one instant the lower number is first, also when its call is read back from the rows.
TEST_F(OrderStore, BreaksTiesByNumberWithAndWithoutNamesOfTheirOwn) {
    for (const bool named : {false, true}) {
        std::vector<facts::Fact> all;
        all.push_back({1, facts::Topic{TopicId{1}, "bids", 1}});
        all.push_back({1, facts::Function{FunctionId{1}, "f", ""}});
        all.push_back({2, facts::Records{chunkOf(TopicId{1}, 0, EventId{1}, {{0, "a", "v"}})}});
        for (const std::int64_t id : {1, 2}) {
            facts::Start f;
            f.id = InvocationId{id};
            f.function = FunctionId{1};
            f.events = {{TopicId{1}, 0, 0, 0, EventId{1}}};
            if (named) f.number = 10 - id;
            all.push_back({3, f});
        }
        for (const std::int64_t id : {2, 1}) {
            all.push_back({5, facts::End{InvocationId{id}, facts::Outcome::Success, {}, ""}});
        }
        const std::string path = at(named ? "named.weir" : "plain.weir");
        auto store = create(path);
        ASSERT_OK(store->write(all));
        ASSERT_OK(store->flush());
        ASSERT_OK(store->finish());
        for (const bool recompute : {false, true}) {
            const auto check = checkSession(path, {recompute, 0});
            ASSERT_OK(check);
            std::vector<InvocationId> duplicates;
            for (const Finding& f : check->findings) {
                if (f.kind == Kind::Duplicate) duplicates.push_back(f.invocation);
            }
            EXPECT_EQ(duplicates, std::vector{InvocationId{named ? 1 : 2}}) << named << recompute;
        }
    }
}

TEST_F(OrderStore, WritesEveryFormat) {
    const std::string path = at("s.weir");
    auto store = create(path);
    ASSERT_OK(store->write(overtaken()));
    ASSERT_OK(store->flush());
    ASSERT_OK(store->finish());
    const auto check = checkSession(path);
    ASSERT_OK(check);
    EXPECT_EQ(checkNdjson(*check),
              "{\"kind\":\"regression\",\"severity\":\"error\",\"function\":\"f<&>\",\"topic\":\"bids\","
              "\"partition\":0,\"offset\":7,\"against\":[\"bids\",0,8],\"at\":6}\n"
              "{\"kind\":\"duplicate\",\"severity\":\"warn\",\"function\":\"f<&>\",\"topic\":\"bids\","
              "\"partition\":0,\"offset\":7,\"invocation\":103,\"at\":8}\n");
    const std::string junit = checkJunit(*check, Severity::Error);
    EXPECT_NE(junit.find("<failure type=\"error\" message=\"1 regression\">"), std::string::npos) << junit;
    EXPECT_NE(junit.find("f&lt;&amp;&gt;"), std::string::npos);
    EXPECT_NE(junit.find("failures=\"1\""), std::string::npos);
    EXPECT_NE(checkJunit(*check, std::nullopt).find("failures=\"0\""), std::string::npos);
    EXPECT_TRUE(anyAtOrOver(check->summary.counts, Severity::Error));
    EXPECT_NE(checkText(*check).find("bids/0@7 began only after bids/0@8 had succeeded."), std::string::npos)
        << checkText(*check);
    EXPECT_NE(checkJson(*check).find("\"kinds\":{\"regression\":1,\"inversion\":0,"), std::string::npos);
}

}  // namespace
}  // namespace weir::analysis::order::test
