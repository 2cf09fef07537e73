// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>

namespace weir::journal {

/// When the events of one partition arrived, by offset: the newest of them, for as long as they are
/// remembered.
class Arrivals {
  public:
    void add(std::int64_t first, std::int64_t last, TimeNs at) {
        const Arrival arrival{first, last, at};
        if (all_.empty() || all_.back().last < first) {
            all_.push_back(arrival);
        } else {  // the record of an event that was named before
            all_.insert(find(first), arrival);
        }
        count_ += last - first + 1;
    }
    [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
    /// Events that have arrived, forgotten ones included.
    [[nodiscard]] std::int64_t count() const noexcept { return count_; }
    void forgetOldest() {
        forgotten_below_ = all_.front().last + 1;
        all_.pop_front();
    }
    [[nodiscard]] bool mayBeForgotten(std::int64_t offset) const noexcept {
        return offset < forgotten_below_;
    }

    /// Calls `each(first, last, at)` for the parts of first…last; `at` is nothing where no arrival is known.
    template <typename Each>
    void forEach(std::int64_t first, std::int64_t last, const Each& each) const {
        auto arrival = find(first);
        while (first <= last) {
            if (arrival == all_.end() || arrival->first > last) {
                each(first, last, std::optional<TimeNs>{});
                return;
            }
            if (arrival->first > first) each(first, arrival->first - 1, std::optional<TimeNs>{});
            const std::int64_t from = std::max(first, arrival->first);
            const std::int64_t to = std::min(last, arrival->last);
            each(from, to, std::optional<TimeNs>{arrival->at});
            first = to + 1;
            ++arrival;
        }
    }
    /// The arrival of the first event from `offset` on.
    [[nodiscard]] std::optional<TimeNs> nextFrom(std::int64_t offset) const {
        const auto arrival = find(offset);
        return arrival == all_.end() ? std::nullopt : std::optional{arrival->at};
    }
    /// Events that arrived with offsets from `offset` on, of those that are remembered.
    [[nodiscard]] std::int64_t countFrom(std::int64_t offset) const {
        std::int64_t count = 0;
        for (auto a = find(offset); a != all_.end(); ++a) count += a->last - std::max(a->first, offset) + 1;
        return count;
    }

  private:
    struct Arrival {
        std::int64_t first = 0, last = 0;
        TimeNs at = 0;
    };
    /// The first that ends at or after the offset: looked for from the newest on, near which it mostly is.
    [[nodiscard]] std::deque<Arrival>::const_iterator find(std::int64_t offset) const {
        const auto count = static_cast<std::ptrdiff_t>(all_.size());
        std::ptrdiff_t back = 1;
        while (back < count && (all_.end() - back)->last >= offset) back *= 2;
        return std::lower_bound(all_.end() - std::min(back, count), all_.end() - back / 2, offset,
                                [](const Arrival& a, std::int64_t o) { return a.last < o; });
    }

    std::deque<Arrival> all_;  // by offset, apart from each other
    std::int64_t count_ = 0;
    std::int64_t forgotten_below_ = 0;
};

}  // namespace weir::journal
