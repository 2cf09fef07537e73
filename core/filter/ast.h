// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "filter/field.h"
#include "filter/pattern.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// A filter as a tree, before it meets a session.
namespace weir::filter {

enum class Op : std::uint8_t {
    Exists,  ///< nothing behind the field: it is there; of a boolean: it is true
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Contains,
    StartsWith,
    EndsWith,
    Matches,
    In,
};
[[nodiscard]] std::string_view symbol(Op op);  ///< as written in a filter; empty for Exists

struct Null {
    friend bool operator==(Null, Null) { return true; }
};
/// A time that counts from the session's start (≥ 0) or back from its end (< 0).
struct RelativeTime {
    std::int64_t offset = 0;  ///< ns
    bool from_end = false;
};
/// Integers hold numbers, sizes in bytes, durations and times in ns, as the field says; words are strings.
using Literal = std::variant<Null, bool, std::int64_t, double, std::string, RelativeTime>;

/// A literal, or with `to` everything from `from` to `to`, both included.
struct Item {
    Literal from;
    std::optional<Literal> to;
};

/// A step into JSON: a name, an index from 0, or all elements of an array.
struct AllElements {};
using PathStep = std::variant<std::string, std::size_t, AllElements>;

struct Test {
    FieldId field = FieldId::Event;
    std::vector<PathStep> path;  ///< into the JSON of the value; empty: the value as text
    std::string header;          ///< name of the header
    Op op = Op::Exists;
    std::vector<Item> items;                 ///< one, or several for In
    std::shared_ptr<const Pattern> pattern;  ///< for Matches
};

struct Node;
using NodePtr = std::shared_ptr<const Node>;
struct Node {
    enum class Type : std::uint8_t { And, Or, Not, Test };
    Type type = Type::Test;
    std::vector<NodePtr> children;  ///< two or more; one for Not
    Test test;
};

/// The bits of Scope that the tree needs.
[[nodiscard]] unsigned scopesOf(const Node& node);
[[nodiscard]] bool uses(const Node& node, FieldId field);

/// Writes the tree in the filter language; parsing that gives the same tree.
[[nodiscard]] std::string toText(const Node& node);

}  // namespace weir::filter
