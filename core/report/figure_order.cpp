// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "report/figure_axis.h"
#include "report/figures.h"
#include "report/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::report {
namespace {

/// Calls on a clock, one below the other: where it is their times that tell.
Figure callsFigure(const Example& example, double width) {
    constexpr double kLeft = 78, kHeight = 20, kTop = 8, kStep = 30;
    const double base = kTop + kStep * static_cast<double>(example.calls.size()) + 8;
    Figure f{width, base + 24, "Calls of " + example.topic + " over time", {}};
    TimeNs first = example.calls.front().start, last = example.calls.front().end;
    for (const CallInPicture& c : example.calls) {
        first = std::min(first, c.start);
        last = std::max(last, c.end);
    }
    const TimeAxis axis(first, last, kLeft, width - 6);
    double y = kTop;
    for (const CallInPicture& c : example.calls) {
        const double from = axis.x(c.start), to = std::max(from + 3, axis.x(c.end));
        f.shapes.emplace_back(
            Label{0, y + 14, "#" + formatCount(c.id), Ink::Text, Anchor::Start, 11.5, true, false});
        f.box(from, y, to - from, kHeight, c.broken ? Ink::Break : Ink::Success);
        const std::string range = c.events > 1 ? formatCount(c.first) + "–" : formatCount(c.first);
        if (to - from > 40) {
            f.shapes.emplace_back(Label{(from + to) / 2, y + 14, range, c.broken ? Ink::OnBreak : Ink::OnFill,
                                        Anchor::Middle, 11, false, true});
        }
        y += kStep;
    }
    axis.draw(f, base);
    return f;
}

}  // namespace

Figure orderFigure(const Example& example, double width) {
    if (example.finding.kind == order::Kind::Overlap || example.finding.kind == order::Kind::Duplicate)
        return callsFigure(example, width);
    constexpr double kLeft = 78, kGap = 4, kHeight = 20, kTop = 6, kBottom = 72;
    Figure f{width, 116, "Expected and actual order of " + example.topic, {}};
    std::vector<CallInPicture> expected = example.calls, actual = example.calls;
    std::sort(expected.begin(), expected.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    std::sort(actual.begin(), actual.end(),
              [](const auto& a, const auto& b) { return std::tie(a.end, a.id) < std::tie(b.end, b.id); });
    const auto count = static_cast<double>(expected.size());
    const double each = std::min(130.0, (width - kLeft - 4) / std::max(1.0, count) - kGap);
    const auto x = [&](std::size_t i) { return kLeft + static_cast<double>(i) * (each + kGap); };
    for (const auto& [words, y] : {std::pair{"Expected", kTop}, std::pair{"Actual", kBottom}}) {
        f.shapes.emplace_back(Label{0, y + 14, words, Ink::Text, Anchor::Start, 11.5, true, false});
    }
    // Lines first, so that the boxes cover their ends.
    for (const bool broken : {false, true}) {
        for (std::size_t to = 0; to < actual.size(); ++to) {
            const auto from = std::find_if(expected.begin(), expected.end(),
                                           [&](const auto& c) { return c.id == actual[to].id; });
            if (actual[to].broken != broken) continue;
            const double x1 = x(static_cast<std::size_t>(from - expected.begin())) + each / 2,
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
    const auto draw = [&](const CallInPicture& c, std::size_t i, double y) {
        f.box(x(i), y, each, kHeight, c.broken ? Ink::Break : Ink::Success);
        const std::string range = c.events > 1 ? formatCount(c.first) + "–" : formatCount(c.first);
        f.shapes.emplace_back(Label{x(i) + each / 2, y + 14, range, c.broken ? Ink::OnBreak : Ink::OnFill,
                                    Anchor::Middle, 11, false, true});
    };
    for (std::size_t i = 0; i < expected.size(); ++i) draw(expected[i], i, kTop);
    for (std::size_t i = 0; i < actual.size(); ++i) {
        draw(actual[i], i, kBottom);
        const std::string at = clock(actual[i].end);
        f.shapes.emplace_back(Label{x(i) + each / 2, kBottom + kHeight + 15, each < 80 ? at.substr(6) : at,
                                    actual[i].broken ? Ink::Break : Ink::Text2, Anchor::Middle, 11, false,
                                    true});
    }
    return f;
}

}  // namespace weir::report
