// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/expression.h"

#include <algorithm>

namespace weir::flow {
namespace {

constexpr std::string_view kOpen = "${";
constexpr std::string_view kEscaped = "$${";

bool isVariableName(std::string_view name) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !name.empty() && letter(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

Substituted substitute(std::string_view text, const SecretSource& secrets) {
    Substituted result;
    while (!text.empty()) {
        if (text.starts_with(kEscaped)) {
            result.value += kOpen;
            text.remove_prefix(kEscaped.size());
            continue;
        }
        if (!text.starts_with(kOpen)) {
            result.value += text.front();
            text.remove_prefix(1);
            continue;
        }
        const auto end = text.find('}');
        const auto name = text.substr(kOpen.size(), end == std::string_view::npos ? end : end - kOpen.size());
        if (end == std::string_view::npos) {
            result.malformed.emplace_back("a \"${\" is not closed");
            return result;
        }
        text.remove_prefix(end + 1);
        if (!isVariableName(name)) {
            result.malformed.emplace_back("\"${\" is not followed by the name of an environment variable");
            continue;
        }
        result.refers = true;
        if (auto value = secrets.secret(std::string(name))) {
            result.value += *value;
        } else {
            result.missing.emplace_back(name);
        }
    }
    return result;
}

std::string escapeReferences(std::string_view value) {
    std::string text;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value.substr(i).starts_with(kOpen)) text += '$';
        text += value[i];
    }
    return text;
}

}  // namespace weir::flow
