// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/filter.h"

#include "base/text.h"
#include "filter/parser.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::filter {
namespace {

constexpr std::size_t kShown = 60;  // bytes of the filter on either side of the mark

/// Characters, not bytes, so that the mark stands where the eye looks.
std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }));
}

bool isInside(std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0u) == 0x80u;
}

}  // namespace

Error ParseError::toError(std::string_view text) const {
    std::string say = fmt::format("The filter is wrong at character {}: {}.",
                                  width(text.substr(0, std::min(at, text.size()))) + 1, message);
    std::size_t from = at > kShown ? at - kShown : 0;
    while (isInside(text, from)) ++from;
    std::size_t to = std::min(text.size(), at + kShown);
    while (isInside(text, to)) ++to;
    std::string hint = terminalSafe(text.substr(from, to - from));
    const std::size_t marks = std::max<std::size_t>(1, width(text.substr(at, std::min(length, to - at))));
    hint += "\n  " + std::string(width(text.substr(from, at - from)), ' ') + std::string(marks, '^');
    if (!nearest.empty()) {
        hint += fmt::format("\n  Did you mean {}?", nearest);
    } else if (!expected.empty()) {
        hint += "\n  Expected: ";
        for (std::size_t i = 0; i < expected.size(); ++i) {
            hint += (i == 0 ? "" : i + 1 == expected.size() ? " or " : ", ") + expected[i];
        }
    }
    return {ErrorCode::Usage, std::move(say), std::move(hint)};
}

tl::expected<Filter, ParseError> Filter::parse(std::string_view text) {
    ParseResult result = parseTokens(text, tokenize(text.substr(0, text.size())));
    if (result.error) return tl::unexpected<ParseError>(std::move(*result.error));
    Filter filter;
    filter.text_ = text;
    filter.root_ = std::move(result.root);
    return filter;
}

}  // namespace weir::filter
