// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/call_ref.h"

#include <cstdint>
#include <vector>

namespace weir::analysis::order {

/// The length of the longest subsequence of rising offsets (patience sorting over runs).
class Rising {
  public:
    /// The next offsets of the sequence, each offset once. Returns how many of them make the longest
    /// subsequence no longer.
    std::int64_t add(std::int64_t first, std::int64_t last);
    /// Nothing at or below `floor` will come any more: its part becomes a count.
    void fold(std::int64_t floor);
    [[nodiscard]] std::size_t runs() const noexcept { return tails_.size(); }

  private:
    /// Lowest last elements of rising subsequences, shortest first. `count` is less than the offsets between
    /// first and last where it was folded.
    struct Tails {
        std::int64_t first = 0, last = 0, count = 0;
    };
    std::vector<Tails> tails_;
};

}  // namespace weir::analysis::order
