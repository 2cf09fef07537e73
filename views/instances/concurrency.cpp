// SPDX-License-Identifier: GPL-3.0-or-later
#include "instances/concurrency.h"

#include "lanes/lane_columns.h"

#include <algorithm>
#include <cmath>

namespace weir::views {
namespace {

constexpr std::size_t kDenseFrom = 2;  ///< calls of a lane for each pixel

/// Counts what is there between two instants per column, without looking at each pixel twice.
class Steps {
  public:
    Steps(const TimeScale& scale) : scale_(scale), change_(static_cast<std::size_t>(scale.width()) + 1, 0) {}

    void add(TimeNs from, TimeNs to) {
        if (to < scale_.from() || from > scale_.to()) return;
        const int first = std::clamp(scale_.column(from), 0, scale_.width() - 1);
        const int last = std::clamp(scale_.column(to), first, scale_.width() - 1);
        ++change_[static_cast<std::size_t>(first)];
        --change_[static_cast<std::size_t>(last) + 1];
    }

    [[nodiscard]] std::vector<int> counts() const {
        std::vector<int> result(change_.size() - 1, 0);
        int now = 0;
        for (std::size_t i = 0; i < result.size(); ++i) result[i] = now += change_[i];
        return result;
    }

  private:
    const TimeScale& scale_;
    std::vector<int> change_;
};

}  // namespace

Concurrency concurrencyOf(const Catalog& catalog, const LaneStore& store, FunctionId function,
                          const TimeScale& scale, TimeNs now) {
    Concurrency result;
    Steps alive(scale);
    // A lane holds one call at a time, or few: what counts is how many lanes are busy in a pixel.
    result.running.assign(static_cast<std::size_t>(scale.width()), 0);
    std::vector<double> mean;  // of lanes with too many calls to count
    for (const Lane& lane : store.lanes()) {
        if (!lane.key.topic || (function && lane.key.function != function)) continue;
        const auto [first, last] = store.range(lane, scale.from(), scale.to());
        if (last - first > kDenseFrom * result.running.size()) {
            // More calls than one could count: the sums of the lane say how busy it was in each pixel.
            const std::vector<Column> busy = columns(store, lane, scale, now);
            result.averaged = true;
            mean.resize(result.running.size(), 0);
            for (std::size_t x = 0; x < busy.size(); ++x)
                mean[x] += busy[x].busy < 1 ? static_cast<double>(busy[x].busy) : lane.rows();
            continue;
        }
        Steps running(scale);
        int column = -1;
        for (std::size_t i = first; i < last; ++i) {
            const Call& call = store.calls()[lane.calls[i]];
            // Many short calls in one pixel are one at a time, not many at once.
            const int end = scale.column(call.endOr(now));
            if (end == column && scale.column(call.start) == column) continue;
            column = end;
            running.add(call.start, call.endOr(now));
        }
        const std::vector<int> counts = running.counts();
        const int most = lane.rows();
        for (std::size_t x = 0; x < counts.size(); ++x) result.running[x] += std::min(counts[x], most);
    }
    for (std::size_t x = 0; x < mean.size(); ++x) result.running[x] += static_cast<int>(std::ceil(mean[x]));
    for (const auto& instance : catalog.instances) {
        if (function && instance.function != function) continue;
        alive.add(instance.started, instance.ended.value_or(now));
    }
    for (const auto& f : catalog.functions) {
        if (!function || f.id == function) result.limit += f.concurrency;
    }
    result.alive = alive.counts();
    // Lanes that were busy one after the other within a pixel were not all busy at once: an instance runs one
    // call at a time.
    for (std::size_t x = 0; x < result.running.size(); ++x) {
        if (result.alive[x] > 0) result.running[x] = std::min(result.running[x], result.alive[x]);
    }
    for (const int count : result.running) result.peak = std::max(result.peak, count);
    return result;
}

}  // namespace weir::views
