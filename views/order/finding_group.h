// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/finding.h"
#include "base/error.h"
#include "base/time.h"
#include "filter/filter.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

namespace weir::journal {
class SessionReader;
}

namespace weir::views {

/// Findings of one kind, cause, function and partition.
struct FindingGroup {
    analysis::order::Kind kind = analysis::order::Kind::Regression;
    analysis::order::Severity severity = analysis::order::Severity::Error;
    analysis::order::Cause cause = analysis::order::Cause::Unknown;
    FunctionId function;
    TopicId topic;
    std::int32_t partition = 0;
    std::int64_t units = 0;
    TimeNs first_at = 0;
    std::int64_t worst = 0;  ///< row of the finding with most units; the earliest of several
    bool operator==(const FindingGroup&) const = default;
};

/// What an order check came to, for the totals above the tree.
struct FindingTotals {
    std::int64_t errors = 0, warnings = 0, notes = 0;  ///< units
    std::int64_t displaced = 0, deliveries = 0, open = 0;
    bool known = false;     ///< false: nothing was checked in this session
    bool bounded = false;   ///< memory's bound was met: counts are at least these
    bool finished = false;  ///< gaps are known, too
    bool operator==(const FindingTotals&) const = default;
};

struct FindingsOverview {
    FindingTotals totals;
    std::vector<FindingGroup> groups;  ///< errors first, then most units
    /// Where on the time line findings stand, by time: instant and 1 note, 2 warn, 3 error. Near ones are
    /// one. Late events are not among them: they are told apart by their own clock.
    std::vector<std::pair<TimeNs, int>> marks;
};

/// Counts findings by group as they come; those of a session are only ever added.
class FindingsTally {
  public:
    void add(std::int64_t id, const analysis::order::Finding& finding);
    /// A finding that is not to be counted.
    void skip(std::int64_t id) { next_ = std::max(next_, id + 1); }
    /// The row from which on findings are not counted yet.
    [[nodiscard]] std::int64_t next() const noexcept { return next_; }
    /// Groups and units; the rest of the totals comes from the session's summary.
    [[nodiscard]] FindingsOverview overview() const;

  private:
    using Key = std::tuple<analysis::order::Kind, analysis::order::Severity, analysis::order::Cause,
                           FunctionId, TopicId, std::int32_t>;
    struct Entry {
        FindingGroup group;
        std::int64_t most = 0;
    };
    void mark(const analysis::order::Finding& finding);

    std::int64_t next_ = 1, errors_ = 0, warnings_ = 0, notes_ = 0;
    DurationNs mark_width_ = kMillisecond;
    std::map<std::int64_t, int> marks_;  ///< instant / mark_width_ → severity
    std::map<Key, Entry> groups_;
};

/// Counts what is new since the last time, of that what the filter holds for, and reads the summary. On a
/// reader's thread.
Result<FindingsOverview> findingsOverview(journal::SessionReader& reader, FindingsTally& tally,
                                          const filter::Filter& filter = {});

}  // namespace weir::views
