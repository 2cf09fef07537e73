// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/lineage/lineage_format.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace weir::analysis {
namespace {

using Kind = LineageEdge::Kind;
using Index = std::size_t;

constexpr std::size_t kLongestKey = 60;
constexpr std::size_t kLongestError = 200;

std::string cutShort(std::string text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
    return text.substr(0, most) + "…";
}

/// `+12.3 ms`, `−4 µs`.
std::string signedDuration(DurationNs d) {
    return d < 0 ? "−" + formatDuration(-d) : "+" + formatDuration(d);
}

class Tree {
  public:
    explicit Tree(const Lineage& lineage)
        : l_(lineage),
          to_event_(l_.events.size()),
          from_event_(l_.events.size()),
          from_call_(l_.calls.size()) {
        for (Index i = 0; i < l_.edges.size(); ++i) {
            const LineageEdge& e = l_.edges[i];
            if (e.kind != Kind::Delivered) to_event_[e.to].push_back(i);
            if (e.kind != Kind::Produced) from_event_[e.from].push_back(i);
            if (e.kind == Kind::Produced) from_call_[e.from].push_back(i);
        }
    }

    std::string text() {
        const EventNode& start = l_.events.front();
        out_ = eventLine(start) + "\n";
        if (const auto at = timeOf(start)) out_ += "  " + formatTimeUtc(*at) + "\n";
        out_ += "\nCauses\n";
        const std::size_t before = out_.size();
        shown_.assign(l_.events.size(), false);
        shown_[0] = true;
        up(0, "  ");
        if (out_.size() == before) out_ += "  none known\n";
        out_ += "\nEffects\n";
        const std::size_t middle = out_.size();
        shown_.assign(l_.events.size(), false);
        shown_[0] = true;
        down(0, "  ");
        if (out_.size() == middle) out_ += "  none known\n";
        if (l_.truncated)
            out_ +=
                "\nThis is not all: lines that end in \"…\" have more behind them. --up, --down, --fan and "
                "--events set how much is shown.\n";
        return std::move(out_);
    }

  private:
    struct Line {
        std::string text;
        enum class Next { Nothing, UpEvent, DownEvent, Causes, Outputs } next = Next::Nothing;
        Index index = 0;  // event, edge
        Index of = 0;     // Outputs: the event whose effects they are
    };

    static std::optional<TimeNs> timeOf(const EventNode& e) {
        if (e.received) return e.received;
        if (e.written) return e.written;
        return e.timestamp;
    }

    std::string eventLine(const EventNode& e) const {
        std::string line = terminalSafe(eventPlaceText(e.place));
        if (e.key) line += "  key " + cutShort(terminalSafe(*e.key), kLongestKey);
        if (!e.type.empty()) line += "  " + cutShort(terminalSafe(e.type), kLongestKey);
        const auto start = timeOf(l_.events.front());
        const auto at = timeOf(e);
        if (&e != &l_.events.front() && start && at) line += "  " + signedDuration(*at - *start);
        if (!e.recorded) line += "  (not recorded)";
        return line;
    }

    std::string callLine(const CallNode& c, const std::optional<facts::Outcome>& of_event) const {
        std::string line =
            (c.function.empty() ? "?" : terminalSafe(c.function)) + fmt::format(" #{}", c.id.value);
        if (c.observed) {
            line += "  seen from outside";
        } else {
            if (c.attempt > 1) line += fmt::format("  attempt {}", c.attempt);
            if (c.cold) line += "  cold";
            if (c.events != 1) line += fmt::format("  {} events", formatCount(c.events));
            line += fmt::format("  {}", of_event ? facts::word(*of_event) : "in flight");
            if (c.start && c.end) line += "  ran " + formatDuration(*c.end - *c.start);
        }
        const auto start = timeOf(l_.events.front());
        const auto at = c.start ? c.start : c.end;
        if (start && at) line += "  " + signedDuration(*at - *start);
        if (!c.error.empty() && of_event != facts::Outcome::Success)
            line += "  " + cutShort(terminalSafe(c.error), kLongestError);
        return line;
    }

    std::string lossLine(const EventLoss& loss) const {
        std::string line = fmt::format("✗ {}: {}", word(loss.kind), terminalSafe(loss.function));
        if (!loss.trigger.empty()) line += " (" + terminalSafe(loss.trigger) + ")";
        const auto start = timeOf(l_.events.front());
        if (loss.at && start) line += "  " + signedDuration(*loss.at - *start);
        if (!loss.detail.empty()) line += "  " + cutShort(terminalSafe(loss.detail), kLongestError);
        return line;
    }

    void print(const std::vector<Line>& lines, const std::string& indent) {
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const bool last = i + 1 == lines.size();
            out_ += indent + (last ? "└─ " : "├─ ") + lines[i].text + "\n";
            const std::string deeper = indent + (last ? "   " : "│  ");
            switch (lines[i].next) {
                case Line::Next::Nothing:
                    break;
                case Line::Next::UpEvent:
                    up(lines[i].index, deeper);
                    break;
                case Line::Next::DownEvent:
                    down(lines[i].index, deeper);
                    break;
                case Line::Next::Causes:
                    causes(l_.edges[lines[i].index], deeper);
                    break;
                case Line::Next::Outputs:
                    outputs(lines[i].index, lines[i].of, deeper);
                    break;
            }
        }
    }

    Line eventAt(Index event, Line::Next next, const std::string& before = {}) {
        Line line{before + eventLine(l_.events[event]), next, event, 0};
        if (shown_[event]) {
            line.text += "  (shown above)";
            line.next = Line::Next::Nothing;
        }
        shown_[event] = true;
        return line;
    }

    static std::string byHeader(const LineageEdge& edge) {
        return edge.function.empty() ? "by header: "
                                     : "by header, from " + terminalSafe(edge.function) + ": ";
    }

    void up(Index event, const std::string& indent) {
        std::vector<Line> lines;
        for (const Index i : to_event_[event]) {
            const LineageEdge& edge = l_.edges[i];
            if (edge.kind == Kind::Named) {
                lines.push_back(eventAt(edge.from, Line::Next::UpEvent, byHeader(edge)));
            } else if (!edge.causes.empty() || l_.events[event].step <= 0) {
                const CallNode& call = l_.calls[edge.from];
                lines.push_back({callLine(call, call.outcome), Line::Next::Causes, i, 0});
            }
        }
        const LineageCut& cut = l_.events[event].cut;
        if (cut.hidden_causes > 0)
            lines.push_back({fmt::format("{} more causes …", formatCount(cut.hidden_causes)), {}, 0, 0});
        if (cut.steps && lines.empty()) lines.push_back({"more causes …", {}, 0, 0});
        print(lines, indent);
    }

    void causes(const LineageEdge& produced, const std::string& indent) {
        std::vector<Line> lines;
        for (const Index cause : produced.causes) lines.push_back(eventAt(cause, Line::Next::UpEvent));
        print(lines, indent);
    }

    void down(Index event, const std::string& indent) {
        std::vector<Line> lines;
        for (const Index i : from_event_[event]) {
            const LineageEdge& edge = l_.edges[i];
            if (edge.kind == Kind::Named) {
                lines.push_back(eventAt(edge.to, Line::Next::DownEvent, byHeader(edge)));
            } else {
                lines.push_back(
                    {callLine(l_.calls[edge.to], edge.outcome), Line::Next::Outputs, edge.to, event});
            }
        }
        for (const EventLoss& loss : l_.events[event].losses) lines.push_back({lossLine(loss), {}, 0, 0});
        const LineageCut& cut = l_.events[event].cut;
        if (cut.hidden_effects || (cut.steps && lines.empty())) lines.push_back({"more effects …", {}, 0, 0});
        print(lines, indent);
    }

    void outputs(Index call, Index event, const std::string& indent) {
        std::vector<Line> lines;
        for (const Index i : from_call_[call]) {
            const LineageEdge& edge = l_.edges[i];
            if (std::find(edge.causes.begin(), edge.causes.end(), event) == edge.causes.end()) continue;
            lines.push_back(eventAt(edge.to, Line::Next::DownEvent));
        }
        print(lines, indent);
    }

    const Lineage& l_;
    std::vector<std::vector<Index>> to_event_, from_event_, from_call_;  // edges
    std::vector<bool> shown_;
    std::string out_;
};

}  // namespace

std::string lineageText(const Lineage& lineage) {
    return Tree(lineage).text();
}

}  // namespace weir::analysis
