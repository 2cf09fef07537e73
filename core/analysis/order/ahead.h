// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/call_ref.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace weir::analysis::order {

/// What was ahead, and since when: the successes that were the highest offset when they ended. For any offset
/// it answers which higher one ended first, in O(log n).
template <typename Of>
class Ahead {
  public:
    struct Step {
        std::int64_t first = 0, last = 0;
        Of of;
    };

    /// Successes in the order of their ends, those of one instant by rising offsets. Keeps what is above all.
    void add(std::int64_t first, std::int64_t last, const Of& of, bool same_as_last) {
        if (!steps_.empty()) {
            Step& back = steps_.back();
            if (last <= back.last) return;
            first = std::max(first, back.last + 1);
            if (same_as_last && back.last + 1 == first) {
                back.last = last;
                return;
            }
        }
        steps_.push_back({first, last, of});
    }

    /// The step with the offset above `offset` that ended first; null: none is above.
    [[nodiscard]] const Step* above(std::int64_t offset) const {
        if (steps_.empty() || steps_.back().last <= offset) return nullptr;
        const auto at = std::upper_bound(steps_.begin(), steps_.end(), offset,
                                         [](std::int64_t o, const Step& s) { return o < s.last; });
        return &*at;
    }
    /// The lowest offset of a step that is above `offset`.
    [[nodiscard]] static std::int64_t lowestOf(const Step& step, std::int64_t offset) {
        return std::max(step.first, offset + 1);
    }

    /// Forgets steps at or below `floor`, but for the very first: nothing between them will be asked for.
    void fold(std::int64_t floor) {
        if (steps_.size() < 3) return;
        const auto to = std::upper_bound(steps_.begin() + 1, steps_.end() - 1, floor,
                                         [](std::int64_t o, const Step& s) { return o < s.last; });
        steps_.erase(steps_.begin() + 1, to);
    }

    [[nodiscard]] bool empty() const noexcept { return steps_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return steps_.size(); }
    [[nodiscard]] const Step& back() const { return steps_.back(); }

  private:
    std::vector<Step> steps_;  // rising offsets, never falling ends
};

}  // namespace weir::analysis::order
