// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::journal {

using StoredHeaders = std::vector<std::pair<std::string, std::optional<std::string>>>;

/// Reads headers as a session stores them, `[["name","value"],…]`, back into bytes. What is not of that shape
/// is left out; empty text means no headers.
[[nodiscard]] StoredHeaders parseHeaders(std::string_view json);

/// The CloudEvents type among stored headers (`ce_type`), or empty.
[[nodiscard]] std::string cloudEventType(std::string_view json);

}  // namespace weir::journal
