// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/run_set.h"

namespace weir::analysis::order {

std::int64_t RunSet::add(std::int64_t first, std::int64_t last) {
    if (runs_.empty() || first > runs_.back().last) {
        if (!runs_.empty() && runs_.back().last + 1 == first) {
            runs_.back().last = last;
        } else {
            runs_.push_back({first, last});
        }
        return last - first + 1;
    }
    // Those that touch or adjoin first…last become one.
    auto from = std::lower_bound(runs_.begin(), runs_.end(), first, [](const Run& r, std::int64_t offset) {
        return r.last < offset && r.last + 1 < offset;
    });
    auto to = from;
    Run joined{first, last};
    std::int64_t known = 0;
    for (; to != runs_.end() && to->first - 1 <= last; ++to) {
        const std::int64_t low = std::max(to->first, first);
        const std::int64_t high = std::min(to->last, last);
        if (low <= high) known += high - low + 1;
        joined = {std::min(joined.first, to->first), std::max(joined.last, to->last)};
    }
    if (from == to) {
        runs_.insert(from, joined);
    } else {
        *from = joined;
        runs_.erase(from + 1, to);
    }
    return last - first + 1 - known;
}

const Run* RunSet::runWith(std::int64_t offset) const {
    const auto at = std::lower_bound(runs_.begin(), runs_.end(), offset,
                                     [](const Run& r, std::int64_t o) { return r.last < o; });
    return at != runs_.end() && at->first <= offset ? &*at : nullptr;
}

bool RunSet::touches(std::int64_t first, std::int64_t last) const {
    const auto at = std::lower_bound(runs_.begin(), runs_.end(), first,
                                     [](const Run& r, std::int64_t o) { return r.last < o; });
    return at != runs_.end() && at->first <= last;
}

}  // namespace weir::analysis::order
