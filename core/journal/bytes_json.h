// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/record.h"

#include <span>
#include <string>
#include <string_view>

namespace weir::journal {

/// True when the bytes are UTF-8 without a NUL, what SQLite's TEXT and its tools can show whole.
[[nodiscard]] bool isPlainText(std::string_view bytes) noexcept;

/// Appends bytes as text facts hold them: a JSON string, `{"base64":"…"}` when they are not UTF-8, or null.
void appendBytesJson(std::string& out, Bytes bytes);

/// Appends headers as text facts hold them: `[["name","value"],…]`.
void appendHeadersJson(std::string& out, std::span<const Header> headers);

/// Appends text for people as a JSON string; bytes that are not UTF-8 become U+FFFD.
void appendTextJson(std::string& out, std::string_view text);

}  // namespace weir::journal
