// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/lambda_report.h"

#include <fmt/format.h>

#include <charconv>

namespace weir::invoke {
namespace {

constexpr std::string_view kReport = "REPORT ";

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

std::optional<double> numberWith(std::string_view text, std::string_view unit) {
    if (!text.ends_with(unit)) return std::nullopt;
    text = trimmed(text.substr(0, text.size() - unit.size()));
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < 0 || number > 1e12)
        return std::nullopt;
    return number;
}

std::optional<DurationNs> milliseconds(std::string_view text) {
    const auto number = numberWith(text, " ms");
    if (!number) return std::nullopt;
    return static_cast<DurationNs>(*number * static_cast<double>(kMillisecond));
}

std::optional<std::int64_t> megabytes(std::string_view text) {
    const auto number = numberWith(text, " MB");
    if (!number) return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

void readField(std::string_view label, std::string_view value, LambdaReport& report) {
    if (label == "RequestId") report.request_id = value;
    if (label == "Duration") report.duration = milliseconds(value);
    if (label == "Billed Duration") report.billed = milliseconds(value);
    if (label == "Init Duration") report.init = milliseconds(value);
    if (label == "Restore Duration") report.restore = milliseconds(value);
    if (label == "Memory Size") report.memory_mb = megabytes(value);
    if (label == "Max Memory Used") report.max_memory_mb = megabytes(value);
    if (label == "Status") report.status = value;
    if (label == "Error Type") report.error_type = value;
}

}  // namespace

std::optional<LambdaReport> parseReport(std::string_view line) {
    if (!line.starts_with(kReport)) return std::nullopt;
    line.remove_prefix(kReport.size());
    LambdaReport report;
    while (!line.empty()) {
        const std::size_t tab = std::min(line.find('\t'), line.size());
        const std::string_view field = trimmed(line.substr(0, tab));
        if (const std::size_t colon = field.find(": "); colon != std::string_view::npos)
            readField(field.substr(0, colon), trimmed(field.substr(colon + 2)), report);
        line.remove_prefix(std::min(tab + 1, line.size()));
    }
    return report;
}

std::string reportLine(const LambdaReport& report) {
    const auto ms = [](DurationNs duration) {
        return static_cast<double>(duration) / static_cast<double>(kMillisecond);
    };
    std::string line = fmt::format("{}RequestId: {}", kReport, report.request_id);
    if (report.duration) line += fmt::format("\tDuration: {:.2f} ms", ms(*report.duration));
    if (report.billed) line += fmt::format("\tBilled Duration: {:.0f} ms", ms(*report.billed));
    if (report.memory_mb) line += fmt::format("\tMemory Size: {} MB", *report.memory_mb);
    if (report.max_memory_mb) line += fmt::format("\tMax Memory Used: {} MB", *report.max_memory_mb);
    if (report.init) line += fmt::format("\tInit Duration: {:.2f} ms", ms(*report.init));
    if (!report.status.empty()) line += "\tStatus: " + report.status;
    if (!report.error_type.empty()) line += "\tError Type: " + report.error_type;
    return line;
}

}  // namespace weir::invoke
