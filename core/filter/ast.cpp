// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/ast.h"

#include "base/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace weir::filter {
namespace {

constexpr std::array<std::string_view, 12> kSymbols{
    "", "==", "!=", "<", "<=", ">", ">=", "contains", "startswith", "endswith", "matches", "in"};

void appendQuoted(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte >= 0x7F) {
            out += fmt::format("\\x{:02x}", byte);
        } else {
            out += c;
        }
    }
    out += '"';
}

bool isPlainName(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !text.empty() && letter(text.front()) &&
           std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

void appendPath(std::string& out, const std::vector<PathStep>& path) {
    for (const PathStep& step : path) {
        if (const auto* name = std::get_if<std::string>(&step)) {
            if (isPlainName(*name)) {
                out += '.';
                out += *name;
            } else {
                out += '[';
                appendQuoted(out, *name);
                out += ']';
            }
        } else if (const auto* index = std::get_if<std::size_t>(&step)) {
            out += fmt::format("[{}]", *index);
        } else {
            out += "[*]";
        }
    }
}

void appendLiteral(std::string& out, const Literal& literal, Kind kind) {
    if (std::holds_alternative<Null>(literal)) {
        out += "null";
    } else if (const auto* flag = std::get_if<bool>(&literal)) {
        out += *flag ? "true" : "false";
    } else if (const auto* number = std::get_if<std::int64_t>(&literal)) {
        out += std::to_string(*number);
        if (kind == Kind::Duration) out += "ns";
    } else if (const auto* real = std::get_if<double>(&literal)) {
        std::string digits = fmt::format("{}", *real);
        if (digits.find_first_of(".e") == std::string::npos) digits += ".0";
        out += digits;
    } else if (const auto* text = std::get_if<std::string>(&literal)) {
        if (kind == Kind::Word) {
            out += *text;
        } else {
            appendQuoted(out, *text);
        }
    } else if (const auto* time = std::get_if<RelativeTime>(&literal)) {
        out += fmt::format("{}{}ns", time->from_end ? '-' : '+',
                           time->offset < 0 ? -time->offset : time->offset);
    }
}

void appendItem(std::string& out, const Item& item, Kind kind) {
    appendLiteral(out, item.from, kind);
    if (!item.to) return;
    out += "..";
    appendLiteral(out, *item.to, kind);
}

void appendTest(std::string& out, const Test& test) {
    const FieldInfo& field = info(test.field);
    out += field.name;
    if (test.field == FieldId::Header) {
        out += '[';
        appendQuoted(out, test.header);
        out += ']';
    }
    appendPath(out, test.path);
    if (test.op == Op::Exists) return;
    out += ' ';
    out += symbol(test.op);
    out += ' ';
    if (test.op != Op::In) {
        appendItem(out, test.items.front(), field.kind);
        return;
    }
    out += '{';
    for (const Item& item : test.items) {
        if (&item != &test.items.front()) out += ", ";
        appendItem(out, item, field.kind);
    }
    out += '}';
}

void append(std::string& out, const Node& node) {
    switch (node.type) {
        case Node::Type::Test:
            appendTest(out, node.test);
            return;
        case Node::Type::Not:
            out += "!(";
            append(out, *node.children.front());
            out += ')';
            return;
        case Node::Type::And:
        case Node::Type::Or:
            for (const NodePtr& child : node.children) {
                if (child != node.children.front()) out += node.type == Node::Type::And ? " && " : " || ";
                const bool group = child->type == Node::Type::And || child->type == Node::Type::Or;
                if (group) out += '(';
                append(out, *child);
                if (group) out += ')';
            }
    }
}

}  // namespace

std::string_view symbol(Op op) {
    return kSymbols[static_cast<std::size_t>(op)];
}

unsigned scopesOf(const Node& node) {
    if (node.type == Node::Type::Test) return info(node.test.field).scope;
    unsigned scopes = 0;
    for (const NodePtr& child : node.children) scopes |= scopesOf(*child);
    return scopes;
}

bool uses(const Node& node, FieldId field) {
    if (node.type == Node::Type::Test) return node.test.field == field;
    return std::any_of(node.children.begin(), node.children.end(),
                       [&](const NodePtr& child) { return uses(*child, field); });
}

std::string toText(const Node& node) {
    std::string out;
    append(out, node);
    return out;
}

}  // namespace weir::filter
