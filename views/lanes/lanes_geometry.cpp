// SPDX-License-Identifier: GPL-3.0-or-later
#include "lanes/lanes_painter.h"

#include <algorithm>
#include <cstdlib>

namespace weir::views {
namespace {

/// The more a call stands out, the rather a click means it.
int weight(const Call& call) {
    return (call.failed() ? 4 : 0) + (call.retry() ? 2 : 0) + (call.cold ? 1 : 0);
}

constexpr int kReach = 3;

}  // namespace

QRect barOf(const LanesScene& s, const LaneRow& row, const Lane& lane, std::size_t index) {
    const Call& call = s.store->calls()[lane.calls[index]];
    const int left = s.gutter + s.scale.column(call.start);
    int width = s.scale.column(call.endOr(s.now)) - s.scale.column(call.start);
    if (width > 4) --width;  // neighbours stay apart
    const int pad = s.layout->compact ? 2 : 5;
    const int top = s.axis + row.y - s.scroll + pad + lane.row[index] * (row.bar + 2);
    return {left, top, std::max(1, width), row.bar};
}

TimeNs initEnd(const Catalog& catalog, const Call& call, TimeNs now) {
    const TimeNs end = call.endOr(now);
    const auto* instance = catalog.instance(call.instance);
    if (instance == nullptr || !instance->ready) return end;
    return std::clamp(*instance->ready, call.start, end);
}

LaneFigures figures(const LanesScene& s, const LaneRow& row) {
    LaneFigures result;
    const Lane* lane = s.store->lane(row.key);
    if (lane == nullptr) return result;
    const auto [first, last] = s.store->range(*lane, s.scale.from(), s.scale.to());
    result.any = first < last;
    for (std::size_t m = 0; m < kMarks; ++m) {
        const auto& marks = lane->marks[m];
        const auto begin = std::lower_bound(marks.begin(), marks.end(), static_cast<std::uint32_t>(first));
        const auto end = std::lower_bound(begin, marks.end(), static_cast<std::uint32_t>(last));
        result.marks[m] = end - begin;
    }
    const TimeNs until = std::min(s.scale.to(), s.now);
    if (row.kind == LaneRow::Kind::Instance) {
        result.busy = s.store->busyShare(*lane, s.scale.from(), until, s.now);
    }
    return result;
}

const Call* callAt(const LanesScene& s, QPoint point) {
    if (point.x() < s.gutter || point.y() < s.axis) return nullptr;
    const int index = s.layout->rowAt(point.y() - s.axis + s.scroll);
    if (index < 0) return nullptr;
    const LaneRow& row = s.layout->rows[static_cast<std::size_t>(index)];
    const Lane* lane = row.head() ? nullptr : s.store->lane(row.key);
    if (lane == nullptr) return nullptr;
    const int x = point.x() - s.gutter;
    const auto [first, last] = s.store->range(*lane, s.scale.time(x - kReach), s.scale.time(x + kReach + 1));
    const bool dense = isDense(*s.store, *lane, s.scale, s.now);
    const Call* best = nullptr;
    int best_score = -1;
    for (std::size_t i = first; i < last; ++i) {
        const Call& call = s.store->calls()[lane->calls[i]];
        if (call.endOr(s.now) < s.scale.time(x - kReach)) continue;
        const QRect bar = barOf(s, row, *lane, i);
        if (!dense && (point.y() < bar.top() - 1 || point.y() > bar.bottom() + 1)) continue;
        const int distance = point.x() < bar.left()    ? bar.left() - point.x()
                             : point.x() > bar.right() ? point.x() - bar.right()
                                                       : 0;
        if (distance > kReach) continue;
        const int score = (dense ? weight(call) * 10 : 0) + kReach - distance;
        if (score > best_score) {
            best = &call;
            best_score = score;
        }
    }
    return best;
}

}  // namespace weir::views
