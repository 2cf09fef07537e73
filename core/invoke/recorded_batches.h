// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "invoke/batch_parts.h"
#include "invoke/lane_queue.h"
#include "journal/facts.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace weir::invoke {

/// The batches of one partition as they once were, in the order in which they are to be sent. Each offset
/// stands in one batch at most.
struct RecordedBatches {
    struct Run {
        std::int64_t first = 0, last = 0;  ///< offsets, inclusive
    };
    struct One {
        std::size_t runs_end =
            0;  ///< its runs end before this place of `runs`, and begin where the last one's end
        facts::ClosedBy closed_by = facts::ClosedBy::Size;
    };
    std::vector<Run> runs;
    std::vector<One> batches;
};

/// Forms these batches and no others, in their order: a batch may be sent once all of its records have come
/// that still come, and, with `by_key`, no batch that is out holds one of its keys. Records that stand in no
/// batch are kept for ever. Records come in rising offsets, so what was passed over comes no more.
[[nodiscard]] std::unique_ptr<LaneQueue> makeRecordedQueue(WireSize wire_size,
                                                           std::shared_ptr<const RecordedBatches> batches,
                                                           bool by_key);

}  // namespace weir::invoke
