// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/timeline.h"

#include <algorithm>

namespace weir::views {
namespace {

/// Sets every column in which a call with that mark begins, jumping over calls in columns already set.
void markColumns(const LaneStore& store, const Lane& lane, Mark mark, const TimeScale& scale,
                 std::vector<std::uint8_t>& columns) {
    const auto& marks = lane.marks[static_cast<std::size_t>(mark)];
    const auto startOf = [&](std::uint32_t i) { return store.calls()[lane.calls[i]].start; };
    for (auto at = marks.begin(); at != marks.end();) {
        const int column = scale.column(startOf(*at));
        if (column >= 0 && column < static_cast<int>(columns.size()))
            columns[static_cast<std::size_t>(column)] = 1;
        const TimeNs next = scale.time(column + 1);
        ++at;
        if (at != marks.end() && startOf(*at) < next) {
            at = std::lower_bound(at, marks.end(), next,
                                  [&](std::uint32_t i, TimeNs time) { return startOf(i) < time; });
        }
    }
}

}  // namespace

void Timeline::addFinding(int column, int severity) {
    if (column < 0 || column >= static_cast<int>(finding.size())) return;
    auto& now = finding[static_cast<std::size_t>(column)];
    now = std::max(now, static_cast<std::uint8_t>(severity));
}

Timeline timelineOf(const LaneStore& store, const TimeScale& scale) {
    const auto width = static_cast<std::size_t>(scale.width());
    Timeline line;
    line.rate.assign(width, 0);
    line.cold.assign(width, 0);
    line.failed.assign(width, 0);
    line.finding.assign(width, 0);
    const double seconds = scale.nsPerPixel() / static_cast<double>(kSecond);
    for (const auto& [place, track] : store.allArrivals()) {
        std::int64_t before = track.totalAt(scale.from());
        for (std::size_t x = 0; x < width; ++x) {
            const std::int64_t after = track.totalAt(scale.time(static_cast<double>(x) + 1));
            line.rate[x] += static_cast<float>(static_cast<double>(after - before) / seconds);
            before = after;
        }
    }
    // Few events in narrow columns look like grass; five neighbours give the level.
    std::vector<float> smooth(width, 0);
    for (std::size_t x = 0; x < width; ++x) {
        const std::size_t first = x < 2 ? 0 : x - 2;
        const std::size_t last = std::min(width, x + 3);
        float sum = 0;
        for (std::size_t i = first; i < last; ++i) sum += line.rate[i];
        smooth[x] = sum / static_cast<float>(last - first);
    }
    line.rate = std::move(smooth);
    for (const float rate : line.rate) line.peak = std::max(line.peak, rate);
    for (const Lane& lane : store.lanes()) {
        if (!lane.key.topic) continue;  // instances show the same calls
        markColumns(store, lane, Mark::Cold, scale, line.cold);
        markColumns(store, lane, Mark::Failed, scale, line.failed);
    }
    return line;
}

}  // namespace weir::views
