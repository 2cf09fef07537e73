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
        g = {f.kind, f.severity, f.cause, f.function, f.topic, f.partition, 0, f.at, id};
    }
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

FindingsOverview FindingsTally::overview() const {
    FindingsOverview o;
    o.totals.errors = errors_;
    o.totals.warnings = warnings_;
    o.totals.notes = notes_;
    for (const auto& [at, severity] : marks_)
        o.marks.emplace_back(at * mark_width_ + mark_width_ / 2, severity);
    for (const auto& [key, entry] : groups_) o.groups.push_back(entry.group);
    std::stable_sort(o.groups.begin(), o.groups.end(), [](const FindingGroup& a, const FindingGroup& b) {
        return std::pair(a.severity, a.units) > std::pair(b.severity, b.units);
    });
    return o;
}

Result<FindingsOverview> findingsOverview(journal::SessionReader& reader, FindingsTally& tally,
                                          const filter::Filter& filter) {
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
    FindingsOverview overview = tally.overview();
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
