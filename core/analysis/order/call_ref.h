// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/finding.h"
#include "base/ids.h"
#include "base/time.h"

#include <cstdint>
#include <limits>

namespace weir::analysis::order {

/// The end of a call without end: it lasts to the end of the session.
inline constexpr TimeNs kForever = std::numeric_limits<TimeNs>::max();
inline constexpr int kNoEpoch = std::numeric_limits<int>::min();

/// Consecutive offsets, inclusive.
struct Run {
    std::int64_t first = 0, last = 0;
    [[nodiscard]] std::int64_t count() const noexcept { return last - first + 1; }
};

/// What judging a delivery needs to know of its call.
struct CallRef {
    InvocationId id;
    std::int64_t number = 0;  ///< its name in the facts: the id, or what an import called it
    TimeNs start = 0;         ///< of an observed one: its end
    TimeNs end = kForever;
    int epoch = kNoEpoch;
    bool observed = false;
    bool split = false;
    bool again = false;  ///< attempt > 1

    [[nodiscard]] bool before(const CallRef& other) const noexcept {
        return start != other.start ? start < other.start : number < other.number;
    }
};

/// The first that fits. `unit` made the delivery (or output) that is judged, `other` is what it is judged
/// against; `timed_out`: an earlier attempt with the unit's event did.
[[nodiscard]] inline Cause causeOf(const CallRef& unit, const CallRef& other, bool timed_out) noexcept {
    if (unit.epoch != kNoEpoch && other.epoch != kNoEpoch && unit.epoch != other.epoch)
        return Cause::Rebalance;
    if (unit.split) return Cause::Bisect;
    if (timed_out && !unit.observed) return Cause::Timeout;
    if (unit.again) return Cause::Retry;
    const bool at_once = unit.start < other.end && other.start < unit.end;
    if (!unit.observed && !other.observed && at_once) return Cause::Concurrency;
    return Cause::Unknown;
}

}  // namespace weir::analysis::order
