// SPDX-License-Identifier: GPL-3.0-or-later
#include "effort.h"
#include "unit/analysis/order/checked.h"
#include "unit/analysis/order/judge.h"
#include "unit/analysis/order/schedules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace weir::analysis::order::test {
namespace {

/// What only one of the two says.
std::string difference(const Verdict& judged, const Verdict& checked) {
    std::string text;
    const auto only = [&](const char* who, const std::vector<Unit>& a, const std::vector<Unit>& b) {
        std::vector<Unit> left;
        std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(left));
        for (const Unit& unit : left) text += std::string("  only ") + who + ": " + describe(unit) + "\n";
    };
    only("judged", judged.units, checked.units);
    only("checked", checked.units, judged.units);
    const auto number = [&](const char* what, std::int64_t a, std::int64_t b) {
        if (a != b) {
            text += std::string("  ") + what + ": judged " + std::to_string(a) + ", checked " +
                    std::to_string(b) + "\n";
        }
    };
    number("units", static_cast<std::int64_t>(judged.units.size()),
           static_cast<std::int64_t>(checked.units.size()));
    number("events", judged.events, checked.events);
    number("deliveries", judged.deliveries, checked.deliveries);
    number("open", judged.open, checked.open);
    number("displaced", judged.displaced, checked.displaced);
    return text;
}

/// An event that was skipped, or that no record named, and that succeeds all the same, later: of what was
/// folded it is not known exactly what had overtaken it.
void leaveOutSkipped(const std::vector<facts::Fact>& facts, Verdict& judged, Verdict& folded) {
    std::set<std::pair<FunctionId, Place>> skipped;
    for (const facts::Fact& fact : facts) {
        if (const auto* run = std::get_if<facts::Unrecorded>(&fact.body)) {
            for (std::int64_t f = 1; f <= 3; ++f) {
                for (std::int64_t o = run->events.first; o <= run->events.last; ++o) {
                    skipped.insert({FunctionId{f}, {run->events.topic, run->events.partition, o}});
                }
            }
        }
        const auto* skip = std::get_if<facts::Skip>(&fact.body);
        if (skip == nullptr) continue;
        for (std::int64_t o = skip->events.first; o <= skip->events.last; ++o) {
            skipped.insert({skip->function, {skip->events.topic, skip->events.partition, o}});
        }
    }
    for (Verdict* verdict : {&judged, &folded}) {
        const auto left = std::erase_if(verdict->units, [&](const Unit& u) {
            const bool of_order = u.kind == Kind::Regression || u.kind == Kind::Inversion;
            return of_order && skipped.contains({u.function, {u.topic, u.partition, u.offset}});
        });
        if (left > 0) folded.displaced = judged.displaced;
    }
}

/// The fast check and the judge agree, unit by unit and field by field. WEIR_ORDER_SEED=n repeats one.
TEST(OrderCheck, AgreesWithTheJudgeOnRandomSchedules) {
    const std::uint64_t one = weir::test::fromEnvironment<std::uint64_t>("WEIR_ORDER_SEED", 0);
    const std::uint64_t seeds =
        weir::test::fromEnvironment<std::uint64_t>("WEIR_ORDER_SEEDS", weir::test::effort(4'000));
    int wrong = 0;
    for (std::uint64_t seed = one != 0 ? one : 1; seed <= (one != 0 ? one : seeds) && wrong < 5; ++seed) {
        const std::vector<facts::Fact> facts = randomSchedule(seed);
        const Verdict judged = judge(facts);
        for (const bool again : {false, true}) {
            const std::string wrongs = difference(judged, again ? checkedAgain(facts) : checked(facts));
            if (wrongs.empty()) continue;
            ADD_FAILURE() << "seed " << seed << (again ? ", with foreknowledge\n" : "\n") << wrongs;
            ++wrong;
        }
    }
}

/// Folding what is below the contiguous part loses nothing but what docs/order.md says.
TEST(OrderCheck, FoldsWithoutForgetting) {
    const std::uint64_t one = weir::test::fromEnvironment<std::uint64_t>("WEIR_ORDER_SEED", 0);
    const std::uint64_t seeds =
        weir::test::fromEnvironment<std::uint64_t>("WEIR_ORDER_SEEDS", weir::test::effort(1'500));
    Bounds bounds;
    bounds.fold_at = 2;
    int wrong = 0;
    for (std::uint64_t seed = one != 0 ? one : 1; seed <= (one != 0 ? one : seeds) && wrong < 5; ++seed) {
        const std::vector<facts::Fact> facts = randomSchedule(seed);
        Verdict judged = judge(facts);
        Verdict folded = checked(facts, 0, bounds);
        leaveOutSkipped(facts, judged, folded);
        const std::string wrongs = difference(judged, folded);
        if (wrongs.empty()) continue;
        ADD_FAILURE() << "seed " << seed << "\n" << wrongs;
        ++wrong;
    }
}

}  // namespace
}  // namespace weir::analysis::order::test
