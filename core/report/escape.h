// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

/// Makes text of a session harmless where it is put. All take any bytes: what is not UTF-8, control
/// characters and those that turn the direction of writing become U+FFFD.
namespace weir::report {

/// Harmless characters, not yet escaped.
[[nodiscard]] std::string plain(std::string_view text);
/// For HTML, SVG and XML, in text and in attributes in double quotes.
[[nodiscard]] std::string markup(std::string_view text);
/// A field of a CSV file. What a spreadsheet would take for a formula gets an apostrophe before it.
[[nodiscard]] std::string csvField(std::string_view text);

}  // namespace weir::report
