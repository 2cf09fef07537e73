// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/analysis/order/checked.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace weir::analysis::order::test {
namespace {

Verdict verdictOf(const Checker& checker, const std::vector<Finding>& findings, DurationNs late_tolerance) {
    const Summary summary = checker.summary();
    Verdict verdict;
    verdict.events = summary.events;
    verdict.deliveries = summary.deliveries;
    verdict.open = summary.open;
    verdict.displaced = summary.displaced;
    verdict.units = unitsOf(findings, late_tolerance);
    std::sort(verdict.units.begin(), verdict.units.end());
    Counts counts;
    for (const Finding& f : findings) counts.of(f.kind, f.severity) += f.units();
    EXPECT_EQ(counts.units, summary.counts.units);
    return verdict;
}

}  // namespace

std::vector<Unit> unitsOf(const std::vector<Finding>& findings, DurationNs late_tolerance) {
    std::vector<Unit> units;
    for (const Finding& f : findings) {
        if (f.kind == Kind::Late && f.lateness <= late_tolerance) continue;
        for (std::int64_t offset = f.first; offset <= f.last; ++offset) {
            Unit unit;
            unit.kind = f.kind;
            unit.severity = f.severity;
            unit.cause = f.cause;
            unit.function = f.function;
            unit.topic = f.topic;
            unit.partition = f.partition;
            unit.offset = offset;
            unit.key = f.key;
            unit.against = f.against;
            unit.invocation = f.invocation;
            unit.at = f.at;
            unit.lateness = f.lateness;
            units.push_back(unit);
        }
    }
    return units;
}

Verdict checked(const std::vector<facts::Fact>& facts, DurationNs late_tolerance, Bounds bounds) {
    Collector collector;
    CheckOptions options;
    options.bounds = bounds;
    Checker checker(collector, options);
    for (const facts::Fact& fact : facts) checker.take(fact);
    checker.finish();
    if (checker.mustCheckAgain()) return checkedAgain(facts, bounds);
    return verdictOf(checker, collector.findings, late_tolerance);
}

Verdict checkedAgain(const std::vector<facts::Fact>& facts, Bounds bounds) {
    Foreknowledge known;
    for (const facts::Fact& fact : facts) known.take(fact);
    Collector collector;
    CheckOptions options;
    options.bounds = bounds;
    Checker checker(collector, options, &known);
    for (const facts::Fact& fact : facts) checker.take(fact);
    checker.finish();
    EXPECT_FALSE(checker.mustCheckAgain());
    return verdictOf(checker, collector.findings, 0);
}

}  // namespace weir::analysis::order::test
