// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "filter/ast.h"

#include <algorithm>
#include <string>
#include <string_view>

/// Tests on text, which is compared byte by byte.
namespace weir::filter {

[[nodiscard]] inline int sign(int v) {
    return v < 0 ? -1 : v > 0 ? 1 : 0;
}

/// Whether an order (−1, 0, 1) is what the operator asks for.
[[nodiscard]] inline bool fits(Op op, int order) {
    switch (op) {
        case Op::Equal:
            return order == 0;
        case Op::NotEqual:
            return order != 0;
        case Op::Less:
            return order < 0;
        case Op::LessEqual:
            return order <= 0;
        case Op::Greater:
            return order > 0;
        default:
            return order >= 0;
    }
}

[[nodiscard]] inline const std::string& textOf(const Literal& literal) {
    return std::get<std::string>(literal);
}

/// Judges a test whose literals are texts on a text that is there.
[[nodiscard]] inline bool textHolds(const Test& test, std::string_view text) {
    switch (test.op) {
        case Op::Exists:
            return true;
        case Op::Contains:
            return text.find(textOf(test.items.front().from)) != std::string_view::npos;
        case Op::StartsWith:
            return text.starts_with(textOf(test.items.front().from));
        case Op::EndsWith:
            return text.ends_with(textOf(test.items.front().from));
        case Op::Matches:
            return test.pattern->foundIn(text);
        case Op::In:
            return std::any_of(test.items.begin(), test.items.end(), [&](const Item& item) {
                if (!item.to) return text == textOf(item.from);
                return text >= textOf(item.from) && text <= textOf(*item.to);
            });
        default:
            return fits(test.op, sign(text.compare(textOf(test.items.front().from))));
    }
}

}  // namespace weir::filter
