// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "report/figures.h"
#include "report/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace weir::report {
namespace {

constexpr std::size_t kMostNodes = 40;
constexpr double kRow = 62, kHeight = 38;

struct Node {
    bool function = false;
    std::int64_t id = 0;
    std::string name, below;
    int column = 0;
    double x = 0, y = 0;
};

using Key = std::pair<bool, std::int64_t>;

/// The longest way from a source, in steps; a cycle ends where it would begin again.
void setColumns(std::map<Key, Node>& nodes, const std::vector<FlowEdge>& edges) {
    for (std::size_t round = 0; round < nodes.size(); ++round) {
        bool moved = false;
        for (const FlowEdge& e : edges) {
            const auto topic = nodes.find({false, e.topic.value});
            const auto function = nodes.find({true, e.function.value});
            if (topic == nodes.end() || function == nodes.end()) continue;
            const int from = e.output ? function->second.column : topic->second.column;
            int& to = e.output ? topic->second.column : function->second.column;
            if (to > from || from + 1 > static_cast<int>(std::min<std::size_t>(nodes.size(), 9))) continue;
            to = from + 1;
            moved = true;
        }
        if (!moved) return;
    }
}

}  // namespace

std::string elide(const std::string& text, std::size_t most) {
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xC0u) != 0x80u) starts.push_back(i);
    }
    if (starts.size() <= most || most < 3) return text;
    const std::size_t head = (most - 1) / 2, tail = most - 1 - head;
    return text.substr(0, starts[head]) + "…" + text.substr(starts[starts.size() - tail]);
}

Figure flowFigure(const ReportData& data, double width) {
    std::map<Key, Node> nodes;
    for (std::size_t i = 0; i < data.topics.size() && nodes.size() < kMostNodes; ++i) {
        const auto& t = data.topics[i];
        std::int64_t outputs = 0;
        bool joined = false;
        for (const FlowEdge& e : data.flow) {
            joined = joined || e.topic == t.id;
            if (e.topic == t.id && e.output) outputs += e.count;
        }
        const std::int64_t events = data.topic_events[i];
        if (data.origin && events == 0 && !joined) continue;  // has nothing to do with the part
        nodes[{false, t.id.value}] = Node{false,
                                          t.id.value,
                                          t.name,
                                          events == 0 && outputs > 0 ? counted(outputs, "output", "outputs")
                                                                     : counted(events, "event", "events"),
                                          0,
                                          0,
                                          0};
    }
    for (const auto& f : data.stats.functions) {
        if (nodes.size() >= kMostNodes) break;
        nodes[{true, f.id.value}] =
            Node{true, f.id.value, f.name, counted(f.calls.invocations, "call", "calls"), 1, 0, 0};
    }
    setColumns(nodes, data.flow);
    int columns = 1;
    for (const auto& [key, node] : nodes) columns = std::max(columns, node.column + 1);
    const double step = width / columns;
    const double box = std::min(190.0, std::max(step * 0.68, step - 34));
    std::map<int, int> rows;
    for (auto& [key, node] : nodes) {
        node.x = node.column * step + (columns == 1 ? 0 : (step - box) / (columns - 1) * node.column);
        node.y = 8 + kRow * rows[node.column]++;
    }
    int most = 1;
    for (const auto& [column, count] : rows) most = std::max(most, count);
    Figure f{width,
             8 + kRow * most - (kRow - kHeight) + 8,
             "Topics and functions, with what went between them",
             {}};

    std::int64_t largest = 1;
    for (const FlowEdge& e : data.flow) largest = std::max(largest, e.count);
    std::vector<Shape> words;
    for (const FlowEdge& e : data.flow) {
        const auto topic = nodes.find({false, e.topic.value});
        const auto function = nodes.find({true, e.function.value});
        if (topic == nodes.end() || function == nodes.end()) continue;
        const Node& from = e.output ? function->second : topic->second;
        const Node& to = e.output ? topic->second : function->second;
        const double x1 = from.x + box, y1 = from.y + kHeight / 2, x2 = to.x - 6, y2 = to.y + kHeight / 2;
        const double bend = std::max(18.0, (x2 - x1) / 2);
        const double thick =
            1 + 3 * std::log1p(static_cast<double>(e.count)) / std::log1p(static_cast<double>(largest));
        const Ink ink = e.failed > 0 ? Ink::Failed : Ink::LineStrong;
        f.shapes.emplace_back(
            Line{{{x1, y1}, {x1 + bend, y1}, {x2 - bend, y2}, {x2, y2}}, ink, Ink::None, thick, false, true});
        f.shapes.emplace_back(
            Line{{{x2 - 2, y2 - 4}, {x2 + 5, y2}, {x2 - 2, y2 + 4}}, Ink::None, ink, 1, false, false});
        if (e.failed > 0 && x2 > x1) {
            words.emplace_back(Label{(x1 + x2) / 2, (y1 + y2) / 2 - 6, share(e.failed, e.count) + " failed",
                                     Ink::FailedText, Anchor::Middle, 11, false, false});
        }
    }
    for (const auto& [key, node] : nodes) {
        f.box(node.x, node.y, box, kHeight, node.function ? Ink::Chrome : Ink::None, Ink::LineStrong,
              node.function ? 4.9 : 0);
        if (!node.function) f.box(node.x, node.y, 4, kHeight, Ink::LineStrong);
        const auto room = static_cast<std::size_t>(std::max(6.0, (box - 16) / (box < 130 ? 6.2 : 6.9)));
        f.shapes.emplace_back(Label{node.x + 12, node.y + 16, elide(node.name, room), Ink::Text,
                                    Anchor::Start, 12, true, false});
        f.shapes.emplace_back(Label{node.x + 12, node.y + 31, elide(node.below, room + 3), Ink::Text2,
                                    Anchor::Start, box < 130 ? 9.5 : 11, false, false});
    }
    f.shapes.insert(f.shapes.end(), words.begin(), words.end());
    return f;
}

Figure functionsFigure(const ReportData& data, double width) {
    constexpr double kLine = 24, kLabel = 150, kRight = 160;
    double most = 0;
    std::vector<const analysis::FunctionStats*> shown;
    for (const auto& fn : data.stats.functions) {
        if (fn.calls.run.empty() || shown.size() == kMostNodes) continue;
        shown.push_back(&fn);
        most =
            std::max(most, static_cast<double>(fn.calls.wait.percentile(0.5) + fn.calls.run.percentile(0.5)));
    }
    Figure f{width,
             kLine * static_cast<double>(shown.size()) + 22,
             "Wait and run of the median call of each function",
             {}};
    if (shown.empty()) {
        f.text(0, 14, "No call ended.");
        return f;
    }
    const double scale = (width - kLabel - kRight) / std::max(1.0, most);
    double y = 2;
    for (const auto* fn : shown) {
        const auto wait = static_cast<double>(fn->calls.wait.percentile(0.5));
        const auto run = static_cast<double>(fn->calls.run.percentile(0.5));
        f.shapes.emplace_back(
            Label{0, y + 13, elide(fn->name, 22), Ink::Text, Anchor::Start, 12, true, false});
        f.box(kLabel, y + 2, wait * scale, 14, Ink::Waiting);
        f.box(kLabel + wait * scale, y + 2, std::max(1.0, run * scale), 14, Ink::Success);
        f.shapes.emplace_back(Label{kLabel + (wait + run) * scale + 8, y + 13,
                                    formatDuration(static_cast<DurationNs>(wait)) + " + " +
                                        formatDuration(static_cast<DurationNs>(run)),
                                    Ink::Text2, Anchor::Start, 11, false, true});
        y += kLine;
    }
    f.box(kLabel, y + 4, 9, 9, Ink::Waiting);
    f.text(kLabel + 14, y + 13, "wait p50");
    f.box(kLabel + 84, y + 4, 9, 9, Ink::Success);
    f.text(kLabel + 98, y + 13, "run p50");
    return f;
}

}  // namespace weir::report
