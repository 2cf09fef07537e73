// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/session_check.h"

#include "analysis/order/checking_store.h"
#include "journal/fact_reader.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace weir::analysis::order {
namespace {

constexpr std::int64_t kPage = 10'000;

class Collected final : public FindingSink {
  public:
    explicit Collected(std::vector<Finding>& to) : to_(to) {}
    void found(const Finding& finding) override { to_.push_back(finding); }

  private:
    std::vector<Finding>& to_;
};

Status loadKept(journal::SessionReader& reader, const journal::OrderSummaryRow& check, SessionCheck& result) {
    auto counts = reader.findingCounts();
    if (!counts) return passOn(counts);
    result.summary = summaryOf(check, *counts);
    for (std::int64_t next = 1;;) {
        auto rows = reader.findings(next, kPage);
        if (!rows) return passOn(rows);
        for (const journal::FindingRow& row : *rows) result.findings.push_back(findingOf(row));
        if (static_cast<std::int64_t>(rows->size()) < kPage) return {};
        next = rows->back().id + 1;
    }
}

/// Leaves out what is not late enough.
void tolerate(DurationNs tolerance, SessionCheck& result) {
    if (tolerance <= 0) return;
    std::erase_if(result.findings, [&](const Finding& f) {
        if (f.kind != Kind::Late || f.lateness > tolerance) return false;
        result.summary.counts.of(f.kind, f.severity) -= f.units();
        return true;
    });
}

Status loadNames(journal::SessionReader& reader, SessionCheck& result) {
    auto functions = reader.functions();
    if (!functions) return passOn(functions);
    for (const journal::FunctionRow& f : *functions) result.functions[f.id] = f.name;
    auto topics = reader.topics();
    if (!topics) return passOn(topics);
    for (const journal::TopicRow& t : *topics) result.topics[t.id] = t.name;
    auto numbered = reader.hasInvocationNumbers();
    if (!numbered) return passOn(numbered);
    if (!*numbered) return {};
    for (const Finding& f : result.findings) {
        if (!f.invocation || result.numbers.contains(f.invocation)) continue;
        auto number = reader.invocationNumber(f.invocation);
        if (!number) return passOn(number);
        result.numbers[f.invocation] = *number;
    }
    return {};
}

}  // namespace

Result<Summary> checkFromRows(const std::string& path, FindingSink& sink, CheckOptions options) {
    Foreknowledge known;
    Status read = journal::readFacts(path, journal::FactsWanted::Declarations,
                                     [&](const facts::Fact& fact) { known.take(fact); });
    if (!read) return passOn(read);
    Checker checker(sink, options, &known);
    read = journal::readFacts(path, journal::FactsWanted::ForOrder,
                              [&](const facts::Fact& fact) { checker.take(fact); });
    if (!read) return passOn(read);
    checker.finish();
    return checker.summary();
}

Result<SessionCheck> checkSession(const std::string& path, SessionCheckOptions options) {
    auto reader = journal::SessionReader::open(path);
    if (!reader) return passOn(reader);
    auto info = (*reader)->info();
    if (!info) return passOn(info);
    auto kept = (*reader)->orderSummary();
    if (!kept) return passOn(kept);

    SessionCheck result;
    result.kept = !options.recompute && info->ended && *kept;
    if (result.kept) {
        if (Status s = loadKept(**reader, **kept, result); !s) return passOn(s);
    } else {
        Collected sink(result.findings);
        auto summary = checkFromRows(path, sink);
        if (!summary) return passOn(summary);
        result.summary = *summary;
    }
    tolerate(options.late_tolerance, result);
    if (Status s = loadNames(**reader, result); !s) return passOn(s);
    std::sort(result.findings.begin(), result.findings.end(), [&](const Finding& a, const Finding& b) {
        return std::tie(a.kind, a.function, a.topic, a.partition, a.first, a.invocation, a.key) <
               std::tie(b.kind, b.function, b.topic, b.partition, b.first, b.invocation, b.key);
    });
    return result;
}

}  // namespace weir::analysis::order
