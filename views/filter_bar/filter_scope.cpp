// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter_bar/filter_scope.h"

#include <array>
#include <cstdio>
#include <vector>

namespace weir::views {

std::string filterLiteral(std::string_view bytes) {
    std::string literal = "\"";
    const bool is_text = QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size())).toUtf8() ==
                         QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size()));
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            literal += '\\';
            literal += c;
        } else if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !is_text)) {
            std::array<char, 5> hex{};
            std::snprintf(hex.data(), hex.size(), "\\x%02x", byte);
            literal += hex.data();
        } else {
            literal += c;
        }
    }
    return literal + '"';
}

std::string scopeFilter(const Choice& choice, const Catalog& catalog) {
    std::vector<std::string> parts;
    if (choice.place) {
        if (const auto* topic = catalog.topic(choice.place->topic))
            parts.push_back("topic == " + filterLiteral(topic->name));
        if (choice.place->partition != PlaceChoice::kAll)
            parts.push_back("partition == " + std::to_string(choice.place->partition));
    }
    if (choice.key) parts.push_back("key == " + filterLiteral(*choice.key));
    if (choice.function) {
        if (const auto* function = catalog.function(choice.function))
            parts.push_back("function == " + filterLiteral(function->name));
    }
    if (choice.instance) {
        if (const auto* instance = catalog.instance(choice.instance))
            parts.push_back("instance == " + filterLiteral(instance->name));
    }
    if (choice.time) {
        parts.push_back("received >= " + std::to_string(choice.time->first));
        parts.push_back("received <= " + std::to_string(choice.time->second));
    }
    std::string filter;
    for (const std::string& part : parts) filter += (filter.empty() ? "" : " && ") + part;
    return filter;
}

std::string bothFilters(const std::string& a, const std::string& b) {
    if (a.empty()) return b;
    if (b.empty()) return a;
    return "(" + a + ") && (" + b + ")";
}

}  // namespace weir::views
