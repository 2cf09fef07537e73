// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "report/figure_axis.h"
#include "report/figures.h"

#include <fmt/format.h>

namespace weir::report {
namespace {

/// Marks with a sentence above a chart; those that would collide drop to the next row, then to the mark
/// alone.
class Marks {
  public:
    Marks(Figure& figure, double right) : figure_(figure), right_(right) {}

    void add(double x, const std::string& words, Ink line, Ink ink, bool dashed, double bottom) {
        const double length = static_cast<double>(words.size()) * 5.7 + 10;
        int row = 0;
        while (row < 2 && x < ends_[row] + 6) ++row;
        const bool left = x + length > right_;
        const double top = row < 2 ? 4 + row * 16 : 36;
        figure_.line(x, top, x, bottom, line, 1.5, dashed);
        if (row == 2 || (left && x - length < (row < 2 ? ends_[row] : 0))) return;
        figure_.text(left ? x - 6 : x + 6, top + 9, words, ink, left ? Anchor::End : Anchor::Start);
        ends_[row] = left ? right_ : x + length;
    }

  private:
    Figure& figure_;
    double right_;
    double ends_[2] = {-10, -10};
};

void addMarks(Figure& f, const ReportData& data, const TimeAxis& axis, double bottom) {
    struct Mark {
        TimeNs at;
        std::string words;
        Ink line, ink;
        bool dashed;
    };
    std::vector<Mark> marks;
    for (const Rebalance& r : data.rebalances) {
        marks.push_back({r.at, "rebalance, " + counted(r.partitions, "partition", "partitions"), Ink::Text2,
                         Ink::Text, false});
    }
    if (data.order) {
        std::size_t drawn = 0;
        for (const FindingGroup& g : data.order->groups) {
            if (g.severity != order::Severity::Error || ++drawn > 4) continue;
            marks.push_back({g.first_at, fmt::format("{} {}", formatCount(g.units), order::word(g.kind)),
                             Ink::Break, Ink::Break, true});
        }
    }
    std::sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) { return a.at < b.at; });
    Marks writer(f, f.width);
    for (const Mark& m : marks) writer.add(axis.x(m.at), m.words, m.line, m.ink, m.dashed, bottom);
}

}  // namespace

Figure throughputFigure(const ReportData& data, double width) {
    constexpr double kTop = 44, kBase = 108, kCold = 116;
    Figure f{width, 140, "Events a second over time", {}};
    const TimeAxis axis(data.first, data.last, 0, width);
    double most = 0;
    for (const Moment& m : data.timeline) most = std::max(most, m.eventsPerSecond());
    if (most > 0) {
        Line area{{}, Ink::Success, Ink::None, 1.5, false, false};
        double end = 0;
        const auto point = [&](double x, double rate) {
            area.points.emplace_back(x, kBase - rate / most * (kBase - kTop - 6));
        };
        for (const Moment& m : data.timeline) {
            const double from = axis.x(m.start), to = std::max(from + 0.5, axis.x(m.start + m.width));
            if (from > end + 1) {
                point(end, 0);
                point(from, 0);
            }
            point(from, m.eventsPerSecond());
            point(to, m.eventsPerSecond());
            end = to;
        }
        point(end, 0);
        Line fill = area;
        fill.points.insert(fill.points.begin(), {area.points.front().first, kBase});
        fill.fill = Ink::SuccessSoft;
        fill.stroke = Ink::None;
        f.shapes.emplace_back(fill);
        f.shapes.emplace_back(area);
        f.text(0, kTop + 2, "at most " + shortCount(most) + "\u00A0ev/s");
    } else {
        f.text(0, kTop + 20, "No event arrived.");
    }
    for (const Moment& m : data.timeline) {
        if (m.cold_starts > 0)
            f.box(axis.x(m.start), kCold - 5, std::max(3.0, axis.x(m.start + m.width) - axis.x(m.start)), 4,
                  Ink::Cold);
    }
    axis.draw(f, kCold);
    addMarks(f, data, axis, kBase);
    return f;
}

Figure latencyFigure(const ReportData& data, double width) {
    constexpr double kTop = 8, kBase = 128, kLeft = 52;
    Figure f{width, 156, "Run of the calls that ended: p50 and p99 over time", {}};
    const TimeAxis axis(data.first, data.last, kLeft, width - 44);
    double low = 1e18, high = 0;
    for (const Moment& m : data.timeline) {
        if (!m.run_p50) continue;
        low = std::min(low, static_cast<double>(std::max<DurationNs>(*m.run_p50, 1'000)));
        high = std::max(high, static_cast<double>(m.run_p99.value_or(*m.run_p50)));
    }
    if (high <= 0) {
        f.text(kLeft, 40, "No call ended.");
        axis.draw(f, kBase);
        return f;
    }
    const double bottom = std::floor(std::log10(low)),
                 top = std::max(bottom + 1, std::ceil(std::log10(high)));
    const auto y = [&](double ns) {
        return kBase - (std::log10(std::max(ns, low)) - bottom) / (top - bottom) * (kBase - kTop);
    };
    for (double e = bottom; e <= top; ++e) {
        const double at = kBase - (e - bottom) / (top - bottom) * (kBase - kTop);
        f.line(kLeft, at, width - 44, at, Ink::Line);
        const auto value = static_cast<DurationNs>(std::llround(std::pow(10, e)));
        std::string words = durationLiteral(value);
        f.shapes.emplace_back(Label{kLeft - 6, at + 4, words, Ink::Text2, Anchor::End, 11, false, true});
    }
    const auto curve = [&](std::optional<DurationNs> Moment::*which, Ink ink, bool dashed, const char* name) {
        Line line{{}, ink, Ink::None, dashed ? 1.2 : 1.8, dashed, false};
        double end = -1;
        const auto flush = [&] {
            if (line.points.size() > 1) f.shapes.emplace_back(line);
            line.points.clear();
        };
        double last_y = 0;
        for (const Moment& m : data.timeline) {
            const double from = axis.x(m.start), to = std::max(from + 1, axis.x(m.start + m.width));
            if (!(m.*which) || from > end + 24) flush();
            end = to;
            if (!(m.*which)) continue;
            last_y = y(static_cast<double>(*(m.*which)));
            line.points.emplace_back((from + to) / 2, last_y);
            if (line.points.size() == 1) line.points.emplace(line.points.begin(), from, last_y);
        }
        flush();
        f.text(width - 38, dashed ? last_y - 2 : last_y + 9, name, Ink::Text);
    };
    curve(&Moment::run_p99, Ink::Text2, true, "p99");
    curve(&Moment::run_p50, Ink::Accent, false, "p50");
    axis.draw(f, kBase);
    return f;
}

}  // namespace weir::report
