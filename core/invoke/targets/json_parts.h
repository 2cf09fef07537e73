// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Taking JSON text apart without rewriting it: what a function answered goes on byte for byte, with its
/// numbers, its order of members and its spacing.
namespace weir::invoke::json {

/// Checks that the text is one JSON value in UTF-8, without NaN, Infinity and lone surrogates.
Status validate(std::string_view text);

// All below need valid JSON; what they give are views into it.

[[nodiscard]] std::string_view trim(std::string_view text);
/// The elements of an array.
[[nodiscard]] std::vector<std::string_view> elements(std::string_view array);

struct Member {
    std::string name;
    std::string_view value;
};
/// The members of an object, in their order.
[[nodiscard]] std::vector<Member> members(std::string_view object);

/// True for the content types of JSON, in any case and with any parameters, and for none at all.
[[nodiscard]] bool isContentType(std::string_view content_type);

/// The text of a JSON string; nothing when the value is of another type.
[[nodiscard]] std::optional<std::string> stringValue(std::string_view value);
[[nodiscard]] std::optional<std::int64_t> integerValue(std::string_view value);

}  // namespace weir::invoke::json
