// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/timeline.h"

#include <algorithm>
#include <cmath>

namespace weir::views {
namespace {

/// Sets every column from `from` on in which a call with that mark begins, jumping over calls in columns
/// already set.
void markColumns(const LaneStore& store, const Lane& lane, Mark mark, TimeNs from, const TimeScale& scale,
                 std::vector<std::uint8_t>& columns) {
    const auto& marks = lane.marks[static_cast<std::size_t>(mark)];
    const auto startOf = [&](std::uint32_t i) { return store.calls()[lane.calls[i]].start; };
    const auto firstFrom = [&](auto at, TimeNs time) {
        return std::lower_bound(at, marks.end(), time,
                                [&](std::uint32_t i, TimeNs t) { return startOf(i) < t; });
    };
    for (auto at = firstFrom(marks.begin(), from); at != marks.end();) {
        const int column = scale.column(startOf(*at));
        if (column >= 0 && column < static_cast<int>(columns.size()))
            columns[static_cast<std::size_t>(column)] = 1;
        at = firstFrom(at + 1, scale.time(column + 1));
    }
}

/// Events per column, spread evenly over the columns that a bucket touches.
void spread(const journal::RollupRow& row, double events, const TimeScale& scale, std::vector<float>& into) {
    const double first = scale.x(row.start);
    const double last = std::max(first + 1e-6, scale.x(row.start + row.width));
    const auto width = static_cast<double>(into.size());
    for (double x = std::max(0.0, std::floor(first)); x < std::min(width, last); ++x) {
        const double share = (std::min(last, x + 1) - std::max(first, x)) / (last - first);
        into[static_cast<std::size_t>(x)] += static_cast<float>(events * std::max(0.0, share));
    }
}

void addRollups(const std::vector<journal::RollupRow>& rollups, const TimeScale& scale, Timeline& line) {
    using journal::RollupCount;
    for (const journal::RollupRow& row : rollups) {
        spread(row, static_cast<double>(row.cell.counts[RollupCount::Events]), scale, line.rate);
        const int column = scale.column(row.start + row.width / 2);
        if (column < 0 || column >= scale.width()) continue;
        const auto at = static_cast<std::size_t>(column);
        if (row.cell.counts[RollupCount::ColdStarts] > 0) line.cold[at] = 1;
        std::int64_t failed = 0;
        for (const auto outcome : {facts::Outcome::Partial, facts::Outcome::Error, facts::Outcome::Timeout,
                                   facts::Outcome::Throttled, facts::Outcome::Crashed})
            failed += row.cell.counts.outcome(outcome);
        if (failed > 0) line.failed[at] = 1;
    }
}

}  // namespace

void Timeline::addFinding(int column, int severity) {
    if (column < 0 || column >= static_cast<int>(finding.size())) return;
    auto& now = finding[static_cast<std::size_t>(column)];
    now = std::max(now, static_cast<std::uint8_t>(severity));
}

Timeline timelineOf(const std::vector<journal::RollupRow>& rollups, const LaneStore& store,
                    const TimeScale& scale) {
    const auto width = static_cast<std::size_t>(scale.width());
    Timeline line;
    line.rate.assign(width, 0);
    line.cold.assign(width, 0);
    line.failed.assign(width, 0);
    line.finding.assign(width, 0);
    const double seconds = scale.nsPerPixel() / static_cast<double>(kSecond);
    addRollups(rollups, scale, line);
    const TimeNs known = rollups.empty() ? scale.from() : rollups.back().start + rollups.back().width;
    const auto first = static_cast<std::size_t>(std::clamp(scale.column(known), 0, scale.width()));
    for (const auto& [place, track] : store.allArrivals()) {
        std::int64_t before = track.totalAt(std::max(known, scale.from()) - 1);
        for (std::size_t x = first; x < width; ++x) {
            const std::int64_t after = track.totalAt(scale.time(static_cast<double>(x) + 1));
            line.rate[x] += static_cast<float>(after - before);
            before = after;
        }
    }
    for (float& rate : line.rate) rate = static_cast<float>(static_cast<double>(rate) / seconds);
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
        markColumns(store, lane, Mark::Cold, known, scale, line.cold);
        markColumns(store, lane, Mark::Failed, known, scale, line.failed);
    }
    return line;
}

}  // namespace weir::views
