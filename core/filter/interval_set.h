// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace weir::filter {

/// A set of integers as sorted intervals that neither touch nor overlap.
class IntervalSet {
  public:
    static constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
    static constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
    struct Interval {
        std::int64_t first = 0, last = 0;  ///< both included
        friend bool operator==(const Interval&, const Interval&) = default;
    };

    IntervalSet() = default;  ///< empty
    static IntervalSet all() { return of({{kLowest, kHighest}}); }
    static IntervalSet one(std::int64_t value) { return of({{value, value}}); }
    /// Intervals in any order, overlapping or not; those with first > last are left out.
    static IntervalSet of(std::vector<Interval> intervals);

    [[nodiscard]] const std::vector<Interval>& intervals() const noexcept { return intervals_; }
    [[nodiscard]] bool empty() const noexcept { return intervals_.empty(); }
    [[nodiscard]] bool isAll() const noexcept {
        return intervals_.size() == 1 && intervals_.front() == Interval{kLowest, kHighest};
    }
    [[nodiscard]] bool contains(std::int64_t value) const noexcept;

    /// Calls `each(first, last)` for the parts of first…last that are in the set, rising.
    template <typename Each>
    void clip(std::int64_t first, std::int64_t last, const Each& each) const {
        auto part = std::lower_bound(intervals_.begin(), intervals_.end(), first,
                                     [](const Interval& i, std::int64_t value) { return i.last < value; });
        for (; part != intervals_.end() && part->first <= last; ++part)
            each(std::max(first, part->first), std::min(last, part->last));
    }

    [[nodiscard]] IntervalSet complement() const;
    [[nodiscard]] IntervalSet intersect(const IntervalSet& other) const;
    [[nodiscard]] IntervalSet unite(const IntervalSet& other) const;

    friend bool operator==(const IntervalSet&, const IntervalSet&) = default;

  private:
    std::vector<Interval> intervals_;
};

}  // namespace weir::filter
