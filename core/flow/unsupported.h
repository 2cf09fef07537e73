// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/flow.h"
#include "flow/problem.h"

#include <vector>

namespace weir::flow {

/// What a valid flow asks for and this version cannot run yet. Disabled triggers ask for nothing. Use
/// problemsError(ErrorCode::Unsupported, …) to refuse the flow.
[[nodiscard]] std::vector<Problem> notYetSupported(const Flow& flow);

}  // namespace weir::flow
