// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/lineage/lineage_format.h"
#include "base/text.h"

#include <fmt/format.h>

namespace weir::analysis {
namespace {

/// `1 call`, `2 calls`; the word as of one.
std::string counted(std::int64_t count, const char* one, const char* many) {
    return formatCount(count) + " " + (count == 1 ? one : many);
}

std::string deliveredLine(const LineageAggregate& graph, const LineageAggregate::Delivered& d) {
    const auto& f = graph.functions[d.function];
    std::string line = fmt::format("{} → {}{}  {} in {}, {:.1f}/s", terminalSafe(graph.topics[d.topic].name),
                                   terminalSafe(f.name), f.observed ? " (observed)" : "",
                                   counted(d.deliveries, "delivery", "deliveries"),
                                   counted(d.calls, "call", "calls"), d.per_second);
    if (d.failed > 0) line += fmt::format(", {} failed", formatCount(d.failed));
    if (d.in_flight > 0) line += fmt::format(", {} in flight", formatCount(d.in_flight));
    for (const auto& [reason, count] : d.skipped) line += fmt::format(", {} {}", formatCount(count), reason);
    return line;
}

}  // namespace

std::string aggregateText(const LineageAggregate& graph) {
    std::string out = "Topics\n";
    for (const auto& t : graph.topics)
        out += fmt::format("  {}  {}\n", terminalSafe(t.name), counted(t.events, "event", "events"));
    out += "\nFlow\n";
    for (std::size_t f = 0; f < graph.functions.size(); ++f) {
        for (const auto& d : graph.delivered) {
            if (d.function == f) out += "  " + deliveredLine(graph, d) + "\n";
        }
        for (const auto& p : graph.produced) {
            if (p.function != f) continue;
            out += fmt::format("  {} → {}  {}, {:.1f}/s\n", terminalSafe(graph.functions[f].name),
                               terminalSafe(graph.topics[p.topic].name),
                               counted(p.outputs, "output", "outputs"), p.per_second);
        }
    }
    for (const auto& n : graph.named) {
        out += fmt::format("  {} ⇢ {}  by header, the calls are not known\n",
                           terminalSafe(graph.topics[n.from].name), terminalSafe(graph.topics[n.to].name));
    }
    if (graph.functions.empty() && graph.named.empty())
        out += "  no function and no header that names a cause\n";
    return out;
}

}  // namespace weir::analysis
