// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/interval_set.h"

#include <algorithm>

namespace weir::filter {

IntervalSet IntervalSet::of(std::vector<Interval> intervals) {
    std::sort(intervals.begin(), intervals.end(),
              [](const Interval& a, const Interval& b) { return a.first < b.first; });
    IntervalSet set;
    for (const Interval& i : intervals) {
        if (i.first > i.last) continue;
        if (!set.intervals_.empty()) {
            Interval& end = set.intervals_.back();
            if (end.last == kHighest || i.first <= end.last + 1) {
                end.last = std::max(end.last, i.last);
                continue;
            }
        }
        set.intervals_.push_back(i);
    }
    return set;
}

bool IntervalSet::contains(std::int64_t value) const noexcept {
    const auto after = std::upper_bound(intervals_.begin(), intervals_.end(), value,
                                        [](std::int64_t v, const Interval& i) { return v < i.first; });
    return after != intervals_.begin() && std::prev(after)->last >= value;
}

IntervalSet IntervalSet::complement() const {
    IntervalSet out;
    std::int64_t next = kLowest;
    for (const Interval& i : intervals_) {
        if (i.first > next) out.intervals_.push_back({next, i.first - 1});
        if (i.last == kHighest) return out;
        next = i.last + 1;
    }
    out.intervals_.push_back({next, kHighest});
    return out;
}

IntervalSet IntervalSet::intersect(const IntervalSet& other) const {
    IntervalSet out;
    auto a = intervals_.begin();
    auto b = other.intervals_.begin();
    while (a != intervals_.end() && b != other.intervals_.end()) {
        const Interval both{std::max(a->first, b->first), std::min(a->last, b->last)};
        if (both.first <= both.last) out.intervals_.push_back(both);
        a->last < b->last ? ++a : ++b;
    }
    return out;
}

IntervalSet IntervalSet::unite(const IntervalSet& other) const {
    std::vector<Interval> both = intervals_;
    both.insert(both.end(), other.intervals_.begin(), other.intervals_.end());
    return of(std::move(both));
}

}  // namespace weir::filter
