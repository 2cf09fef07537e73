// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/rising.h"

#include <algorithm>

namespace weir::analysis::order {

std::int64_t Rising::add(std::int64_t first, std::int64_t last) {
    const std::int64_t count = last - first + 1;
    if (tails_.empty() || first > tails_.back().last) {
        Tails* const back = tails_.empty() ? nullptr : &tails_.back();
        if (back != nullptr && back->last + 1 == first) {
            back->last = last;
            back->count += count;
        } else {
            tails_.push_back({first, last, count});
        }
        return 0;
    }
    // Each takes the place of the lowest tail above it. Tails that lie between the new ones there are none.
    auto at = std::lower_bound(tails_.begin(), tails_.end(), first,
                               [](const Tails& t, std::int64_t offset) { return t.last < offset; });
    if (at->first <= first) return count;  // inside of what was folded: where exactly is forgotten
    std::int64_t replaced = 0;
    auto to = at;
    while (to != tails_.end() && replaced < count) {
        const std::int64_t taken = std::min(count - replaced, to->count);
        replaced += taken;
        if (taken < to->count) {
            to->count -= taken;
            to->first += taken;
            break;
        }
        ++to;
    }
    const Tails placed{first, last, count};
    if (at != to) {
        *at = placed;
        tails_.erase(at + 1, to);
    } else {
        tails_.insert(at, placed);
    }
    return replaced;
}

void Rising::fold(std::int64_t floor) {
    std::size_t low = 0;
    while (low < tails_.size() && tails_[low].last <= floor) ++low;
    if (low < 2) return;
    Tails joined = tails_.front();
    for (std::size_t i = 1; i < low; ++i) {
        joined.last = tails_[i].last;
        joined.count += tails_[i].count;
    }
    tails_.front() = joined;
    tails_.erase(tails_.begin() + 1, tails_.begin() + static_cast<std::ptrdiff_t>(low));
}

}  // namespace weir::analysis::order
