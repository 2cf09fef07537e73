// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/error_report.h"

#include "invoke/targets/json_parts.h"
#include "invoke/targets/log_lines.h"

#include <fmt/format.h>

#include <optional>

namespace weir::invoke {
namespace {

constexpr std::size_t kLongestText = 4096;

std::string shortened(std::string_view text) {
    if (text.size() <= kLongestText) return toUtf8(text);
    return toUtf8(text.substr(0, kLongestText)) + "…";
}

/// The value of the first `"name": "…"` in text that may be broken elsewhere, as when a stack trace holds a
/// lone surrogate. Nothing when the string itself is broken.
std::optional<std::string> looseMember(std::string_view text, std::string_view name) {
    std::size_t pos = text.find(fmt::format("\"{}\"", name));
    if (pos == std::string_view::npos) return std::nullopt;
    pos = text.find_first_not_of(" \t\r\n:", pos + name.size() + 2);
    if (pos == std::string_view::npos || text[pos] != '"') return std::nullopt;
    std::size_t end = pos + 1;
    while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    if (end >= text.size()) return std::nullopt;
    const std::string_view quoted = text.substr(pos, end - pos + 1);
    if (!json::validate(quoted)) return toUtf8(quoted.substr(1, quoted.size() - 2));
    return json::stringValue(quoted);
}

struct Report {
    std::optional<std::string> type;
    std::optional<std::string> message;
};

Report readReport(std::string_view body) {
    if (!body.starts_with('{') || !json::validate(body)) {
        return {looseMember(body, "errorType"), looseMember(body, "errorMessage")};
    }
    Report report;
    for (const json::Member& member : json::members(body)) {
        if (member.name == "errorType") report.type = json::stringValue(member.value);
        if (member.name == "errorMessage") report.message = json::stringValue(member.value);
    }
    return report;
}

}  // namespace

std::string errorReportText(std::string_view header_type, std::string_view body) {
    body = json::trim(body);
    const Report report = readReport(body);
    const std::string type = report.type.value_or(toUtf8(header_type));
    const std::string message = report.message.value_or(report.type ? std::string() : std::string(body));
    if (type.empty()) return message.empty() ? "The function failed and gave no reason." : shortened(message);
    if (message.empty()) return shortened(type);
    return shortened(fmt::format("{}: {}", type, message));
}

}  // namespace weir::invoke
