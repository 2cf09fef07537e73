// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/open_offsets.h"

#include <algorithm>
#include <iterator>

namespace weir::invoke {

void OpenOffsets::take(std::int64_t first, std::int64_t last) {
    open_.emplace_hint(open_.end(), first, last);
    end_ = last + 1;
}

void OpenOffsets::reach(std::int64_t next) {
    end_ = std::max(end_, next);
}

void OpenOffsets::done(std::int64_t first, std::int64_t last) {
    auto run = open_.upper_bound(first);
    if (run == open_.begin()) return;
    --run;
    const auto [begin, end] = *run;
    if (first > end) return;
    if (last < end) {
        // The front of a run is what is mostly done: its node is used again.
        if (first == begin) {
            auto node = open_.extract(run);
            node.key() = last + 1;
            open_.insert(std::move(node));
            return;
        }
        open_.emplace_hint(std::next(run), last + 1, end);
    }
    if (first == begin) {
        open_.erase(run);
    } else {
        run->second = first - 1;
    }
}

}  // namespace weir::invoke
