// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/bind.h"

#include "filter/text_test.h"

#include <algorithm>

namespace weir::filter {
namespace {

using Interval = IntervalSet::Interval;
constexpr std::int64_t kLowest = IntervalSet::kLowest;
constexpr std::int64_t kHighest = IntervalSet::kHighest;

std::int64_t numberOf(const Test& test, const Literal& literal, const Names& names) {
    if (const auto* flag = std::get_if<bool>(&literal)) return *flag ? 1 : 0;
    if (const auto* number = std::get_if<std::int64_t>(&literal)) return *number;
    if (const auto* word = std::get_if<std::string>(&literal)) {
        const auto words = wordsOf(test.field);
        return std::find(words.begin(), words.end(), *word) - words.begin();
    }
    const auto& time = std::get<RelativeTime>(literal);
    std::int64_t at = 0;
    if (time.from_end) {
        return __builtin_sub_overflow(names.last, time.offset, &at) ? kLowest : at;
    }
    return __builtin_add_overflow(names.started, time.offset, &at) ? kHighest : at;
}

/// The values that pass a comparison.
IntervalSet passing(Op op, std::int64_t n) {
    switch (op) {
        case Op::Equal:
            return IntervalSet::one(n);
        case Op::NotEqual:
            return IntervalSet::one(n).complement();
        case Op::Less:
            return n == kLowest ? IntervalSet{} : IntervalSet::of({{kLowest, n - 1}});
        case Op::LessEqual:
            return IntervalSet::of({{kLowest, n}});
        case Op::Greater:
            return n == kHighest ? IntervalSet{} : IntervalSet::of({{n + 1, kHighest}});
        default:
            return IntervalSet::of({{n, kHighest}});
    }
}

IntervalSet numbersOf(const Test& test, const Names& names) {
    const Kind kind = info(test.field).kind;
    if (test.op == Op::Exists) return kind == Kind::Boolean ? IntervalSet::one(1) : IntervalSet::all();
    std::vector<Interval> intervals;
    if (kind == Kind::Name) {
        for (const Named& named : names.of(test.field)) {
            if (textHolds(test, named.name)) intervals.push_back({named.id, named.id});
        }
        return IntervalSet::of(std::move(intervals));
    }
    if (test.op != Op::In) return passing(test.op, numberOf(test, test.items.front().from, names));
    for (const Item& item : test.items) {
        const std::int64_t from = numberOf(test, item.from, names);
        intervals.push_back({from, item.to ? numberOf(test, *item.to, names) : from});
    }
    return IntervalSet::of(std::move(intervals));
}

}  // namespace

bool isNumeric(FieldId field) {
    const Kind kind = info(field).kind;
    return kind != Kind::Text && kind != Kind::Json;
}

Bound bind(const Node& node, const Names& names) {
    Bound bound;
    bound.type = node.type;
    if (node.type == Node::Type::Test) {
        bound.test = &node.test;
        bound.scopes = info(node.test.field).scope;
        if (isNumeric(node.test.field)) bound.numbers = numbersOf(node.test, names);
        return bound;
    }
    for (const NodePtr& child : node.children) {
        bound.children.push_back(bind(*child, names));
        bound.scopes |= bound.children.back().scopes;
    }
    return bound;
}

}  // namespace weir::filter
