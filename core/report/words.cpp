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

std::string offsets(std::int64_t first, std::int64_t last) {
    return first == last ? formatCount(first) : formatCount(first) + "–" + formatCount(last);
}

std::string wordsOfGap(const Example& example) {
    const order::Finding& f = example.finding;
    const bool one = f.first == f.last;
    std::string words = fmt::format("{}/{} @ {} {} recorded, and no call of {} succeeded with {}.",
                                    example.topic, f.partition, offsets(f.first, f.last),
                                    one ? "was" : "were", example.function, one ? "it" : "them");
    for (const CallInPicture& call : example.calls) {
        if (call.first <= f.last) continue;
        words += fmt::format(" Call #{} succeeded with {} at {}.", formatCount(call.id),
                             offsets(call.first, call.last), clock(call.end));
        break;
    }
    return words;
}

std::string wordsOfOutputs(const Example& example) {
    const order::Finding& f = example.finding;
    const auto broken = std::find_if(example.outputs.begin(), example.outputs.end(),
                                     [](const OutputInPicture& o) { return o.broken; });
    if (broken == example.outputs.end()) return {};
    const auto before = std::find_if(example.outputs.begin(), broken,
                                     [&](const OutputInPicture& o) { return o.cause > broken->cause; });
    if (before == broken) return {};
    return fmt::format(
        "{}/{} @ {}, made by call #{} from the event at {}, stands behind @ {}, which call #{} made from the "
        "later "
        "event at {}.",
        example.topic, f.partition, formatCount(broken->offset), formatCount(broken->call),
        formatCount(broken->cause), formatCount(before->offset), formatCount(before->call),
        formatCount(before->cause));
}

std::string wordsOfLate(const Example& example) {
    const order::Finding& f = example.finding;
    const auto has = [&](bool order::EvidenceRecord::*what) {
        return std::find_if(example.records.begin(), example.records.end(),
                            [what](const order::EvidenceRecord& r) { return r.*what; });
    };
    const auto late = has(&order::EvidenceRecord::broken), newest = has(&order::EvidenceRecord::against);
    if (late == example.records.end() || newest == example.records.end()) return {};
    return fmt::format(
        "{}/{} @ {} has the timestamp {}, {} before that of @ {}, which stands in front of it.",
        example.topic, f.partition, formatCount(late->offset), clock(late->timestamp),
        formatDuration(newest->timestamp - late->timestamp), formatCount(newest->offset));
}

std::string wordsOfKeySplit(const Example& example) {
    if (example.key_places.size() < 2) return {};
    std::string words =
        fmt::format("Events with one key stand in {} of {}:",
                    counted(static_cast<std::int64_t>(example.key_places.size()), "partition", "partitions"),
                    example.topic);
    for (std::size_t i = 0; i < std::min(example.key_places.size(), kKeyPlacesDrawn); ++i) {
        const order::KeyPlace& p = example.key_places[i];
        words += fmt::format("{} {} in /{} from @ {} on", i == 0 ? "" : ",",
                             counted(p.events, "event", "events"), p.partition, formatCount(p.first));
    }
    words += example.key_places.size() > kKeyPlacesDrawn ? ", and more." : ".";
    if (example.key_places_cut) words += " Only the first events of the session were looked at.";
    return words + " Between partitions there is no order.";
}

}  // namespace

std::string wordsOf(const Example& example) {
    const order::Finding& f = example.finding;
    if (f.kind == order::Kind::Overlap || f.kind == order::Kind::Duplicate) return wordsOfPair(example);
    if (f.kind == order::Kind::Gap) return wordsOfGap(example);
    if (f.kind == order::Kind::Late) return wordsOfLate(example);
    if (f.kind == order::Kind::KeySplit) return wordsOfKeySplit(example);
    if (f.kind == order::Kind::OutputInversion) return wordsOfOutputs(example);
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
    if (broken == nullptr || others.empty()) return {};
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
