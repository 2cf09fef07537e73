// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "filter/ast.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir::filter {

/// Why a text is no filter. `at` and `length` count bytes of the text.
struct ParseError {
    std::size_t at = 0;
    std::size_t length = 0;             ///< of what is wrong; 0 at the end of the text
    std::string message;                ///< one sentence, without the place
    std::vector<std::string> expected;  ///< what could stand there
    std::string nearest;                ///< a known name that may have been meant; empty: none

    /// With the place, the text and a mark below the character.
    [[nodiscard]] Error toError(std::string_view text) const;
};

/// A filter for events, invocations and findings: what docs/filters.md describes, as an immutable value that
/// is cheap to copy. Any thread.
class Filter {
  public:
    /// Matches everything.
    Filter() = default;
    /// Empty text and blanks match everything.
    static tl::expected<Filter, ParseError> parse(std::string_view text);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] bool matchesAll() const noexcept { return root_ == nullptr; }
    /// Null when it matches everything.
    [[nodiscard]] const NodePtr& root() const noexcept { return root_; }

  private:
    std::string text_;
    NodePtr root_;
};

}  // namespace weir::filter
