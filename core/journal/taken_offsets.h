// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <iterator>
#include <map>

namespace weir::journal {

/// Offsets of one partition that a function has taken, as ranges. Bounded: with too many ranges the lowest
/// gap counts as taken.
class TakenOffsets {
  public:
    /// Takes first…last; returns how many of them were not taken yet.
    std::int64_t take(std::int64_t first, std::int64_t last) {
        std::int64_t taken = last - first + 1;
        auto next = ranges_.upper_bound(first);
        if (next != ranges_.begin() && std::prev(next)->second >= first - 1) --next;
        // `next` is the first range that touches first…last or stands behind it
        while (next != ranges_.end() && next->first <= last + 1) {
            const std::int64_t from = next->first > first ? next->first : first;
            const std::int64_t to = next->second < last ? next->second : last;
            if (from <= to) taken -= to - from + 1;
            if (next->first < first) first = next->first;
            if (next->second > last) last = next->second;
            next = ranges_.erase(next);
        }
        ranges_.emplace_hint(next, first, last);
        if (ranges_.size() > kMost) closeLowestGap();
        return taken;
    }
    /// The first offset at or above `offset` that is not taken.
    [[nodiscard]] std::int64_t nextFree(std::int64_t offset) const {
        const auto next = ranges_.upper_bound(offset);
        if (next == ranges_.begin()) return offset;
        const auto range = std::prev(next);
        return range->second >= offset ? range->second + 1 : offset;
    }

  private:
    static constexpr std::size_t kMost = 100'000;

    void closeLowestGap() {
        const auto lowest = ranges_.begin();
        const auto second = std::next(lowest);
        lowest->second = second->second;
        ranges_.erase(second);
    }

    std::map<std::int64_t, std::int64_t> ranges_;  // first → last, apart from each other
};

}  // namespace weir::journal
