// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "filter/filter.h"
#include "filter/lexer.h"

#include <optional>
#include <string>
#include <vector>

namespace weir::filter {

/// Something that the grammar takes at a place: what an error lists and completion offers.
struct Expectation {
    enum class Type { Field, Operator, Connective, Bracket, Value, HeaderName, PathStep, Literal };
    Type type = Type::Field;
    std::string text;  ///< to insert; of Literal: in words what is expected
    std::string help;
    FieldId field = FieldId::Event;  ///< of Value, PathStep
    std::vector<PathStep> path;      ///< of PathStep: before it
};

struct ParseResult {
    NodePtr root;  ///< null with an error, or when there is nothing
    std::optional<ParseError> error;
    std::vector<Expectation> expected;  ///< where the parser stopped
};

/// Parses tokens, of which the last is End; `text` is what they were cut from.
[[nodiscard]] ParseResult parseTokens(std::string_view text, const std::vector<Token>& tokens);

}  // namespace weir::filter
