// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/json_value.h"

#include "filter/text_test.h"

#include <simdjson.h>

#include <optional>

namespace weir::filter {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kLargest = 64 << 20;

/// Calls `each(element)` for what the path leads to until it answers true; tells whether one did.
template <typename Each>
bool anyAt(dom::element element, std::span<const PathStep> path, const Each& each) {
    if (path.empty()) return each(element);
    const auto rest = path.subspan(1);
    if (const auto* name = std::get_if<std::string>(&path.front())) {
        dom::object object;
        dom::element next;
        return element.get(object) == simdjson::SUCCESS &&
               object.at_key(*name).get(next) == simdjson::SUCCESS && anyAt(next, rest, each);
    }
    dom::array array;
    if (element.get(array) != simdjson::SUCCESS) return false;
    if (const auto* index = std::get_if<std::size_t>(&path.front())) {
        dom::element next;
        return array.at(*index).get(next) == simdjson::SUCCESS && anyAt(next, rest, each);
    }
    for (const dom::element next : array) {
        if (anyAt(next, rest, each)) return true;
    }
    return false;
}

/// Exact for all integers: a long double has 64 bits for them where Weir runs.
std::optional<long double> numberOf(dom::element element) {
    if (element.is_int64()) return static_cast<long double>(element.get_int64().value_unsafe());
    if (element.is_uint64()) return static_cast<long double>(element.get_uint64().value_unsafe());
    if (element.is_double()) return static_cast<long double>(element.get_double().value_unsafe());
    return std::nullopt;
}
std::optional<long double> numberOf(const Literal& literal) {
    if (const auto* i = std::get_if<std::int64_t>(&literal)) return static_cast<long double>(*i);
    if (const auto* d = std::get_if<double>(&literal)) return static_cast<long double>(*d);
    return std::nullopt;
}

/// −1, 0, 1; nothing when the two cannot be compared.
std::optional<int> compare(dom::element element, const Literal& literal) {
    if (const auto* text = std::get_if<std::string>(&literal)) {
        if (!element.is_string()) return std::nullopt;
        return sign(element.get_string().value_unsafe().compare(*text));
    }
    const auto a = numberOf(element);
    const auto b = numberOf(literal);
    if (!a || !b) return std::nullopt;
    return *a < *b ? -1 : *a > *b ? 1 : 0;
}

bool equals(dom::element element, const Literal& literal) {
    if (std::holds_alternative<Null>(literal)) return element.is_null();
    if (const auto* flag = std::get_if<bool>(&literal)) {
        return element.is_bool() && element.get_bool().value_unsafe() == *flag;
    }
    return compare(element, literal) == 0;
}

bool isIn(dom::element element, const Item& item) {
    if (!item.to) return equals(element, item.from);
    const auto from = compare(element, item.from);
    const auto to = compare(element, *item.to);
    return from && to && *from >= 0 && *to <= 0;
}

bool holdsFor(dom::element element, const Test& test) {
    switch (test.op) {
        case Op::Exists:
            return true;
        case Op::Equal:
        case Op::NotEqual:
            return equals(element, test.items.front().from);
        case Op::In:
            return std::any_of(test.items.begin(), test.items.end(),
                               [&](const Item& item) { return isIn(element, item); });
        case Op::Less:
        case Op::LessEqual:
        case Op::Greater:
        case Op::GreaterEqual: {
            const auto order = compare(element, test.items.front().from);
            return order && fits(test.op, *order);
        }
        default:
            return element.is_string() && textHolds(test, element.get_string().value_unsafe());
    }
}

}  // namespace

struct JsonValue::Impl {
    dom::parser parser{kLargest};
    std::string_view bytes;
    bool parsed = false;
    std::optional<dom::element> root;
};

JsonValue::JsonValue() : impl_(std::make_unique<Impl>()) {}
JsonValue::~JsonValue() = default;

void JsonValue::set(std::string_view bytes) {
    impl_->bytes = bytes;
    impl_->parsed = false;
    impl_->root.reset();
}

bool JsonValue::holds(const Test& test) {
    if (!impl_->parsed) {
        impl_->parsed = true;
        dom::element root;
        const auto bytes = impl_->bytes;
        if (!bytes.empty() && bytes.size() <= kLargest &&
            impl_->parser.parse(bytes.data(), bytes.size(), true).get(root) == simdjson::SUCCESS) {
            impl_->root = root;
        }
    }
    if (!impl_->root) return false;
    const bool any = anyAt(*impl_->root, test.path, [&](dom::element e) { return holdsFor(e, test); });
    if (test.op != Op::NotEqual) return any;
    return !any && anyAt(*impl_->root, test.path, [](dom::element) { return true; });
}

}  // namespace weir::filter
