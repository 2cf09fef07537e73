// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weir {

/// Groups of three with U+202F, for people: `72 990`.
[[nodiscard]] std::string formatCount(std::int64_t count);

/// `164 bytes`, `1.24 kB`, `412 MB`: decimal units, three significant digits, U+00A0 before the unit.
[[nodiscard]] std::string formatSize(std::int64_t bytes);

[[nodiscard]] bool isUtf8(std::string_view text) noexcept;

/// Makes text safe for a terminal: control characters and broken UTF-8 become U+FFFD, line ends and tabs
/// spaces.
[[nodiscard]] std::string terminalSafe(std::string_view text);

/// Appends `text` as a JSON string with its quotes. `text` must be UTF-8.
void appendJsonString(std::string& out, std::string_view text);

/// Appends base64 (RFC 4648, with padding).
void appendBase64(std::string& out, std::string_view bytes);
/// Decodes base64 with padding; false leaves `out` unspecified.
[[nodiscard]] bool decodeBase64(std::string_view text, std::string& out);

/// The candidate nearest to `word` by edit distance, or empty when none is near enough to be meant.
[[nodiscard]] std::string_view nearestWord(std::string_view word,
                                           std::span<const std::string_view> candidates);

}  // namespace weir
