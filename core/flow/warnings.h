// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/flow.h"
#include "flow/problem.h"

#include <vector>

namespace weir::flow {

/// What a flow that can be run asks for and will not get as it may be meant. For people; it stops nothing.
[[nodiscard]] std::vector<Problem> warnings(const Flow& flow);

}  // namespace weir::flow
