// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/batch_runs.h"

namespace weir::invoke {
void appendRun(std::vector<facts::EventRun>& runs, const facts::EventRun& run) {
    if (!runs.empty()) {
        facts::EventRun& last = runs.back();
        const bool follows = last.topic == run.topic && last.partition == run.partition &&
                             last.last + 1 == run.first &&
                             last.lastEvent().value + 1 == run.first_event.value;
        if (follows) {
            last.last = run.last;
            return;
        }
    }
    runs.push_back(run);
}

namespace {

void appendSlice(std::vector<facts::EventRun>& runs, const Slice& slice) {
    const RecordChunk& chunk = *slice.chunk;
    forEachRun(chunk, slice.from, slice.count, [&](std::uint32_t first, std::uint32_t last) {
        appendRun(runs, {chunk.topic(), chunk.partition(), chunk[first].offset, chunk[last].offset,
                         chunk.eventId(first)});
    });
}

}  // namespace

std::vector<facts::EventRun> runsOf(const Batch& batch) {
    std::vector<facts::EventRun> runs;
    for (const Slice& slice : batch.slices) appendSlice(runs, slice);
    return runs;
}

Place placeOf(const Batch& batch, std::uint32_t position) {
    for (const Slice& slice : batch.slices) {
        if (position < slice.count) return {slice.chunk.get(), slice.from + position};
        position -= slice.count;
    }
    return {};
}

facts::EventRun eventAt(const Batch& batch, std::uint32_t position) {
    const Place place = placeOf(batch, position);
    const std::int64_t offset = (*place.chunk)[place.index].offset;
    return {place.chunk->topic(), place.chunk->partition(), offset, offset,
            place.chunk->eventId(place.index)};
}

}  // namespace weir::invoke
