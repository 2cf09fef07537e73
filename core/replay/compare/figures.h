// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "replay/compare/compare.h"

namespace weir::compare {

/// Two distributions side by side.
[[nodiscard]] Measure measured(std::string what, const Histogram& a, const Histogram& b);
/// Whether two shares differ by more than chance would let them, at 1 %.
[[nodiscard]] bool sharesDiffer(std::int64_t some_a, std::int64_t all_a, std::int64_t some_b,
                                std::int64_t all_b);
/// Calls and times of a function in both sessions.
void addFigures(const analysis::CallStats& a, const analysis::CallStats& b, FunctionPair& pair);

}  // namespace weir::compare
