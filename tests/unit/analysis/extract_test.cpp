// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/extract/extract.h"

#include "analysis/order/check_format.h"
#include "analysis/order/checking_store.h"
#include "analysis/order/session_check.h"
#include "analysis/session_stats.h"
#include "effort.h"
#include "filter/query.h"
#include "journal/session_origin.h"
#include "journal/text/facts_export.h"
#include "unit/analysis/order/checked.h"
#include "unit/analysis/order/schedules.h"
#include "unit/journal/session_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace weir::analysis::test {
namespace {

using order::test::randomSchedule;
using order::test::Unit;
using order::test::unitsOf;

filter::Filter filterOf(const std::string& text) {
    auto filter = filter::Filter::parse(text);
    EXPECT_TRUE(filter.has_value()) << text;
    return filter ? *filter : filter::Filter();
}

class Extract : public journal::test::SessionTest {
  protected:
    std::string recorded(const std::vector<facts::Fact>& facts, const std::string& name) {
        auto writer = journal::SessionWriter::create(at(name), {});
        EXPECT_TRUE(writer.has_value());
        order::CheckingStore store(std::move(*writer), at(name));
        EXPECT_TRUE(store.write(facts).has_value());
        EXPECT_TRUE(store.finish().has_value());
        return at(name);
    }
    static std::string exported(const std::string& path) {
        std::ostringstream out;
        EXPECT_TRUE(journal::exportFacts(path, out).has_value());
        std::string text = out.str();
        return text.substr(text.find('\n') + 1);  // the session's own line has other times
    }
    static std::unique_ptr<journal::SessionReader> opened(const std::string& path) {
        auto reader = journal::SessionReader::open(path);
        EXPECT_TRUE(reader.has_value());
        return std::move(*reader);
    }
};

/// The part that is all holds the same facts, finds the same and counts the same.
TEST_F(Extract, OfAllIsTheSame) {
    for (std::uint64_t seed = 1; seed <= weir::test::effort(10U) && !HasFailure(); ++seed) {
        const std::string whole = recorded(randomSchedule(seed), std::to_string(seed) + ".weir");
        const std::string part = whole + "-part";
        const auto done = extractSession(whole, part, {});
        ASSERT_OK(done);
        EXPECT_EQ(done->events, done->of_events);
        EXPECT_EQ(exported(whole), exported(part)) << "seed " << seed;
        const auto of_whole = order::checkSession(whole), of_part = order::checkSession(part);
        ASSERT_OK(of_whole);
        ASSERT_OK(of_part);
        EXPECT_TRUE(of_part->kept);
        EXPECT_EQ(order::checkNdjson(*of_whole), order::checkNdjson(*of_part)) << "seed " << seed;
        EXPECT_EQ(order::checkJson(*of_whole), order::checkJson(*of_part)) << "seed " << seed;
    }
}

/// What is left of the units of the whole: those of chosen events and of outputs that they caused.
TEST_F(Extract, KeepsTheFindingsOfTheWholeForTheChosenEvents) {
    std::int64_t kept_units = 0, left_out = 0;
    for (std::uint64_t seed = 1; seed <= weir::test::effort(16U) && !HasFailure(); ++seed) {
        const std::string whole = recorded(randomSchedule(seed), std::to_string(seed) + ".weir");
        const filter::Filter filter =
            filterOf(seed % 2 == 0 ? "partition == 0" : "offset >= 3 && offset <= 9");
        const auto reader = opened(whole);
        const auto matching = filter::matchingEvents(*reader, filter);
        ASSERT_OK(matching);
        const std::string part = whole + "-part";
        const auto done = extractSession(whole, part, {filter});
        if (matching->empty()) {
            ASSERT_FALSE(done.has_value());
            EXPECT_EQ(done.error().code, ErrorCode::Usage);
            continue;
        }
        ASSERT_OK(done);
        const auto of_whole = order::checkSession(whole), of_part = order::checkSession(part);
        ASSERT_OK(of_whole);
        ASSERT_OK(of_part);
        const auto part_reader = opened(part);
        std::vector<Unit> expected;
        for (Unit unit : unitsOf(of_whole->findings)) {
            const bool placed =
                unit.kind != order::Kind::KeySplit && unit.kind != order::Kind::OutputInversion;
            if (placed) {
                const auto event = reader->findEvent(unit.topic, unit.partition, unit.offset);
                ASSERT_OK(event);
                if (!*event || !matching->contains(event->value)) {
                    ++left_out;
                    continue;
                }
            }
            unit.invocation = {};
            if (placed) expected.push_back(std::move(unit));
        }
        std::vector<Unit> found;
        for (Unit unit : unitsOf(of_part->findings)) {
            if (unit.kind == order::Kind::KeySplit || unit.kind == order::Kind::OutputInversion) continue;
            const bool called = unit.kind == order::Kind::Overlap || unit.kind == order::Kind::Duplicate;
            EXPECT_EQ(called, static_cast<bool>(unit.invocation)) << order::test::describe(unit);
            unit.invocation = {};
            found.push_back(std::move(unit));
        }
        std::sort(expected.begin(), expected.end());
        std::sort(found.begin(), found.end());
        kept_units += static_cast<std::int64_t>(found.size());
        EXPECT_EQ(expected, found) << "seed " << seed;

        // Its own rows are whole: they can be exported, counted and checked.
        const auto kept = sessionStats(*part_reader, StatsFrom::Kept);
        const auto counted = sessionStats(*part_reader, StatsFrom::Rows);
        ASSERT_OK(kept);
        ASSERT_OK(counted);
        EXPECT_EQ(kept->calls.deliveries, counted->calls.deliveries);
        EXPECT_EQ(of_part->summary.deliveries, counted->calls.deliveries) << "seed " << seed;
        const auto again = order::checkSession(part, {true, 0});
        ASSERT_OK(again);
        EXPECT_EQ(again->summary.events, of_part->summary.events);
        EXPECT_FALSE(exported(part).empty());
        const auto origin = journal::originOf(*part_reader);
        ASSERT_OK(origin);
        ASSERT_TRUE(origin->has_value());
        EXPECT_EQ((*origin)->filter, filter.text());
        EXPECT_EQ((*origin)->events, done->events);
    }
    EXPECT_GT(kept_units, 0);
    EXPECT_GT(left_out, 0);
}

std::vector<facts::Fact> twoFunctions() {
    using facts::Fact;
    std::vector<Fact> all;
    all.push_back({1, facts::Session{"s", facts::Mode::Import, ""}});
    all.push_back({1, facts::Topic{TopicId{1}, "bids", 1}});
    all.push_back({1, facts::Function{FunctionId{1}, "check", ""}});
    all.push_back({1, facts::Function{FunctionId{2}, "score", ""}});
    all.push_back({2, facts::Records{journal::test::plainChunk(TopicId{1}, 0, EventId{1}, 0, 10)}});
    const auto call = [&](std::int64_t id, FunctionId function, std::int64_t first, std::int64_t last) {
        facts::Start start;
        start.id = InvocationId{id};
        start.function = function;
        start.events = {{TopicId{1}, 0, first, last, EventId{first + 1}}};
        all.push_back({2 + id, start});
        all.push_back({3 + id, facts::End{start.id, facts::Outcome::Success, {}, ""}});
    };
    call(1, FunctionId{2}, 0, 4);
    call(2, FunctionId{1}, 0, 9);
    call(3, FunctionId{2}, 5, 9);
    return all;
}

TEST_F(Extract, KeepsOnlyTheDeliveriesOfAFunctionAndTheirNumbers) {
    const std::string whole = recorded(twoFunctions(), "whole.weir");
    const auto done = extractSession(whole, at("part.weir"), {filterOf("offset >= 4"), {"score"}, false});
    ASSERT_OK(done);
    EXPECT_EQ(done->events, 6);
    EXPECT_EQ(done->of_events, 10);
    EXPECT_EQ(done->invocations, 2);
    const auto part = opened(at("part.weir"));
    const auto calls = part->invocations(InvocationId{1}, 10);
    ASSERT_OK(calls);
    ASSERT_EQ(calls->size(), 2U);
    EXPECT_EQ((*calls)[0].events, 1);
    EXPECT_EQ((*calls)[0].first_offset, 4);
    EXPECT_EQ((*calls)[1].events, 5);
    const auto number = part->invocationNumber((*calls)[1].id);
    ASSERT_OK(number);
    EXPECT_EQ(*number, 3);  // the number that it had
    const auto event = part->event(EventId{1});
    ASSERT_OK(event);
    EXPECT_EQ(event->row.offset, 4);
    EXPECT_FALSE(event->captured);
    const auto functions = part->functions();
    ASSERT_OK(functions);
    ASSERT_EQ(functions->size(), 1U);
}

TEST_F(Extract, RefusesAnUnknownFunctionAndAFileThatExists) {
    const std::string whole = recorded(twoFunctions(), "whole.weir");
    const auto unknown = extractSession(whole, at("part.weir"), {{}, {"nobody"}, true});
    ASSERT_FALSE(unknown.has_value());
    EXPECT_EQ(unknown.error().code, ErrorCode::Usage);
    EXPECT_NE(unknown.error().hint.find("check, score"), std::string::npos);
    const auto itself = extractSession(whole, whole, {});
    ASSERT_FALSE(itself.has_value());
    EXPECT_EQ(itself.error().code, ErrorCode::FileExists);
    EXPECT_EQ(listing(), std::vector<std::string>{"whole.weir"});
}

}  // namespace
}  // namespace weir::analysis::test
