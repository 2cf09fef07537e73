// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/escape.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace weir::report {
namespace {

/// Embeddings, overrides and isolates of direction, and what XML refuses.
constexpr std::array<std::string_view, 12> kUnwanted{"\u202A", "\u202B", "\u202C",       "\u202D",
                                                     "\u202E", "\u2066", "\u2067",       "\u2068",
                                                     "\u2069", "\u2028", "\xEF\xBF\xBE", "\xEF\xBF\xBF"};

/// What a spreadsheet takes for the beginning of a formula; some take the wide forms too.
bool beginsFormula(std::string_view text) {
    if (text.empty()) return false;
    if (std::string_view("=+-@|%\t").find(text.front()) != std::string_view::npos) return true;
    constexpr std::array<std::string_view, 4> kWide{"\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
    return std::any_of(kWide.begin(), kWide.end(),
                       [&](std::string_view sign) { return text.starts_with(sign); });
}

}  // namespace

std::string plain(std::string_view text) {
    std::string out = terminalSafe(text);
    for (const std::string_view unwanted : kUnwanted) {
        for (std::size_t at = out.find(unwanted); at != std::string::npos; at = out.find(unwanted, at)) {
            out.replace(at, unwanted.size(), "\uFFFD");
        }
    }
    return out;
}

std::string markup(std::string_view text) {
    std::string out;
    for (const char c : plain(text)) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string csvField(std::string_view text) {
    std::string value = plain(text);
    if (beginsFormula(value)) value.insert(0, 1, '\'');
    if (value.find_first_of(",\"'; ") == std::string::npos) return value;
    std::string out = "\"";
    for (const char c : value) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

}  // namespace weir::report
