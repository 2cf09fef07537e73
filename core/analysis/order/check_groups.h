// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/session_check.h"

#include <cstdint>
#include <set>
#include <vector>

namespace weir::analysis::order {

/// Findings that a person reads as one: of one kind, severity and cause, of one function in one topic.
struct FindingGroup {
    Finding worst;  ///< the one with the most between it and what overtook it, or the latest; else the first
    std::int64_t worst_offset = 0;  ///< the unit in it
    std::int64_t units = 0;
    std::set<std::int32_t> partitions;
    TimeNs first_at = 0, last_at = 0;
};

/// In the order of kinds, errors first, then by function, topic and cause.
[[nodiscard]] std::vector<FindingGroup> groupsOf(const std::vector<Finding>& findings);

}  // namespace weir::analysis::order
