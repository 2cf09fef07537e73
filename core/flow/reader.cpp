// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/reader.h"

#include "base/size.h"
#include "base/text.h"
#include "flow/expression.h"

#include <fmt/format.h>

#include <cmath>

namespace weir::flow {
namespace {

constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLongestTopic = 249;

std::string_view typeName(const Json& json) {
    if (json.is_number()) return "a number";
    if (json.is_string()) return "text";
    if (json.is_boolean()) return "true or false";
    if (json.is_object()) return "an object";
    if (json.is_array()) return "a list";
    return "null";
}

void addWrongType(const ReadContext& context, const Node& node, std::string_view expected) {
    context.add(node.place, fmt::format("is {}", typeName(*node.json)), fmt::format("expected {}", expected));
}

bool isControl(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool reportReferences(const ReadContext& context, const std::string& place, const Substituted& result) {
    for (const auto& reason : result.malformed) {
        context.add(place, reason, "write ${NAME}, or $${ for the characters themselves");
    }
    for (const auto& name : result.missing) {
        context.add(place, fmt::format("the environment variable {} is not set", name),
                    "set it, then start again");
    }
    return result.malformed.empty() && result.missing.empty();
}

}  // namespace

std::string anyOf(std::span<const std::string_view> words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
        text += fmt::format("\"{}\"", words[i]);
    }
    return text;
}

void addUnknownWord(const ReadContext& context, const std::string& place, std::string_view word,
                    std::string_view what, std::span<const std::string_view> known) {
    const auto nearest = nearestWord(word, known);
    std::string hint = nearest.empty() ? "" : fmt::format("did you mean \"{}\"? ", nearest);
    hint += known.empty() ? "" : fmt::format("expected {}", anyOf(known));
    context.add(place, fmt::format("{} is not {}", inQuotes(word), what.empty() ? "known here" : what),
                std::move(hint));
}

std::optional<std::string> readText(const ReadContext& context, const Node& node, std::string_view expected) {
    if (!node.json->is_string()) {
        addWrongType(context, node, expected);
        return std::nullopt;
    }
    const auto& written = node.json->get_ref<const std::string&>();
    auto result = substitute(written, context.secrets);
    if (!reportReferences(context, node.place, result)) return std::nullopt;
    if (result.value.find('\0') != std::string::npos) {
        context.add(node.place, "holds a NUL character", "remove \\u0000");
        return std::nullopt;
    }
    if (result.refers) {
        context.expressions[node.place.substr(context.base.size())] = {written, result.value};
    }
    return std::move(result.value);
}

bool checkName(const ReadContext& context, const std::string& place, const std::string& name) {
    if (name.empty()) {
        context.add(place, "the name is empty");
    } else if (name.size() > kLongestName) {
        context.add(place, fmt::format("the name is longer than {} bytes", kLongestName));
    } else if (std::ranges::any_of(name, isControl)) {
        context.add(place, "the name holds control characters");
    } else {
        return true;
    }
    return false;
}

bool checkTopic(const ReadContext& context, const std::string& place, const std::string& topic) {
    const auto legal = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '_' || c == '-';
    };
    const bool good = !topic.empty() && topic.size() <= kLongestTopic && topic != "." && topic != ".." &&
                      std::ranges::all_of(topic, legal);
    if (!good) {
        context.add(place, "is not the name of a topic",
                    fmt::format("1 to {} letters, digits, \".\", \"_\" and \"-\"", kLongestTopic));
    }
    return good;
}

std::optional<std::int64_t> readInteger(const Json& json) {
    constexpr double kExact = 9007199254740992.0;
    if (json.is_number_unsigned() && json.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) {
        return std::nullopt;
    }
    if (json.is_number_integer()) return json.get<std::int64_t>();
    if (!json.is_number_float()) return std::nullopt;
    const auto number = json.get<double>();
    if (std::trunc(number) != number || std::abs(number) > kExact) return std::nullopt;
    return static_cast<std::int64_t>(number);
}

std::optional<std::int64_t> readSize(const ReadContext& context, const Node& node, std::int64_t least,
                                     std::int64_t most) {
    std::optional<std::int64_t> size;
    if (node.json->is_number()) {
        size = readInteger(*node.json);
    } else if (const auto text = readText(context, node, "a size such as \"500MB\" or \"2GiB\"")) {
        size = parseSize(*text);
    } else {
        return std::nullopt;
    }
    if (!size) {
        context.add(node.place, "is not a size",
                    "expected for example \"64KiB\", \"500MB\", \"2GiB\" or a number of bytes");
        return std::nullopt;
    }
    if (*size < least || *size > most) {
        context.add(node.place, fmt::format("{} is out of range", sizeLiteral(*size)),
                    fmt::format("expected {} to {}", sizeLiteral(least), sizeLiteral(most)));
        return std::nullopt;
    }
    return size;
}

ObjectReader::ObjectReader(const ReadContext& context, const Node& node,
                           std::span<const std::string_view> keys)
    : context_(context), place_(node.place) {
    if (!node.json->is_object()) {
        addWrongType(context, node, "an object");
        return;
    }
    object_ = node.json;
    for (const auto& [key, value] : object_->items()) {
        if (std::ranges::find(keys, key) != keys.end()) continue;
        const auto nearest = nearestWord(key, keys);
        context.add(
            place(key), "unknown key",
            nearest.empty() ? "known here: " + anyOf(keys) : fmt::format("did you mean \"{}\"?", nearest));
    }
}

std::optional<Node> ObjectReader::find(std::string_view key) const {
    if (object_ == nullptr) return std::nullopt;
    const auto found = object_->find(std::string(key));
    if (found == object_->end()) return std::nullopt;
    return Node{&*found, place(key)};
}

std::optional<Node> ObjectReader::require(std::string_view key, std::string_view hint) const {
    auto node = find(key);
    if (!node && object_ != nullptr) context_.add(place(key), "is missing", std::string(hint));
    return node;
}

std::string ObjectReader::written(std::string_view key) const {
    const auto node = find(key);
    return node && node->json->is_string() ? node->json->get<std::string>() : std::string();
}

bool ObjectReader::text(std::string_view key, std::string& target) const {
    const auto node = find(key);
    if (!node) return false;
    auto value = readText(context_, *node);
    if (!value) return false;
    target = std::move(*value);
    return true;
}

bool ObjectReader::name(std::string_view key, std::string& target) const {
    std::string value;
    if (!text(key, value) || !checkName(context_, place(key), value)) return false;
    target = std::move(value);
    return true;
}

bool ObjectReader::topic(std::string_view key, std::string& target) const {
    std::string value;
    if (!text(key, value) || !checkTopic(context_, place(key), value)) return false;
    target = std::move(value);
    return true;
}

bool ObjectReader::boolean(std::string_view key, bool& target) const {
    const auto node = find(key);
    if (!node) return false;
    if (!node->json->is_boolean()) {
        addWrongType(context_, *node, "true or false");
        return false;
    }
    target = node->json->get<bool>();
    return true;
}

bool ObjectReader::integer(std::string_view key, std::int64_t least, std::int64_t most, int& target) const {
    const auto node = find(key);
    if (!node) return false;
    const auto expected = fmt::format("a whole number from {} to {}", least, most);
    if (!node->json->is_number()) {
        addWrongType(context_, *node, expected);
        return false;
    }
    const auto value = readInteger(*node->json);
    if (!value || *value < least || *value > most) {
        context_.add(node->place, fmt::format("{} is out of range", node->json->dump()),
                     "expected " + expected);
        return false;
    }
    target = static_cast<int>(*value);
    return true;
}

bool ObjectReader::duration(std::string_view key, DurationNs least, DurationNs most,
                            DurationNs& target) const {
    const auto node = find(key);
    if (!node) return false;
    const auto value = readText(context_, *node, "a duration such as \"500ms\", \"2s\", \"5m\"");
    if (!value) return false;
    const auto duration = parseDuration(*value);
    if (!duration) {
        context_.add(node->place, fmt::format("{} is not a duration", inQuotes(written(key))),
                     "expected for example \"500ms\", \"2s\", \"5m\", \"1h\"");
        return false;
    }
    if (*duration < least || *duration > most) {
        context_.add(node->place, fmt::format("{} is out of range", inQuotes(written(key))),
                     fmt::format("expected {} to {}", durationLiteral(least), durationLiteral(most)));
        return false;
    }
    target = *duration;
    return true;
}

bool ObjectReader::size(std::string_view key, std::int64_t least, std::int64_t most,
                        std::int64_t& target) const {
    const auto node = find(key);
    if (!node) return false;
    const auto value = readSize(context_, *node, least, most);
    if (!value) return false;
    target = *value;
    return true;
}

bool ObjectReader::texts(std::string_view key, std::vector<std::string>& target) const {
    const auto node = find(key);
    if (!node) return false;
    if (!node->json->is_array()) {
        addWrongType(context_, *node, "a list of texts");
        return false;
    }
    std::vector<std::string> values;
    bool good = true;
    for (std::size_t i = 0; i < node->json->size(); ++i) {
        auto value = readText(context_, {&(*node->json)[i], elementPlace(node->place, i)});
        good = good && value.has_value();
        if (value) values.push_back(std::move(*value));
    }
    if (good) target = std::move(values);
    return good;
}

}  // namespace weir::flow
