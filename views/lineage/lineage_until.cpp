// SPDX-License-Identifier: GPL-3.0-or-later
#include "lineage/lineage_until.h"

#include <algorithm>
#include <vector>

namespace weir::views {
namespace {

void earliest(std::optional<TimeNs>& known, const std::optional<TimeNs>& other) {
    if (other && (!known || *other < *known)) known = other;
}

}  // namespace

LineageLater laterThan(const analysis::Lineage& lineage, TimeNs at) {
    using Edge = analysis::LineageEdge;
    std::vector<std::optional<TimeNs>> there(lineage.events.size());
    for (std::size_t i = 0; i < lineage.events.size(); ++i) {
        earliest(there[i], lineage.events[i].received);
        earliest(there[i], lineage.events[i].written);
    }
    for (const Edge& edge : lineage.edges) {
        // An event that no record names was there when its call put it out, or when a call began with it.
        if (edge.kind == Edge::Kind::Produced) earliest(there[edge.to], edge.to_at);
        if (edge.kind == Edge::Kind::Delivered) earliest(there[edge.from], lineage.calls[edge.to].start);
    }

    LineageLater later;
    for (std::size_t i = 0; i < lineage.events.size(); ++i) {
        if (there[i] && *there[i] > at) later.events.insert(i);
        const auto& losses = lineage.events[i].losses;
        const bool lost_by_then =
            std::any_of(losses.begin(), losses.end(),
                        [at](const analysis::EventLoss& loss) { return !loss.at || *loss.at <= at; });
        if (!losses.empty() && !lost_by_then) later.kept.insert(i);
    }
    for (std::size_t i = 0; i < lineage.calls.size(); ++i) {
        const analysis::CallNode& call = lineage.calls[i];
        const std::optional<TimeNs>& begin = call.start ? call.start : call.end;
        if (begin && *begin > at) {
            later.calls.insert(i);
        } else if (call.start && call.end && *call.end > at) {
            later.open.insert(i);
        }
    }
    return later;
}

}  // namespace weir::views
