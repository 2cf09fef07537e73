// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "replay/moment.h"

#include <cstdint>

namespace weir::views {

/// The cursor of Replay as the other views see it: what had happened. Rows behind it stay where they are and
/// are quiet, figures end there, and the row at it is marked.
struct AsOf {
    TimeNs at = 0;              ///< its instant; before everything: before the session's first
    replay::Position position;  ///< exactly
    EventId last_event;         ///< the newest that had arrived; events count from 1 as they arrive
    std::int64_t last_log = 0;  ///< the newest line of the log

    bool operator==(const AsOf&) const = default;
};

/// How a row stands to the cursor.
enum class RowTime { Past, Cursor, Future };

}  // namespace weir::views
