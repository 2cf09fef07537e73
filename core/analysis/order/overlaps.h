// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/call_ref.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace weir::analysis::order {

/// Which deliveries of one scope overlapped with that of a lower offset, and which of those ended first. A
/// unit is known at once and told when the first of its opponents has ended, for only then it is known
/// against whom.
class Overlaps {
  public:
    /// A call's events in the scope: rising, disjoint runs.
    struct Part {
        CallRef call;
        std::vector<Run> runs;
    };
    /// Deliveries of `run` in `call` overlap since `at`; of the opponents that `other` has, `against` is the
    /// lowest.
    using Found = std::function<void(Run run, const CallRef& call, const CallRef& other, std::int64_t against,
                                     TimeNs at)>;

    /// What ended and what started at one instant. A call that took no time is in both.
    void take(TimeNs at, std::span<const CallRef> ended, std::vector<Part>& started, const Found& found);
    /// A call that is in flight since before, without looking at others.
    void put(Part part) { flying_.push_back(flight(std::move(part))); }
    /// The session ends: nothing of what is in flight ever ends.
    void finish(const Found& found);
    /// The call counts no more: as if it never ended.
    void letGo(InvocationId call, const Found& found);

    [[nodiscard]] bool idle() const noexcept { return flying_.empty() && waiting_.empty(); }
    [[nodiscard]] std::size_t held() const noexcept { return flying_.size() + waiting_.size(); }
    /// Lowest offset in flight; kForever: none.
    [[nodiscard]] std::int64_t lowest() const noexcept;

  private:
    /// Units from `from` up to, not including, `to` that wait for their first opponent to end.
    struct Broken {
        std::int64_t from = 0, to = 0;
        TimeNs at = 0;
    };
    struct Flight {
        Part part;
        std::int64_t low = 0, high = 0;  ///< its lowest and highest offset
        std::int64_t clean_below = 0;    ///< what is at or above overlaps
        std::vector<Broken> broken;      ///< falling
    };
    static Flight flight(Part part);
    static void meet(Flight& flight, const Flight& other, TimeNs at);
    static void resolve(Flight& flight, const Flight& by, const Found& found);
    void endOf(const Flight& by, bool took_time, const Found& found);

    std::vector<Flight> flying_;
    std::vector<Flight> waiting_;  // ended, rising by end, with units that wait
    std::vector<Flight> brief_;    // started and ended at this instant
    std::vector<std::size_t> ending_;
};

}  // namespace weir::analysis::order
