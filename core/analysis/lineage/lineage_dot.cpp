// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/lineage/lineage_format.h"
#include "base/text.h"

#include <fmt/format.h>

#include <string_view>

namespace weir::analysis {
namespace {

using Kind = LineageEdge::Kind;

constexpr std::size_t kLongestName = 120;

/// Lines of a label; names in them cannot end the string, nor say anything to Graphviz.
class Label {
  public:
    Label& line(std::string_view text) {
        if (!text_.empty()) text_ += "\\n";
        std::string safe = terminalSafe(text);
        if (safe.size() > kLongestName) {
            std::size_t end = kLongestName;
            while (end > 0 && (static_cast<unsigned char>(safe[end]) & 0xC0) == 0x80) --end;
            safe = safe.substr(0, end) + "…";
        }
        for (const char c : safe) {
            if (c == '"' || c == '\\') text_ += '\\';
            text_ += c;
        }
        return *this;
    }
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    std::string text_;
};

constexpr const char* kHead =
    "digraph lineage {\n"
    "  rankdir=LR;\n"
    "  node [fontname=\"sans-serif\", fontsize=10];\n"
    "  edge [fontname=\"sans-serif\", fontsize=9];\n";

std::string between(const LineageEdge& e) {
    if (!e.from_at || !e.to_at || *e.to_at < *e.from_at) return {};
    return formatDuration(*e.to_at - *e.from_at);
}

}  // namespace

std::string lineageDot(const Lineage& lineage) {
    std::string out = kHead;
    for (std::size_t i = 0; i < lineage.events.size(); ++i) {
        const EventNode& e = lineage.events[i];
        Label label;
        label.line(eventPlaceText(e.place));
        if (e.key) label.line("key " + *e.key);
        if (!e.type.empty()) label.line(e.type);
        for (const EventLoss& loss : e.losses)
            label.line(fmt::format("✗ {}: {}", word(loss.kind), loss.function));
        if (e.cut.any()) label.line("…");
        out += fmt::format("  e{} [shape=box{}{}, label=\"{}\"];\n", i, i == 0 ? ", penwidth=2" : "",
                           e.recorded ? "" : ", style=dashed", label.text());
    }
    for (std::size_t i = 0; i < lineage.calls.size(); ++i) {
        const CallNode& c = lineage.calls[i];
        Label label;
        label.line(fmt::format("{} #{}", c.function, c.id.value));
        if (!c.observed && c.attempt > 1) label.line(fmt::format("attempt {}", c.attempt));
        label.line(c.outcome ? facts::word(*c.outcome) : "in flight");
        if (c.start && c.end) label.line(formatDuration(*c.end - *c.start));
        out += fmt::format("  c{} [shape=ellipse, label=\"{}\"];\n", i, label.text());
    }
    for (const LineageEdge& e : lineage.edges) {
        Label label;
        if (const std::string time = between(e); !time.empty()) label.line(time);
        if (e.kind == Kind::Delivered && e.outcome != facts::Outcome::Success)
            label.line(e.outcome ? facts::word(*e.outcome) : "in flight");
        if (e.kind == Kind::Named)
            label.line(e.function.empty() ? "by header" : "by header, from " + e.function);
        out += fmt::format("  {}{} -> {}{} [label=\"{}\"{}];\n", e.kind == Kind::Produced ? 'c' : 'e', e.from,
                           e.kind == Kind::Delivered ? 'c' : 'e', e.to, label.text(),
                           e.kind == Kind::Named ? ", style=dashed" : "");
    }
    return out + "}\n";
}

std::string aggregateDot(const LineageAggregate& graph) {
    std::string out = kHead;
    for (std::size_t i = 0; i < graph.topics.size(); ++i) {
        const auto& t = graph.topics[i];
        Label label;
        label.line(t.name);
        if (t.events > 0) label.line(formatCount(t.events) + " events");
        out += fmt::format("  t{} [shape=box, label=\"{}\"];\n", i, label.text());
    }
    for (std::size_t i = 0; i < graph.functions.size(); ++i) {
        Label label;
        label.line(graph.functions[i].name);
        if (graph.functions[i].observed) label.line("observed");
        out += fmt::format("  f{} [shape=ellipse, label=\"{}\"];\n", i, label.text());
    }
    for (const auto& d : graph.delivered) {
        Label label;
        label.line(fmt::format("{}, {:.1f}/s", formatCount(d.deliveries), d.per_second));
        if (d.failed > 0) label.line(formatCount(d.failed) + " failed");
        for (const auto& [reason, count] : d.skipped) label.line(formatCount(count) + " " + reason);
        out += fmt::format("  t{} -> f{} [label=\"{}\"];\n", d.topic, d.function, label.text());
    }
    for (const auto& p : graph.produced) {
        Label label;
        label.line(fmt::format("{}, {:.1f}/s", formatCount(p.outputs), p.per_second));
        out += fmt::format("  f{} -> t{} [label=\"{}\"];\n", p.function, p.topic, label.text());
    }
    for (const auto& n : graph.named)
        out += fmt::format("  t{} -> t{} [label=\"by header\", style=dashed];\n", n.from, n.to);
    return out + "}\n";
}

}  // namespace weir::analysis
