// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/lineage/named_causes.h"
#include "analysis/lineage/walker.h"
#include "base/cause_text.h"

#include <algorithm>
#include <limits>

namespace weir::analysis {
namespace {

using Kind = LineageEdge::Kind;

}  // namespace

void LineageWalker::hideCauses(Index event, std::int64_t first, std::int64_t last) {
    std::int64_t& hidden = lineage_.events[event].cut.hidden_causes;
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    hidden = last - first >= kMost - hidden ? kMost : hidden + (last - first) + 1;
}

Status LineageWalker::up(Next at, std::deque<Next>& queue) {
    const EventPlace place = lineage_.events[at.event].place;
    bool produced = false;
    for (std::size_t s = 0; s < sessions_.size(); ++s) {
        const TopicId topic = sessions_[s].topic(place.topic);
        if (!topic) continue;
        auto outputs = sessions_[s].reader->outputsAt(topic, place.partition, place.offset);
        if (!outputs) return passOn(outputs);
        produced = produced || !outputs->empty();
        if (at.steps <= 0 && produced) {
            lineage_.events[at.event].cut.steps = true;
            return {};
        }
        for (const journal::OutputPlaceRow& output : *outputs) {
            if (Status status = upThroughOutput(s, at, output, queue); !status) return status;
        }
    }
    return produced ? Status{} : upThroughHeaders(at, queue);
}

Status LineageWalker::upThroughOutput(std::size_t session, Next at, const journal::OutputPlaceRow& output,
                                      std::deque<Next>& queue) {
    const int step = lineage_.events[at.event].step - 1;
    lineage_.events[at.event].written = output.at;
    auto call = callOf(session, output.invocation, step);
    if (!call) return passOn(call);
    {
        LineageEdge& produced = edge(Kind::Produced, *call, at.event);
        produced.from_at = lineage_.calls[*call].end;
        produced.to_at = output.at;
    }
    auto runs = sessions_[session].reader->causesOf(output.id, options_.fan + 1);
    if (!runs) return passOn(runs);
    std::int64_t shown = 0;
    for (const auto& [first, last] : *runs) {
        for (std::int64_t id = first.value; id <= last.value; ++id) {
            std::optional<Index> cause;
            if (shown < options_.fan) {
                const auto place = placeOf(session, EventId{id});
                if (!place) return tl::unexpected<Error>(place.error());
                const auto found = eventAt(*place, step);
                if (!found) return tl::unexpected<Error>(found.error());
                cause = *found;
            }
            if (!cause) {
                hideCauses(at.event, id, last.value);
                break;
            }
            ++shown;
            LineageEdge& delivered = edge(Kind::Delivered, *cause, *call);
            delivered.from_at = lineage_.events[*cause].received;
            delivered.to_at = lineage_.calls[*call].start;
            auto deliveries = sessions_[session].reader->deliveries(EventId{id}, EventId{id});
            if (!deliveries) return passOn(deliveries);
            for (const journal::DeliveryRow& d : *deliveries) {
                if (d.invocation == output.invocation) delivered.outcome = d.outcome;
            }
            std::vector<Index>& causes = edge(Kind::Produced, *call, at.event).causes;
            if (std::find(causes.begin(), causes.end(), *cause) == causes.end()) causes.push_back(*cause);
            enqueue(*cause, at.steps - 1, Way::Up, queue);
        }
    }
    return {};
}

Status LineageWalker::upThroughHeaders(Next at, std::deque<Next>& queue) {
    if (!lineage_.events[at.event].recorded) return {};
    const EventNode& node = lineage_.events[at.event];
    auto headers = sessions_[node.session].reader->headers(node.id);
    if (!headers) return passOn(headers);
    const NamedCauses named = NamedCauses::in(*headers);
    if (named.text.empty()) return {};
    std::vector<std::pair<EventPlace, std::int64_t>> runs;
    forEachPlace(named.text, [&](const PlaceText& p) {
        runs.push_back({{std::string(p.topic), p.partition, p.first}, p.last});
    });
    if (runs.empty()) return {};
    if (at.steps <= 0) {
        lineage_.events[at.event].cut.steps = true;
        return {};
    }
    const int step = lineage_.events[at.event].step - 1;
    std::int64_t shown = 0;
    for (const auto& [first, last] : runs) {
        for (EventPlace cause_place = first;; ++cause_place.offset) {
            std::optional<Index> cause;
            if (shown < options_.fan) {
                const auto found = eventAt(cause_place, step);
                if (!found) return tl::unexpected<Error>(found.error());
                cause = *found;
            }
            if (!cause) {
                hideCauses(at.event, cause_place.offset, last);
                break;
            }
            ++shown;
            LineageEdge& named_edge = edge(Kind::Named, *cause, at.event);
            named_edge.from_at = lineage_.events[*cause].received;
            named_edge.to_at = lineage_.events[at.event].received;
            named_edge.function = named.function;
            enqueue(*cause, at.steps - 1, Way::Up, queue);
            if (cause_place.offset == last) break;
        }
    }
    return {};
}

}  // namespace weir::analysis
