// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/lineage/lineage.h"

#include <cstddef>
#include <set>

namespace weir::views {

/// What of a lineage had not happened yet at an instant: the cursor of Replay. Indexes into its events and
/// calls.
struct LineageLater {
    std::set<std::size_t> events;  ///< neither written nor arrived
    std::set<std::size_t> calls;   ///< not started
    std::set<std::size_t> open;    ///< calls that had started and not ended
    std::set<std::size_t> kept;    ///< events that were lost only afterwards

    bool operator==(const LineageLater&) const = default;
};

/// An event or a call of which no instant is known counts as one that had happened.
[[nodiscard]] LineageLater laterThan(const analysis::Lineage& lineage, TimeNs at);

}  // namespace weir::views
