// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/finding.h"
#include "base/error.h"
#include "base/time.h"
#include "filter/filter.h"
#include "replay/moment.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
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
    std::optional<std::int64_t> passed;  ///< units up to the cursor of Replay; nothing: there is no cursor
    bool at_cursor = false;              ///< the newest finding up to the cursor is one of these
    std::int64_t worst = 0;              ///< row of the finding with most units; the earliest of several
    bool operator==(const FindingGroup&) const = default;
};

/// What an order check came to, for the totals above the tree.
struct FindingTotals {
    std::int64_t errors = 0, warnings = 0, notes = 0;  ///< units
    std::int64_t displaced = 0, deliveries = 0, open = 0;
    bool known = false;     ///< false: nothing was checked in this session
    bool bounded = false;   ///< memory's bound was met: counts are at least these
    bool finished = false;  ///< gaps are known, too
    bool replayed = false;  ///< counted up to a cursor; what only the whole session tells is not there
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
    /// Groups and units; the rest of the totals comes from the session's summary. With a cursor, totals and
    /// FindingGroup::passed count what was found up to there; the cost follows how far the cursor went since
    /// the last time.
    [[nodiscard]] FindingsOverview overview(const std::optional<replay::Position>& until = std::nullopt);

  private:
    using Key = std::tuple<analysis::order::Kind, analysis::order::Severity, analysis::order::Cause,
                           FunctionId, TopicId, std::int32_t>;
    struct Entry {
        FindingGroup group;
        std::int64_t most = 0;
        std::int64_t passed = 0;  ///< units of the steps before walked_
    };
    using Groups = std::map<Key, Entry>;
    /// A finding as a place on the way of a cursor.
    struct Step {
        TimeNs at = 0;
        std::int64_t id = 0, units = 0;
        Groups::value_type* group = nullptr;  ///< entries of a map stay where they are

        [[nodiscard]] replay::Position position() const { return {at, replay::Kind::Finding, id, 0}; }
    };
    void walk(const replay::Position& until);
    void thinOut();
    void mark(const analysis::order::Finding& finding);

    std::int64_t next_ = 1, errors_ = 0, warnings_ = 0, notes_ = 0;
    DurationNs mark_width_ = kMillisecond;
    std::map<std::int64_t, int> marks_;  ///< instant / mark_width_ → severity
    Groups groups_;
    std::vector<Step> steps_;  ///< by place up to sorted_
    std::size_t sorted_ = 0, walked_ = 0;
    DurationNs step_width_ = 1;  ///< steps of a group that are nearer than that are one
};

/// Counts what is new since the last time, of that what the filter holds for, and reads the summary. On a
/// reader's thread.
Result<FindingsOverview> findingsOverview(journal::SessionReader& reader, FindingsTally& tally,
                                          const filter::Filter& filter = {},
                                          const std::optional<replay::Position>& until = std::nullopt);

}  // namespace weir::views
