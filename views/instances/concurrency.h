// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lanes/lane_store.h"
#include "lanes/time_scale.h"

#include <vector>

namespace weir::views {

/// Calls in flight and instances alive, the most within each pixel.
struct Concurrency {
    std::vector<int> running;
    std::vector<int> alive;
    int limit = 0;          ///< of the functions counted, together; 0: unknown
    int peak = 0;           ///< of running
    bool averaged = false;  ///< too many calls to count each: running is the mean of each pixel, rounded up
};

/// Of one function, or of all when it is none. `now`: until when open calls reach.
[[nodiscard]] Concurrency concurrencyOf(const Catalog& catalog, const LaneStore& store, FunctionId function,
                                        const TimeScale& scale, TimeNs now);

}  // namespace weir::views
