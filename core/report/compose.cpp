// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/compose.h"

#include "base/text.h"
#include "report/figures.h"
#include "report/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::report {
namespace {

constexpr std::size_t kMostRows = 100;

std::string modeWords(facts::Mode mode) {
    switch (mode) {
        case facts::Mode::Drive:
            return "driven";
        case facts::Mode::Observe:
            return "observed";
        default:
            return "imported";
    }
}

std::int64_t failedCalls(const analysis::CallStats& calls) {
    std::int64_t n = 0;
    for (const auto o : {facts::Outcome::Error, facts::Outcome::Timeout, facts::Outcome::Crashed,
                         facts::Outcome::Throttled, facts::Outcome::Partial}) {
        n += calls.outcome(o);
    }
    return n;
}

Cell number(std::int64_t n, Ink ink_if_any = Ink::Text) {
    return {formatCount(n), n == 0 ? Ink::Text : ink_if_any, false, false, Glyph::None};
}
Cell word(std::string text, bool bold = false) {
    return {std::move(text), Ink::Text, bold, false, Glyph::None};
}

void addMore(std::vector<Block>& blocks, std::size_t all) {
    if (all <= kMostRows) return;
    blocks.emplace_back(Paragraph{"… and " + formatCount(static_cast<std::int64_t>(all - kMostRows)) +
                                      " more; the JSON and CSV reports have all.",
                                  Ink::Text3});
}

void composeFunctions(const ReportData& data, double width, std::vector<Block>& blocks) {
    blocks.emplace_back(Heading{"Functions", 2});
    Table t;
    t.columns = {{"Function", false, 2.2},  {"Deliveries", true, 1.2},
                 {"Wait p50", true, 1},     {"Run p50", true, 1},
                 {"p99", true, 1},          {"Total p99", true, 1.1},
                 {"Cold calls", true, 1.1}, {"Failed calls", true, 1.2},
                 {"Retries", true, 0.9}};
    for (const auto& f : data.stats.functions) {
        if (t.rows.size() == kMostRows) break;
        const std::int64_t failed = failedCalls(f.calls);
        t.rows.push_back({word(f.name, true),
                          number(f.calls.deliveries),
                          word(durationOrDash(f.calls.wait, 0.5)),
                          word(durationOrDash(f.calls.run, 0.5)),
                          word(durationOrDash(f.calls.run, 0.99)),
                          word(durationOrDash(f.calls.total, 0.99)),
                          word(share(f.calls.cold_starts, f.calls.invocations)),
                          {share(failed, f.calls.invocations), failed == 0 ? Ink::Text : Ink::FailedText,
                           false, false, Glyph::None},
                          number(f.calls.retries)});
    }
    blocks.emplace_back(std::move(t));
    addMore(blocks, data.stats.functions.size());
    if (data.stats.calls.invocations > 0) blocks.emplace_back(Picture{functionsFigure(data, width)});
}

void composeColdStarts(const ReportData& data, std::vector<Block>& blocks) {
    blocks.emplace_back(Heading{"Cold starts", 2});
    if (data.stats.calls.cold_starts == 0) {
        blocks.emplace_back(Paragraph{
            "No call was the first of a new instance, or this target does not report them.", Ink::Text2});
        return;
    }
    blocks.emplace_back(
        Paragraph{fmt::format("{} of {} ({}) were the first of a new instance.",
                              counted(data.stats.calls.cold_starts, "call", "calls"),
                              formatCount(data.stats.calls.invocations),
                              share(data.stats.calls.cold_starts, data.stats.calls.invocations)),
                  Ink::Text2});
    Table t;
    t.columns = {{"Function", false, 2.4}, {"Instances", true, 1}, {"Cold calls", true, 1},
                 {"Init p50", true, 1},    {"Init p99", true, 1},  {"Init at most", true, 1.1}};
    for (const auto& f : data.stats.functions) {
        if (f.instances == 0 || t.rows.size() == kMostRows) continue;
        t.rows.push_back({word(f.name, true), number(f.instances), number(f.calls.cold_starts),
                          word(durationOrDash(f.init, 0.5)), word(durationOrDash(f.init, 0.99)),
                          word(durationOrDash(f.init, 1))});
    }
    blocks.emplace_back(std::move(t));
}

void composeFlow(const ReportData& data, double width, std::vector<Block>& blocks) {
    blocks.emplace_back(Heading{"What fed what", 2});
    blocks.emplace_back(Picture{flowFigure(data, width)});
    Table t;
    t.columns = {{"From", false, 2},
                 {"To", false, 2},
                 {"Events", true, 1.2},
                 {"Failed", true, 1},
                 {"A second", true, 1}};
    const double seconds = std::max(1e-9, static_cast<double>(data.last - data.first) / 1e9);
    for (const FlowEdge& e : data.flow) {
        if (t.rows.size() == kMostRows) break;
        const std::string topic = data.topicName(e.topic), function = data.functionName(e.function);
        t.rows.push_back({word(e.output ? function : topic, true), word(e.output ? topic : function),
                          number(e.count), e.output ? word("–") : number(e.failed, Ink::FailedText),
                          word(shortCount(static_cast<double>(e.count) / seconds))});
    }
    blocks.emplace_back(std::move(t));
    addMore(blocks, data.flow.size());

    blocks.emplace_back(Heading{"Losses", 2});
    if (data.losses.empty()) {
        blocks.emplace_back(
            Paragraph{"No event was passed over by a function that reads its topic.", Ink::Text2});
        return;
    }
    Table losses;
    losses.columns = {{"Function", false, 2}, {"Topic", false, 2},     {"Why", false, 1.4},
                      {"Events", true, 1},    {"First at", true, 1.2}, {"Last at", true, 1.2}};
    for (const Loss& l : data.losses) {
        if (losses.rows.size() == kMostRows) break;
        losses.rows.push_back({word(l.function, true),
                               word(l.topic),
                               word(l.reason),
                               number(l.events),
                               {clock(l.first_at), Ink::Text, false, true, Glyph::None},
                               {clock(l.last_at), Ink::Text, false, true, Glyph::None}});
    }
    blocks.emplace_back(std::move(losses));
}

}  // namespace

Document compose(const ReportData& data, double width) {
    const analysis::SessionStats& s = data.stats;
    Document d;
    d.kind = "Weir session report";
    d.title = data.info.name.empty() ? data.file : data.info.name;
    const std::string end = clock(data.last, true);
    const bool days = end.substr(0, 10) != clock(data.first, true).substr(0, 10);
    d.facts = {
        fmt::format("{} – {} UTC, {}", clock(data.first, true).substr(0, 19),
                    days ? end.substr(0, 19) : end.substr(11, 8), formatDuration(data.last - data.first)),
        fmt::format("{}, {}", data.info.cluster.empty() ? "no cluster" : data.info.cluster,
                    modeWords(data.info.mode)),
        fmt::format("{}, {}", data.file, formatSize(data.info.file_bytes))};
    if (data.origin)
        d.facts.push_back("Part: " + (data.origin->filter.empty()
                                          ? formatCount(data.origin->events) + " events"
                                          : data.origin->filter));
    d.verdict = verdictOf(data);
    const std::int64_t failed = failedCalls(s.calls);
    d.tiles = {
        {"Events", formatCount(s.events)},
        {"Invocations", formatCount(s.calls.invocations)},
        {"Deliveries", formatCount(s.calls.deliveries)},
        {"Throughput", shortCount(s.events_per_second) + "\u00A0ev/s"},
        {"Total p50", durationOrDash(s.calls.total, 0.5)},
        {"Total p99", durationOrDash(s.calls.total, 0.99)},
        {"Cold calls", fmt::format("{} ({})", formatCount(s.calls.cold_starts),
                                   share(s.calls.cold_starts, s.calls.invocations))},
        {"Failed calls", fmt::format("{} ({})", formatCount(failed), share(failed, s.calls.invocations))}};
    d.blocks.emplace_back(Picture{throughputFigure(data, width)});
    composeOrder(data, width, d.blocks);
    composeFunctions(data, width, d.blocks);
    d.blocks.emplace_back(Heading{"Run over time", 2});
    d.blocks.emplace_back(
        Paragraph{"From the start to the end of the calls that ended: the median, and dashed what 99 of 100 "
                  "did not exceed.",
                  Ink::Text2});
    d.blocks.emplace_back(Picture{latencyFigure(data, width)});
    composeColdStarts(data, d.blocks);
    composeFlow(data, width, d.blocks);
    composeCost(data, d.blocks);
    composeSession(data, d.blocks);
    return d;
}

}  // namespace weir::report
