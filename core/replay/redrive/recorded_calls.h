// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "invoke/recorded_batches.h"
#include "journal/session_reader.h"
#include "replay/redrive/selection.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace weir::redrive {

/// What a function got in its calls, so that it can get it again.
struct RecordedCalls {
    std::string function;  ///< whose calls they are
    std::map<std::pair<std::string, std::int32_t>, std::shared_ptr<const invoke::RecordedBatches>> batches;
    std::int64_t count = 0;     ///< batches, over all partitions
    std::int64_t uncalled = 0;  ///< chosen events that no call had
    std::int64_t repeated = 0;  ///< deliveries left out because an earlier call had the event
};

/// The calls of a function with the chosen events, in the order in which they began: each event once, in the
/// first call that had it; a call with events of several partitions becomes a batch for each. Events that no
/// call had leave the selection. `function` is the one whose calls count; when `exact` is false and the
/// session has none with that name, the only one that got any of the events.
Result<RecordedCalls> recordedCalls(journal::SessionReader& reader, Selection& selection,
                                    const std::string& function, bool exact);

}  // namespace weir::redrive
