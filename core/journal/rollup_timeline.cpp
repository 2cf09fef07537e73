// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/rollup_timeline.h"

namespace weir::journal {
namespace {

constexpr std::size_t kTop = kRollupWidths.size() - 1;

TimeNs startOf(TimeNs time, std::size_t level) {
    return time - time % kRollupWidths[level];
}

}  // namespace

RollupCell& RollupTimeline::at(TimeNs time, const Emit& emit) {
    Level& finest = levels_[0];
    if (finest.open && time >= finest.start + kRollupWidths[0]) close(0, emit);
    if (!finest.open) {
        finest.open = true;
        finest.start = startOf(time, 0);
    }
    return finest.cell;
}

RollupTimeline::Level& RollupTimeline::above(std::size_t level, const Emit& emit) {
    const TimeNs start = startOf(levels_[level].start, level + 1);
    Level& up = levels_[level + 1];
    if (up.open && up.start != start) close(level + 1, emit);
    up.open = true;
    up.start = start;
    return up;
}

void RollupTimeline::refine(std::size_t level, Level& bucket, std::int64_t weight, const Emit& emit) {
    if (bucket.refined || weight < kRollupRefineFrom) return;
    bucket.refined = true;
    for (const auto& [start, cell] : bucket.held) emit(level - 1, start, false, cell);
    bucket.held.clear();
}

void RollupTimeline::close(std::size_t level, const Emit& emit) {
    Level& done = levels_[level];
    if (level == kTop) {
        emit(level, done.start, done.refined, done.cell);
    } else {
        Level& up = above(level, emit);
        up.cell.merge(done.cell);
        refine(level + 1, up, up.cell.counts.weight(), emit);
        if (up.refined) {
            emit(level, done.start, done.refined, done.cell);
        } else {
            up.held.emplace_back(done.start, std::move(done.cell));
        }
    }
    done = Level{};
}

void RollupTimeline::emitOpen(const Emit& emit) {
    if (!levels_[0].open) return;
    RollupCell soFar = levels_[0].cell;
    for (std::size_t level = 0; level < kTop; ++level) {
        Level& up = above(level, emit);
        RollupCell whole = up.cell;
        whole.merge(soFar);
        refine(level + 1, up, whole.counts.weight(), emit);
        if (up.refined) emit(level, levels_[level].start, levels_[level].refined, soFar);
        soFar = std::move(whole);
    }
    emit(kTop, levels_[kTop].start, levels_[kTop].refined, soFar);
}

}  // namespace weir::journal
