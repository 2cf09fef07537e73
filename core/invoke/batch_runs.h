// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "invoke/target.h"
#include "journal/facts.h"

#include <cstdint>
#include <vector>

namespace weir::invoke {

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
