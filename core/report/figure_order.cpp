// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "report/figure_axis.h"
#include "report/figures.h"
#include "report/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::report {
namespace {

/// Something that took its time, as a row below others.
struct ClockRow {
    std::string name, words;
    TimeNs from = 0, to = 0;
    bool broken = false;
};
struct ClockRows {
    std::string about;
    std::vector<ClockRow> rows;
    double room = 40;      ///< what the words of a row need
    bool beside = false;   ///< words for which there is no room go beside their box
    bool figures = false;  ///< words are offsets
};

/// Where it is times that tell.
Figure clockFigure(const ClockRows& shown, double width) {
    constexpr double kLeft = 78, kHeight = 20, kTop = 8, kStep = 30;
    const double base = kTop + kStep * static_cast<double>(shown.rows.size()) + 8;
    Figure f{width, base + 24, shown.about, {}};
    TimeNs first = shown.rows.front().from, last = shown.rows.front().to;
    for (const ClockRow& row : shown.rows) {
        first = std::min(first, row.from);
        last = std::max(last, row.to);
    }
    const TimeAxis axis(first, last, kLeft, width - 6);
    double y = kTop;
    for (const ClockRow& row : shown.rows) {
        const double from = axis.x(row.from), to = std::max(from + 3, axis.x(row.to));
        f.shapes.emplace_back(Label{0, y + 14, row.name, Ink::Text, Anchor::Start, 11.5, true, false});
        f.box(from, y, to - from, kHeight, row.broken ? Ink::Break : Ink::Success);
        if (to - from > shown.room) {
            f.shapes.emplace_back(Label{(from + to) / 2, y + 14, row.words,
                                        row.broken ? Ink::OnBreak : Ink::OnFill, Anchor::Middle, 11, false,
                                        shown.figures});
        } else if (shown.beside) {
            const bool right = to + shown.room < width;
            f.text(right ? to + 6 : from - 6, y + 14, row.words, Ink::Text2,
                   right ? Anchor::Start : Anchor::End);
        }
        y += kStep;
    }
    axis.draw(f, base);
    return f;
}

Figure callsFigure(const Example& example, double width) {
    ClockRows shown;
    shown.about = "Calls of " + example.topic + " over time";
    shown.figures = true;
    for (const CallInPicture& c : example.calls) {
        shown.rows.push_back({"#" + formatCount(c.id),
                              c.events > 1 ? formatCount(c.first) + "–" : formatCount(c.first), c.start,
                              c.end, c.broken});
    }
    return clockFigure(shown, width);
}

/// A box in one of two rows.
struct Slot {
    std::int64_t id = 0;
    std::string words, under;
    bool broken = false, missing = false;
};
struct TwoRows {
    std::string about;
    const char *upper = "Expected", *lower = "Actual";
    std::vector<Slot> expected, actual;
};

/// What was expected above what happened; lines join what is the same.
Figure rowsFigure(const TwoRows& rows, double width) {
    constexpr double kLeft = 78, kGap = 4, kHeight = 20, kTop = 6, kBottom = 72;
    Figure f{width, 116, rows.about, {}};
    const auto count = static_cast<double>(std::max(rows.expected.size(), rows.actual.size()));
    const double each = std::min(130.0, (width - kLeft - 4) / std::max(1.0, count) - kGap);
    const auto x = [&](std::size_t i) { return kLeft + static_cast<double>(i) * (each + kGap); };
    for (const auto& [words, y] : {std::pair{rows.upper, kTop}, std::pair{rows.lower, kBottom}}) {
        f.shapes.emplace_back(Label{0, y + 14, words, Ink::Text, Anchor::Start, 11.5, true, false});
    }
    // Lines first, so that the boxes cover their ends.
    for (const bool broken : {false, true}) {
        for (std::size_t to = 0; to < rows.actual.size(); ++to) {
            if (rows.actual[to].broken != broken) continue;
            const auto from = std::find_if(rows.expected.begin(), rows.expected.end(),
                                           [&](const Slot& s) { return s.id == rows.actual[to].id; });
            if (from == rows.expected.end()) continue;
            const double x1 = x(static_cast<std::size_t>(from - rows.expected.begin())) + each / 2,
                         x2 = x(to) + each / 2;
            const double y1 = kTop + kHeight + 2, y2 = kBottom - 2;
            if (!broken) {
                f.line(x1, y1, x2, y2, Ink::LineStrong);
                continue;
            }
            f.shapes.emplace_back(Line{{{x1, y1}, {x1, y1 + 26}, {x2, y2 - 32}, {x2, y2 - 6}},
                                       Ink::Break,
                                       Ink::None,
                                       2,
                                       false,
                                       true});
            f.shapes.emplace_back(
                Line{{{x2 - 4, y2 - 8}, {x2 + 4, y2 - 8}, {x2, y2}}, Ink::None, Ink::Break, 1, false, false});
        }
    }
    const auto draw = [&](const Slot& s, std::size_t i, double y) {
        if (s.missing) {
            f.box(x(i), y, each, kHeight, Ink::None, Ink::Break);
        } else {
            f.box(x(i), y, each, kHeight, s.broken ? Ink::Break : Ink::Success);
        }
        const Ink ink = s.missing ? Ink::Break : s.broken ? Ink::OnBreak : Ink::OnFill;
        f.shapes.emplace_back(Label{x(i) + each / 2, y + 14, s.words, ink, Anchor::Middle, 11, false, true});
    };
    for (std::size_t i = 0; i < rows.expected.size(); ++i) draw(rows.expected[i], i, kTop);
    for (std::size_t i = 0; i < rows.actual.size(); ++i) {
        const Slot& s = rows.actual[i];
        draw(s, i, kBottom);
        const std::string under = each < 80 && s.under.size() > 8 ? s.under.substr(6) : s.under;
        f.shapes.emplace_back(Label{x(i) + each / 2, kBottom + kHeight + 15, under,
                                    s.broken ? Ink::Break : Ink::Text2, Anchor::Middle, 11, false, true});
    }
    return f;
}

Slot slotOf(const CallInPicture& c) {
    return {c.id, c.events > 1 ? formatCount(c.first) + "–" : formatCount(c.first), clock(c.end), c.broken,
            false};
}

/// Outputs by their causes, and as they stand.
Figure outputsFigure(const Example& example, double width) {
    TwoRows rows;
    rows.about = "Expected and actual order of outputs in " + example.topic;
    for (const OutputInPicture& o : example.outputs)
        rows.actual.push_back(
            {o.offset, formatCount(o.cause), "@ " + formatCount(o.offset), o.broken, false});
    std::vector<OutputInPicture> expected = example.outputs;
    std::stable_sort(expected.begin(), expected.end(),
                     [](const auto& a, const auto& b) { return a.cause < b.cause; });
    for (const OutputInPicture& o : expected)
        rows.expected.push_back({o.offset, formatCount(o.cause), {}, o.broken, false});
    return rowsFigure(rows, width);
}

/// The calls around events that none succeeded with.
Figure gapFigure(const Example& example, double width) {
    TwoRows rows;
    rows.about = "What was delivered of " + example.topic;
    rows.upper = "Recorded";
    rows.lower = "Succeeded";
    const order::Finding& f = example.finding;
    const Slot gap{0, f.first == f.last ? formatCount(f.first) : formatCount(f.first) + "–", {}, true, true};
    bool told = false;
    for (const CallInPicture& c : example.calls) {
        if (!told && c.first > f.first) {
            rows.expected.push_back(gap);
            told = true;
        }
        rows.expected.push_back(slotOf(c));
        rows.actual.push_back(slotOf(c));
    }
    if (!told) rows.expected.push_back(gap);
    return rowsFigure(rows, width);
}

/// Records as their timestamps have them, and as they stand.
Figure lateFigure(const Example& example, double width) {
    TwoRows rows;
    rows.about = "Records of " + example.topic + " by timestamp and by offset";
    rows.upper = "Timestamp";
    rows.lower = "Offset";
    for (const order::EvidenceRecord& r : example.records)
        rows.actual.push_back({r.offset, formatCount(r.offset), clock(r.timestamp), r.broken, false});
    std::vector<order::EvidenceRecord> by_timestamp = example.records;
    std::stable_sort(by_timestamp.begin(), by_timestamp.end(),
                     [](const auto& a, const auto& b) { return a.timestamp < b.timestamp; });
    for (const order::EvidenceRecord& r : by_timestamp)
        rows.expected.push_back({r.offset, formatCount(r.offset), {}, r.broken, false});
    return rowsFigure(rows, width);
}

/// From when to when events with the key came to each partition.
Figure keySplitFigure(const Example& example, double width) {
    ClockRows shown;
    shown.about = "Partitions of " + example.topic + " with events of one key";
    shown.room = 100;
    shown.beside = true;
    for (const order::KeyPlace& p : example.key_places) {
        if (shown.rows.size() == kKeyPlacesDrawn) break;
        shown.rows.push_back({"/" + std::to_string(p.partition), counted(p.events, "event", "events"), p.from,
                              p.to, !shown.rows.empty()});
    }
    return clockFigure(shown, width);
}

}  // namespace

Figure orderFigure(const Example& example, double width) {
    switch (example.finding.kind) {
        case order::Kind::Overlap:
        case order::Kind::Duplicate:
            return callsFigure(example, width);
        case order::Kind::OutputInversion:
            return outputsFigure(example, width);
        case order::Kind::Gap:
            return gapFigure(example, width);
        case order::Kind::Late:
            return lateFigure(example, width);
        case order::Kind::KeySplit:
            return keySplitFigure(example, width);
        default:
            break;
    }
    TwoRows rows;
    rows.about = "Expected and actual order of " + example.topic;
    std::vector<CallInPicture> calls = example.calls;
    std::sort(calls.begin(), calls.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const CallInPicture& c : calls) rows.expected.push_back(slotOf(c));
    std::sort(calls.begin(), calls.end(),
              [](const auto& a, const auto& b) { return std::tie(a.end, a.id) < std::tie(b.end, b.id); });
    for (const CallInPicture& c : calls) rows.actual.push_back(slotOf(c));
    return rowsFigure(rows, width);
}

}  // namespace weir::report
