// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/json_parts.h"

#include "invoke/targets/log_lines.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

namespace weir::invoke::json {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::size_t kDeepest = 512;
constexpr std::size_t kExcerpt = 24;

/// Keeps only where parsing stopped.
struct Checker : nlohmann::json_sax<nlohmann::json> {
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return ++depth <= kDeepest; }
    bool key(string_t&) override { return true; }
    bool end_object() override { return --depth, true; }
    bool start_array(std::size_t) override { return ++depth <= kDeepest; }
    bool end_array() override { return --depth, true; }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
        failed_at = position;
        return false;
    }

    std::size_t depth = 0;
    std::size_t failed_at = 0;
};

/// The end of the string that starts at `pos` with its quote.
std::size_t skipString(std::string_view text, std::size_t pos) {
    for (++pos; text[pos] != '"'; ++pos) {
        if (text[pos] == '\\') ++pos;
    }
    return pos + 1;
}

/// The end of the value that starts at `pos`.
std::size_t skipValue(std::string_view text, std::size_t pos) {
    std::size_t depth = 0;
    while (pos < text.size()) {
        const char c = text[pos];
        if (c == '"') {
            pos = skipString(text, pos);
            if (depth == 0) return pos;
            continue;
        }
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') {
            if (depth == 0) return pos;
            if (--depth == 0) return pos + 1;
        }
        if (depth == 0 && (c == ',' || c == ':')) return pos;
        ++pos;
    }
    return pos;
}

/// The values between the outer brackets; of an object names and values in turn.
std::vector<std::string_view> inner(std::string_view text) {
    std::vector<std::string_view> values;
    text = trim(text);
    text = text.substr(1, text.size() - 2);
    for (std::size_t pos = 0; (pos = text.find_first_not_of(" \t\r\n,:", pos)) != std::string_view::npos;) {
        const std::size_t end = skipValue(text, pos);
        values.push_back(trim(text.substr(pos, end - pos)));
        pos = end;
    }
    return values;
}

}  // namespace

Status validate(std::string_view text) {
    Checker checker;
    if (nlohmann::json::sax_parse(text.begin(), text.end(), &checker)) return {};
    if (checker.depth > kDeepest) {
        return fail(ErrorCode::FunctionFailed, fmt::format("it is nested more than {} deep", kDeepest));
    }
    const std::size_t at = std::min(checker.failed_at == 0 ? 0 : checker.failed_at - 1, text.size());
    const std::size_t from = at > kExcerpt / 2 ? at - kExcerpt / 2 : 0;
    return fail(ErrorCode::FunctionFailed,
                fmt::format("byte {} is unexpected, near '{}'", at, toUtf8(text.substr(from, kExcerpt))));
}

std::string_view trim(std::string_view text) {
    const std::size_t first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::vector<std::string_view> elements(std::string_view array) {
    return inner(array);
}

std::vector<Member> members(std::string_view object) {
    const std::vector<std::string_view> values = inner(object);
    std::vector<Member> out;
    out.reserve(values.size() / 2);
    for (std::size_t i = 0; i + 1 < values.size(); i += 2) {
        out.push_back({*stringValue(values[i]), values[i + 1]});
    }
    return out;
}

bool isContentType(std::string_view content_type) {
    std::string type(trim(content_type.substr(0, content_type.find(';'))));
    std::transform(type.begin(), type.end(), type.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return type.empty() || type.ends_with("/json") || type.ends_with("+json");
}

std::optional<std::string> stringValue(std::string_view value) {
    if (!value.starts_with('"')) return std::nullopt;
    if (value.find('\\') == std::string_view::npos) return std::string(value.substr(1, value.size() - 2));
    return nlohmann::json::parse(value.begin(), value.end()).get<std::string>();
}

std::optional<std::int64_t> integerValue(std::string_view value) {
    std::int64_t number = 0;
    const char* const end = value.data() + value.size();
    const auto [stopped, failed] = std::from_chars(value.data(), end, number);
    if (failed != std::errc() || stopped != end) return std::nullopt;
    return number;
}

}  // namespace weir::invoke::json
