// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "report/compose.h"
#include "report/escape.h"
#include "report/figures.h"
#include "report/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::report {
namespace {

using order::Kind;
using order::Severity;

constexpr std::size_t kMostGroups = 60;

const char* nothingWords(Kind kind) {
    switch (kind) {
        case Kind::Regression:
            return "no event succeeded after a later one had";
        case Kind::Inversion:
            return "no event was overtaken while it ran";
        case Kind::Overlap:
            return "no two calls of one scope ran at once";
        case Kind::Duplicate:
            return "no event succeeded twice";
        case Kind::Gap:
            return "no event was passed over";
        case Kind::OutputInversion:
            return "outputs stand in the order of their causes";
        case Kind::KeySplit:
            return "no key is in two partitions";
        default:
            return "no event was late";
    }
}

std::string whereOf(const FindingGroup& g) {
    std::string out = g.function_name;
    if (!g.topic.empty()) out += (out.empty() ? "" : ", ") + g.topic;
    for (std::size_t i = 0; i < g.partitions.size(); ++i)
        out += (i == 0 ? "/" : ", /") + std::to_string(g.partitions[i]);
    if (g.more_partitions > 0) out += " and " + counted(g.more_partitions, "more", "more");
    return out;
}

Table findingsTable(const OrderData& data) {
    Table t;
    t.columns = {{"Kind", false, 1.6},  {"Severity", false, 0.8}, {"Units", true, 0.9},
                 {"Where", false, 3.2}, {"Cause", false, 1},      {"First at", true, 1.2}};
    for (const FindingGroup& g : data.groups) {
        if (t.rows.size() == kMostGroups) break;
        const Ink ink = inkOf(g.severity);
        const std::string cause = g.cause ? order::word(*g.cause) : "";
        t.rows.push_back({{order::word(g.kind), Ink::Text, true, false, Glyph::None},
                          {order::word(g.severity), ink, false, false, Glyph::None},
                          {formatCount(g.units), ink, true, false, Glyph::None},
                          {whereOf(g), Ink::Text, false, false, Glyph::None},
                          {cause.empty() ? "–" : cause, Ink::Text, false, false, Glyph::None},
                          {clock(g.first_at), Ink::Text, false, true, Glyph::None}});
        t.rows.back()[0].glyph = glyphOf(g.kind);
        t.rows.back()[0].ink = ink == Ink::Text2 ? Ink::Text : ink;
    }
    for (const Kind kind : order::kKinds) {
        if (data.of(kind) > 0) continue;
        t.rows.push_back({{order::word(kind), Ink::SuccessText, true, false, Glyph::Tick},
                          {"–", Ink::Text3, false, false, Glyph::None},
                          {"0", Ink::Text, false, false, Glyph::None},
                          {nothingWords(kind), Ink::Text2, false, false, Glyph::None},
                          {"–", Ink::Text3, false, false, Glyph::None},
                          {"–", Ink::Text3, false, false, Glyph::None}});
    }
    return t;
}

/// Where an example is at home: `enrich, bids/3`, or the key that is in several partitions.
std::string placeOf(const Example& e) {
    if (e.finding.kind == Kind::KeySplit)
        return fmt::format("{}, key {}", e.topic, elide(plain(e.finding.key.value_or("")), 40));
    const std::string place = fmt::format("{}/{}", e.topic, e.finding.partition);
    return e.function.empty() ? place : e.function + ", " + place;
}

/// `80 events were overtaken and 74 outputs stand in the wrong order`: what errors mean, or notes.
std::string damage(const OrderData& data, Severity severity) {
    std::vector<std::string> parts;
    const auto say = [&](Kind kind, const char* one, const char* many, const char* what) {
        const std::int64_t n =
            data.units.at(static_cast<std::size_t>(kind))[static_cast<std::size_t>(severity)];
        if (n > 0) parts.push_back(counted(n, one, many) + what);
    };
    say(Kind::Inversion, "event was", "events were", " overtaken");
    say(Kind::Regression, "event", "events", " succeeded after later ones");
    say(Kind::OutputInversion, "output stands", "outputs stand", " in the wrong order");
    say(Kind::Gap, "event was", "events were", " passed over");
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i)
        out += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
    return out.empty() ? out : out + ".";
}

}  // namespace

Glyph glyphOf(Kind kind) {
    return static_cast<Glyph>(static_cast<int>(Glyph::Regression) + static_cast<int>(kind));
}

Ink inkOf(Severity severity) {
    return severity == Severity::Error ? Ink::Break : severity == Severity::Warn ? Ink::WarnText : Ink::Text2;
}

Verdict verdictOf(const ReportData& data) {
    Verdict v;
    if (!data.order) {
        v.ink = Ink::LineStrong;
        v.headline = "Order was not checked.";
        v.detail = "The session keeps no result of an order check.";
        return v;
    }
    const OrderData& o = *data.order;
    const std::string checked =
        fmt::format("{} of {} checked{}.", counted(o.deliveries, "delivery", "deliveries"),
                    counted(o.events, "event", "events"),
                    o.open > 0 ? fmt::format(", {} open", formatCount(o.open)) : "");
    const std::int64_t errors = o.of(Severity::Error), warnings = o.of(Severity::Warn);
    if (errors > 0) {
        v.ink = Ink::Break;
        v.headline = "Order did not hold.";
        v.rest = damage(o, Severity::Error);
        const FindingGroup* worst = o.groups.empty() ? nullptr : &o.groups.front();
        if (worst != nullptr) {
            v.glyph = glyphOf(worst->kind);
            if (worst->cause) v.detail = fmt::format("Main cause: {}. ", order::word(*worst->cause));
        } else {
            v.glyph = Glyph::Inversion;
        }
        v.detail += checked;
        v.side = "exit code 1";
        return v;
    }
    v.glyph = Glyph::Tick;
    v.ink = Ink::SuccessText;
    v.side = "exit code 0";
    v.headline = "Order held.";
    v.detail = checked;
    if (const std::string asked = damage(o, Severity::Note); !asked.empty()) {
        v.headline = "No order that was promised was broken.";
        v.rest = "Where none was: " + asked;
    }
    if (warnings > 0) {
        v.ink = Ink::WarnText;
        v.rest += fmt::format("{}{} for a look below.", v.rest.empty() ? "" : " ",
                              counted(warnings, "warning", "warnings"));
    }
    return v;
}

void composeOrder(const ReportData& data, double width, std::vector<Block>& blocks) {
    blocks.emplace_back(Heading{"Order findings", 2});
    if (!data.order) {
        blocks.emplace_back(Paragraph{"Not checked.", Ink::Text2});
        return;
    }
    blocks.emplace_back(findingsTable(*data.order));
    if (data.order->groups.size() > kMostGroups) {
        blocks.emplace_back(
            Paragraph{"Only the worst groups are listed; the JSON and CSV reports have all.", Ink::Text3});
    }
    int number = 1;
    for (const Example& e : data.order->examples) {
        const std::string words =
            fmt::format("{}  {}, {}", number++, order::word(e.finding.kind), placeOf(e));
        std::vector<std::string> sentences{e.happened};
        if (e.finding.cause != order::Cause::Unknown) {
            sentences.push_back(fmt::format("Cause: {}.", order::word(e.finding.cause)));
        }
        blocks.emplace_back(
            Explained{words, orderFigure(e, std::min(width, 500.0)), "What happened", std::move(sentences)});
    }
}

}  // namespace weir::report
