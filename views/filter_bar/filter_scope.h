// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/catalog.h"
#include "session/selection.h"

#include <string>

namespace weir::views {

/// What is chosen as a filter that asks for the same: `topic == "bids" && partition == 3`. Empty: all.
[[nodiscard]] std::string scopeFilter(const Choice& choice, const Catalog& catalog);

/// Both filters at once; each may be empty.
[[nodiscard]] std::string bothFilters(const std::string& a, const std::string& b);

/// Bytes as a literal of the filter language.
[[nodiscard]] std::string filterLiteral(std::string_view bytes);

}  // namespace weir::views
