// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "invoke/target.h"
#include "journal/facts.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

namespace weir::invoke {

/// Calls `visit(first, last)` with the indexes of each run of offsets without a hole, among `count` records
/// of a chunk from index `from` on.
template <typename Visit>
void forEachRun(const RecordChunk& chunk, std::uint32_t from, std::uint32_t count, Visit visit) {
    if (count == 0) return;
    const auto runs = chunk.runs();
    const std::uint32_t end = from + count;
    const auto after =
        std::upper_bound(runs.begin(), runs.end(), from,
                         [](std::uint32_t index, const OffsetRun& run) { return index < run.first_index; });
    for (auto run = std::prev(after); from < end; ++run) {
        const auto size = static_cast<std::uint32_t>(run->last_offset - run->first_offset + 1);
        const std::uint32_t last = std::min(end, run->first_index + size) - 1;
        visit(from, last);
        from = last + 1;
    }
}

/// The events of a batch as runs, in the order in which they are sent.
[[nodiscard]] std::vector<facts::EventRun> runsOf(const Batch& batch);

/// Adds a run, to the last one when it follows there.
void appendRun(std::vector<facts::EventRun>& runs, const facts::EventRun& run);

/// The event at a position of the batch, which must be below its count.
[[nodiscard]] facts::EventRun eventAt(const Batch& batch, std::uint32_t position);

/// The slice and index in its chunk of the event at a position of the batch.
struct Place {
    const RecordChunk* chunk = nullptr;
    std::uint32_t index = 0;
};
[[nodiscard]] Place placeOf(const Batch& batch, std::uint32_t position);

}  // namespace weir::invoke
