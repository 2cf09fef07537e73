// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir::filter {

struct Token {
    enum class Type {
        Word,    ///< a name, a keyword or a bare word
        String,  ///< in quotes; `text` is what it means
        Number,  ///< a numeral with its unit, an ISO time, with a sign if there is one
        Symbol,  ///< an operator or bracket
        Bad,     ///< `text` says what is wrong
        End,
    };
    Type type = Type::End;
    std::size_t at = 0;
    std::size_t length = 0;
    std::string text;
    bool open = false;    ///< a string without its closing quote
    bool spaced = false;  ///< white space stands before it
};

/// Cuts a filter into tokens; never fails, what is wrong becomes a Bad token. The last one is End.
[[nodiscard]] std::vector<Token> tokenize(std::string_view text);

}  // namespace weir::filter
