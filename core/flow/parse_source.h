// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/parts.h"

#include <string>

namespace weir::flow {

/// Where a trigger's events come from: its `topics`, `http` or `range`, of which it must have one.
[[nodiscard]] SourceSpec readSource(const ObjectReader& trigger, const std::string& trigger_place);

}  // namespace weir::flow
