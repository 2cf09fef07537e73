// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "replay/compare/compare.h"

#include <string>
#include <string_view>
#include <vector>

namespace weir::compare {

/// What differs between two values: field by field where both are JSON, else as a whole. Fields of `ignore`
/// and what is in them do not count. Empty: nothing that counts.
[[nodiscard]] std::vector<FieldChange> changesOf(std::string_view a, std::string_view b,
                                                 const std::vector<std::string>& ignore);

}  // namespace weir::compare
