// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/problem.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace weir::flow {

/// Keeps the order of the file, so that functions stand in it as their author wrote them.
using Json = nlohmann::ordered_json;

/// Reads JSON. A syntax error is one problem with line and column, and nothing is returned; keys that stand
/// twice are problems too. Depth and the number of members are limited, so that no file takes long.
std::optional<Json> parseJson(std::string_view text, std::vector<Problem>& problems);

}  // namespace weir::flow
