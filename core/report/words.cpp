// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::report {

std::string clock(TimeNs at, bool date) {
    const std::string iso = formatTimeUtc(at);  // 2026-01-31T10:00:00.123456789Z
    const std::string time = iso.substr(11, 12);
    return date ? iso.substr(0, 10) + ' ' + time : time;
}

std::string shortCount(double count) {
    if (count < 0.05) return "0";
    if (count < 9.995) return fmt::format("{:.2f}", count);
    if (count < 99.95) return fmt::format("{:.1f}", count);
    if (count < 999.5) return fmt::format("{:.0f}", count);
    for (const char* unit : {"k", "M", "G"}) {
        count /= 1000;
        if (count < 9.995) return fmt::format("{:.2f}\u00A0{}", count, unit);
        if (count < 99.95) return fmt::format("{:.1f}\u00A0{}", count, unit);
        if (count < 999.5) return fmt::format("{:.0f}\u00A0{}", count, unit);
    }
    return fmt::format("{:.0f}\u00A0T", count / 1000);
}

std::string share(std::int64_t part, std::int64_t whole) {
    if (whole <= 0) return "–";
    if (part == 0) return "0\u00A0%";
    const double percent = static_cast<double>(part) * 100 / static_cast<double>(whole);
    if (percent < 0.01) return "< 0.01\u00A0%";
    return fmt::format(fmt::runtime(percent < 10 ? "{:.2f}\u00A0%" : "{:.1f}\u00A0%"), percent);
}

std::string counted(std::int64_t count, std::string_view one, std::string_view many) {
    return fmt::format("{}\u00A0{}", formatCount(count), count == 1 ? one : many);
}

std::string durationOrDash(const Histogram& histogram, double quantile) {
    return histogram.empty() ? "–" : formatDuration(histogram.percentile(quantile));
}

namespace {

/// Of an overlap or a duplicate: the call in question stands first, then the one that it met.
std::string wordsOfPair(const Example& example) {
    if (example.calls.size() != 2) return {};
    const CallInPicture& own = example.calls[0];
    const CallInPicture& met = example.calls[1];
    const std::string tried = own.attempt > 1 ? fmt::format(" (attempt {})", own.attempt) : "";
    if (example.finding.kind == order::Kind::Duplicate) {
        return fmt::format(
            "Call #{} had succeeded with the event at {}. Call #{}{} succeeded with it once more at {}, {} "
            "later.",
            formatCount(met.id), clock(met.end), formatCount(own.id), tried, clock(own.end),
            formatDuration(own.end - met.end));
    }
    return fmt::format(
        "Call #{} ran from {} to {}. Call #{}{} of the same scope began at {}: both "
        "ran at once for {}.",
        formatCount(met.id), clock(met.start), clock(met.end), formatCount(own.id), tried, clock(own.start),
        formatDuration(std::min(own.end, met.end) - std::max(own.start, met.start)));
}

}  // namespace

std::string wordsOf(const Example& example) {
    const order::Finding& f = example.finding;
    if (f.kind == order::Kind::Overlap || f.kind == order::Kind::Duplicate) return wordsOfPair(example);
    const CallInPicture* broken = nullptr;
    std::string others;
    std::int64_t events = 0;
    TimeNs first_end = 0;
    for (const CallInPicture& call : example.calls) {
        if (call.broken) {
            broken = &call;
            continue;
        }
        others += (others.empty() ? "#" : ", #") + formatCount(call.id);
        events += call.events;
        if (first_end == 0 || call.end < first_end) first_end = call.end;
    }
    if (broken == nullptr) return {};
    std::string words = fmt::format("Call #{} ({}{}{}) started at {} and ended at {}. ",
                                    formatCount(broken->id), counted(broken->events, "event", "events"),
                                    broken->attempt > 1 ? fmt::format(", attempt {}", broken->attempt) : "",
                                    broken->epoch > 1 ? fmt::format(", epoch {}", broken->epoch) : "",
                                    clock(broken->start), clock(broken->end));
    words += fmt::format("{} with {} later in {}/{} had succeeded {} earlier.", others,
                         counted(events, "event", "events"), example.topic, f.partition,
                         formatDuration(broken->end - first_end));
    if (f.kind == order::Kind::Regression) words += " It began only after that.";
    return words;
}

}  // namespace weir::report
