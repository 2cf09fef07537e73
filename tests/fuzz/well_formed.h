// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Small judges of what a report is written in. They know what reports use, not all of the standards.
namespace weir::fuzz {

/// UTF-8 without control characters but line ends and tabs, and without what XML refuses.
[[nodiscard]] bool isCleanText(std::string_view text);
/// XML: one declaration, tags that close each other, attributes in double quotes, known entities.
[[nodiscard]] bool isXml(std::string_view text);
/// HTML: nothing opens a tag that would run, load or leave the page, and no attribute is an event handler.
[[nodiscard]] bool hasKnownTags(std::string_view html);

/// Fields of RFC 4180, unquoted; nothing: it is none.
[[nodiscard]] std::optional<std::vector<std::vector<std::string>>> csvRows(std::string_view text);
[[nodiscard]] bool isNumber(std::string_view cell);
/// Whether a spreadsheet would take it for one.
[[nodiscard]] bool isFormula(std::string_view cell);

}  // namespace weir::fuzz
