// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// Percent-encodes all but letters, digits and `-_.~`.
[[nodiscard]] std::string percentEncoded(std::string_view text, bool keep_slashes = false);

}  // namespace weir
