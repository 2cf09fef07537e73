// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/checking_store.h"
#include "filter/query.h"
#include "journal/session_reader.h"
#include "order/finding_group.h"

#include <algorithm>

namespace weir::views {
namespace {
constexpr std::int64_t kPage = 20'000;
constexpr std::size_t kMostMarks = 10'000;
constexpr std::size_t kMostSteps = 250'000;
}  // namespace

void FindingsTally::add(std::int64_t id, const analysis::order::Finding& f) {
    using analysis::order::Severity;
    next_ = std::max(next_, id + 1);
    std::int64_t& count = f.severity == Severity::Error  ? errors_
                          : f.severity == Severity::Warn ? warnings_
                                                         : notes_;
    count += f.units();
    if (f.kind != analysis::order::Kind::Late) mark(f);
    const Key key{f.kind, f.severity, f.cause, f.function, f.topic, f.partition};
    auto [at, is_new] = groups_.try_emplace(key);
    FindingGroup& g = at->second.group;
    if (is_new) {
        g.kind = f.kind;
        g.severity = f.severity;
        g.cause = f.cause;
        g.function = f.function;
        g.topic = f.topic;
        g.partition = f.partition;
        g.first_at = f.at;
        g.worst = id;
    }
    steps_.push_back({f.at, id, f.units(), &*at});
    if (steps_.size() >= 2 * kMostSteps) thinOut();
    g.units += f.units();
    g.first_at = std::min(g.first_at, f.at);
    if (f.units() > at->second.most) {
        at->second.most = f.units();
        g.worst = id;
    }
}

void FindingsTally::mark(const analysis::order::Finding& f) {
    using analysis::order::Severity;
    const int severity = f.severity == Severity::Error ? 3 : f.severity == Severity::Warn ? 2 : 1;
    int& known = marks_[f.at / mark_width_];
    known = std::max(known, severity);
    while (marks_.size() > kMostMarks) {
        mark_width_ *= 2;
        std::map<std::int64_t, int> wider;
        for (const auto& [at, worst] : marks_) {
            int& merged = wider[at / 2];
            merged = std::max(merged, worst);
        }
        marks_ = std::move(wider);
    }
}

/// A long session has more findings than memory is worth: those of a group that are near each other are one.
void FindingsTally::thinOut() {
    for (auto& [key, entry] : groups_) entry.passed = 0;
    walked_ = 0;
    std::sort(steps_.begin(), steps_.end(),
              [](const Step& a, const Step& b) { return a.position() < b.position(); });
    while (steps_.size() > kMostSteps) {
        step_width_ = std::max<DurationNs>(2 * step_width_, kMicrosecond);
        std::map<const void*, std::size_t> newest;  // of each group, in `kept`
        std::vector<Step> kept;
        for (const Step& step : steps_) {
            const auto [known, is_new] = newest.try_emplace(step.group, kept.size());
            if (!is_new && kept[known->second].at / step_width_ == step.at / step_width_) {
                kept[known->second].units += step.units;
                continue;
            }
            known->second = kept.size();
            kept.push_back(step);
        }
        steps_ = std::move(kept);
    }
    sorted_ = steps_.size();
}

void FindingsTally::walk(const replay::Position& until) {
    const auto before = [](const Step& a, const Step& b) { return a.position() < b.position(); };
    if (sorted_ < steps_.size()) {
        for (auto& [key, entry] : groups_) entry.passed = 0;
        walked_ = 0;
        std::sort(steps_.begin(), steps_.end(), before);
        sorted_ = steps_.size();
    }
    const auto to = static_cast<std::size_t>(
        std::upper_bound(steps_.begin(), steps_.end(), until,
                         [](const replay::Position& p, const Step& step) { return p < step.position(); }) -
        steps_.begin());
    for (; walked_ < to; ++walked_) steps_[walked_].group->second.passed += steps_[walked_].units;
    for (; walked_ > to; --walked_) steps_[walked_ - 1].group->second.passed -= steps_[walked_ - 1].units;
}

FindingsOverview FindingsTally::overview(const std::optional<replay::Position>& until) {
    using analysis::order::Severity;
    FindingsOverview o;
    if (until) walk(*until);
    o.totals.replayed = until.has_value();
    o.totals.errors = until ? 0 : errors_;
    o.totals.warnings = until ? 0 : warnings_;
    o.totals.notes = until ? 0 : notes_;
    for (const auto& [at, severity] : marks_)
        o.marks.emplace_back(at * mark_width_ + mark_width_ / 2, severity);
    const auto* newest = until && walked_ > 0 ? steps_[walked_ - 1].group : nullptr;
    for (auto& group : groups_) {
        const Entry& entry = group.second;
        o.groups.push_back(entry.group);
        if (until) o.groups.back().passed = entry.passed;
        o.groups.back().at_cursor = &group == newest;
        if (!until) continue;
        std::int64_t& count = entry.group.severity == Severity::Error  ? o.totals.errors
                              : entry.group.severity == Severity::Warn ? o.totals.warnings
                                                                       : o.totals.notes;
        count += entry.passed;
    }
    std::stable_sort(o.groups.begin(), o.groups.end(), [](const FindingGroup& a, const FindingGroup& b) {
        return std::pair(a.severity, a.units) > std::pair(b.severity, b.units);
    });
    return o;
}

Result<FindingsOverview> findingsOverview(journal::SessionReader& reader, FindingsTally& tally,
                                          const filter::Filter& filter,
                                          const std::optional<replay::Position>& until) {
    filter::Query query(reader, filter, filter::Subject::Findings);
    while (true) {
        auto rows = reader.findings(tally.next(), kPage);
        if (!rows) return passOn(rows);
        std::vector<std::int64_t> held;
        std::int64_t from = tally.next();
        while (!filter.matchesAll() && !rows->empty() && from <= rows->back().id) {
            auto page = query.page({from, kPage});
            if (!page) return passOn(page);
            held.insert(held.end(), page->ids.begin(), page->ids.end());
            from = page->next.value_or(rows->back().id + 1);
        }
        for (const journal::FindingRow& row : *rows) {
            if (filter.matchesAll() || std::binary_search(held.begin(), held.end(), row.id)) {
                tally.add(row.id, analysis::order::findingOf(row));
            } else {
                tally.skip(row.id);
            }
        }
        if (static_cast<std::int64_t>(rows->size()) < kPage) break;
    }
    FindingsOverview overview = tally.overview(until);
    auto summary = reader.orderSummary();
    if (!summary) return passOn(summary);
    if (*summary) {
        overview.totals.known = true;
        overview.totals.displaced = (*summary)->displaced;
        overview.totals.deliveries = (*summary)->deliveries;
        overview.totals.open = (*summary)->open;
        overview.totals.bounded = !(*summary)->bounded.empty();
    }
    auto info = reader.info();
    if (!info) return passOn(info);
    overview.totals.finished = info->ended.has_value();
    return overview;
}

}  // namespace weir::views
