// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "filter/ast.h"
#include "filter/interval_set.h"
#include "filter/names.h"

#include <vector>

namespace weir::filter {

/// A filter's tree for one session: names became ids, words and times numbers. A test on what is a number
/// asks whether the value is in `numbers`; an absent value is in no set.
struct Bound {
    Node::Type type = Node::Type::Test;
    std::vector<Bound> children;
    const Test* test = nullptr;  ///< of the tree that was bound, which must live on
    IntervalSet numbers;
    unsigned scopes = 0;
};

/// Whether a field's test is one on numbers, once bound; the others are on text and JSON.
[[nodiscard]] bool isNumeric(FieldId field);

[[nodiscard]] Bound bind(const Node& node, const Names& names);

}  // namespace weir::filter
