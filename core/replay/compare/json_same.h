// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::compare {

/// Whether two JSON texts are the same but for fields of `ignore` and what is in them. Walks through both at
/// once without building anything, as a function writes its fields in one order nearly always. False also
/// where that does not tell, such as fields in another order or what may be no JSON: see changesOf().
[[nodiscard]] bool sameJson(std::string_view a, std::string_view b, const std::vector<std::string>& ignore);

}  // namespace weir::compare
