// SPDX-License-Identifier: GPL-3.0-or-later
#include "lanes/lane_columns.h"

#include <algorithm>
#include <cmath>

namespace weir::views {
namespace {

constexpr double kNarrowest = 3;
constexpr std::size_t kSamples = 65;

/// The first mark at or after call `i`.
std::size_t firstMark(const std::vector<std::uint32_t>& marks, std::size_t i) {
    return static_cast<std::size_t>(
        std::lower_bound(marks.begin(), marks.end(), static_cast<std::uint32_t>(i)) - marks.begin());
}

}  // namespace

bool isDense(const LaneStore& store, const Lane& lane, const TimeScale& scale, TimeNs now) {
    const auto [first, last] = store.range(lane, scale.from(), scale.to());
    const std::size_t count = last - first;
    if (count < 8) return false;
    std::vector<double> widths;
    const std::size_t step = std::max<std::size_t>(1, count / kSamples);
    for (std::size_t i = first; i < last; i += step) {
        const Call& call = store.calls()[lane.calls[i]];
        widths.push_back(static_cast<double>(call.endOr(now) - call.start) / scale.nsPerPixel());
    }
    const auto middle = widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2);
    std::nth_element(widths.begin(), middle, widths.end());
    return *middle < kNarrowest;
}

std::vector<Column> columns(const LaneStore& store, const Lane& lane, const TimeScale& scale, TimeNs now) {
    const auto width = static_cast<std::size_t>(scale.width());
    std::vector<Column> result(width);
    const double pixel = scale.nsPerPixel();

    // Time busy of calls that began left of the view, or before a pixel, runs over into the next ones.
    double carried = 0;
    const auto [first, last] = store.range(lane, scale.from(), scale.to());
    std::size_t i = store.firstStartingAt(lane, scale.from());
    for (std::size_t c = first; c < i; ++c) {
        const Call& call = store.calls()[lane.calls[c]];
        carried += static_cast<double>(std::max<DurationNs>(0, call.endOr(now) - scale.from()));
    }
    std::size_t step = 0;  // a pixel holds about as many calls as the one before
    for (std::size_t x = 0; x < width; ++x) {
        const std::size_t next =
            store.firstStartingAt(lane, scale.time(static_cast<double>(x) + 1), i + step);
        step = next - i;
        double busy = carried + static_cast<double>(lane.busy[next] - lane.busy[i]);
        for (std::size_t c = i; c < next && next - i <= 4; ++c) {
            const Call& call = store.calls()[lane.calls[c]];
            if (call.open()) busy += static_cast<double>(call.endOr(now) - call.start);
        }
        result[x].busy = static_cast<float>(std::min(1.0, busy / pixel));
        carried = std::max(0.0, busy - pixel);
        i = next;
    }

    for (int m = 0; m < kMarks; ++m) {
        const auto& marks = lane.marks[static_cast<std::size_t>(m)];
        for (std::size_t k = firstMark(marks, first); k < marks.size() && marks[k] < last;) {
            const Call& call = store.calls()[lane.calls[marks[k]]];
            const int from = std::max(0, scale.column(call.start));
            const int until = std::min(scale.width() - 1, scale.column(call.endOr(now)));
            for (int x = from; x <= until; ++x) {
                result[static_cast<std::size_t>(x)].marks |= static_cast<std::uint8_t>(1 << m);
            }
            // Further marks within this pixel show nothing new.
            const std::size_t after =
                store.firstStartingAt(lane, scale.time(std::max(from, 0) + 1), marks[k]);
            k = std::max(k + 1, firstMark(marks, after));
        }
    }
    return result;
}

std::vector<std::int64_t> backlogColumns(const LaneStore& store, const Lane& lane, const TimeScale& scale,
                                         TimeNs now) {
    std::vector<std::int64_t> result(static_cast<std::size_t>(scale.width()), 0);
    const ArrivalTrack* track = store.arrivals(lane.key.topic, lane.key.partition);
    if (track == nullptr) return result;
    std::size_t i = store.firstStartingAt(lane, scale.from());
    std::size_t arrived = 0, step = 0, arrivals = 0;
    for (std::size_t x = 0; x < result.size(); ++x) {
        const TimeNs begin = scale.time(static_cast<double>(x));
        if (begin > now) break;
        const TimeNs end = scale.time(static_cast<double>(x) + 1) - 1;
        const std::int64_t started = std::max(i == 0 ? 0 : lane.started[i - 1], track->first_offset);
        const std::size_t before = arrived;
        arrived = track->countAt(end, arrived + arrivals);
        arrivals = x == 0 ? 0 : arrived - before;
        const std::int64_t next = arrived == 0 ? track->first_offset : track->next[arrived - 1];
        result[x] = std::max<std::int64_t>(0, next - started);
        const std::size_t next_call = store.firstStartingAt(lane, end + 1, i + step);
        step = next_call - i;
        i = next_call;
    }
    return result;
}

std::vector<std::int64_t> arrivalColumns(const ArrivalTrack& track, const TimeScale& scale) {
    std::vector<std::int64_t> result(static_cast<std::size_t>(scale.width()), 0);
    std::size_t arrived = track.countAt(scale.from() - 1, 0);
    const auto totalBy = [&track](std::size_t count) { return count == 0 ? 0 : track.total[count - 1]; };
    std::int64_t before = totalBy(arrived);
    for (std::size_t x = 0; x < result.size(); ++x) {
        arrived = track.countAt(scale.time(static_cast<double>(x) + 1) - 1, arrived);
        const std::int64_t total = totalBy(arrived);
        result[x] = total - before;
        before = total;
    }
    return result;
}

}  // namespace weir::views
