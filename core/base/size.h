// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

/// Reads `2GiB`, `500MB`, `1.5kB`, `64KiB`, `800B`: bytes, never negative. Nothing else.
[[nodiscard]] std::optional<std::int64_t> parseSize(std::string_view text) noexcept;

/// Writes a size exactly, in the largest unit that divides it.
[[nodiscard]] std::string sizeLiteral(std::int64_t bytes);

}  // namespace weir
