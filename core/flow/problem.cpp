// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/problem.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::flow {
namespace {

constexpr std::size_t kShown = 60;

bool isPlainWord(std::string_view key) {
    return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    });
}

// Never cuts inside of a character.
std::string_view shortened(std::string_view text) {
    std::size_t end = std::min(text.size(), kShown);
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end);
}

}  // namespace

std::string problemLine(const Problem& problem) {
    std::string line = problem.place.empty() ? problem.message : problem.place + ": " + problem.message;
    if (!problem.hint.empty()) line += "; " + problem.hint;
    return line;
}

Error problemsError(ErrorCode code, const std::vector<Problem>& problems) {
    if (problems.size() == 1) return {code, problemLine(problems.front())};
    std::string message = fmt::format("{} problems in the flow:", problems.size());
    for (const auto& problem : problems) message += "\n  " + problemLine(problem);
    return {code, std::move(message)};
}

std::string memberPlace(const std::string& place, const std::string& key) {
    if (!isPlainWord(key)) return place + "[" + inQuotes(key) + "]";
    return place.empty() ? key : place + "." + key;
}

std::string elementPlace(const std::string& place, std::size_t index) {
    return fmt::format("{}[{}]", place, index);
}

std::string inQuotes(std::string_view text) {
    const auto part = shortened(text);
    return fmt::format("\"{}{}\"", terminalSafe(part), part.size() < text.size() ? "…" : "");
}

}  // namespace weir::flow
