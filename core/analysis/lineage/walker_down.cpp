// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/lineage/named_causes.h"
#include "analysis/lineage/walker.h"

#include <algorithm>
#include <set>

namespace weir::analysis {
namespace {

using Kind = LineageEdge::Kind;

/// Events of rows of header_cause whose headers are read for one event.
constexpr std::int64_t kMostNamedEvents = 4'096;

}  // namespace

Status LineageWalker::down(Next at, std::deque<Next>& queue) {
    const EventPlace place = lineage_.events[at.event].place;
    if (at.steps <= 0) {
        auto more = hasEffects(place);
        if (!more) return passOn(more);
        lineage_.events[at.event].cut.steps = lineage_.events[at.event].cut.steps || *more;
        return {};
    }
    std::vector<EventLoss> losses;
    std::set<std::string> succeeded;
    for (std::size_t s = 0; s < sessions_.size(); ++s) {
        EventEvidence evidence;
        evidence.session = &sessions_[s];
        evidence.topic = sessions_[s].topic(place.topic);
        if (evidence.topic) {
            if (Status status = downIn(s, at, evidence, queue); !status) return status;
            judgeLosses(evidence, losses, succeeded);
        }
        if (Status status = downThroughHeaders(s, at, queue); !status) return status;
    }
    std::erase_if(losses, [&](const EventLoss& loss) {
        return loss.kind != LossKind::Unanswered && succeeded.contains(loss.function);
    });
    lineage_.events[at.event].losses = std::move(losses);
    return {};
}

Status LineageWalker::downIn(std::size_t session, Next at, EventEvidence& evidence, std::deque<Next>& queue) {
    journal::SessionReader& reader = *sessions_[session].reader;
    const EventPlace place = lineage_.events[at.event].place;
    const int step = lineage_.events[at.event].step;
    auto skips = reader.skipsAt(evidence.topic, place.partition, place.offset);
    if (!skips) return passOn(skips);
    evidence.skips = std::move(*skips);
    auto id = reader.findEvent(evidence.topic, place.partition, place.offset);
    if (!id) return passOn(id);
    if (!*id) return {};
    auto rows = reader.events(*id, 1, 0);
    if (!rows) return passOn(rows);
    if (!rows->empty()) {
        evidence.recorded = rows->front().recorded;
        evidence.received = rows->front().received;
    }
    auto deliveries = reader.deliveries(*id, *id);
    if (!deliveries) return passOn(deliveries);
    evidence.deliveries = std::move(*deliveries);
    const auto count = static_cast<std::int64_t>(evidence.deliveries.size());
    const std::int64_t skipped = std::max<std::int64_t>(0, count - options_.fan);
    if (skipped > 0) lineage_.events[at.event].cut.hidden_effects = true;
    std::set<InvocationId> shown;
    for (std::int64_t i = skipped; i < count; ++i) {
        const journal::DeliveryRow& d = evidence.deliveries[static_cast<std::size_t>(i)];
        auto call = callOf(session, d.invocation, step);
        if (!call) return passOn(call);
        LineageEdge& delivered = edge(Kind::Delivered, at.event, *call);
        delivered.from_at = lineage_.events[at.event].received;
        delivered.to_at = lineage_.calls[*call].start;
        delivered.outcome = d.outcome;
        shown.insert(d.invocation);
    }

    auto outputs = reader.outputsOf(*id, options_.fan + 1);
    if (!outputs) return passOn(outputs);
    for (std::size_t i = 0; i < outputs->size(); ++i) {
        const journal::OutputPlaceRow& output = (*outputs)[i];
        evidence.answered.insert(output.invocation);
        if (static_cast<std::int64_t>(i) >= options_.fan || !shown.contains(output.invocation)) {
            lineage_.events[at.event].cut.hidden_effects = true;
            continue;
        }
        const auto effect =
            eventAt({sessions_[session].topicName(output.topic), output.partition, output.offset}, step + 1);
        if (!effect) return tl::unexpected<Error>(effect.error());
        if (!*effect) {
            lineage_.events[at.event].cut.hidden_effects = true;
            continue;
        }
        lineage_.events[**effect].written = output.at;
        auto call = callOf(session, output.invocation, step);
        if (!call) return passOn(call);
        LineageEdge& produced = edge(Kind::Produced, *call, **effect);
        produced.from_at = lineage_.calls[*call].end;
        produced.to_at = output.at;
        auto& causes = produced.causes;
        if (std::find(causes.begin(), causes.end(), at.event) == causes.end()) causes.push_back(at.event);
        enqueue(**effect, at.steps - 1, Way::Down, queue);
    }
    return {};
}

/// Events of the session whose headers name this one, when no session knows the call that produced them.
Status LineageWalker::downThroughHeaders(std::size_t session, Next at, std::deque<Next>& queue) {
    journal::SessionReader& reader = *sessions_[session].reader;
    const EventPlace place = lineage_.events[at.event].place;
    const int step = lineage_.events[at.event].step;
    auto runs = reader.namedAsCause(place.topic, place.partition, place.offset, kMostNamedRows + 1);
    if (!runs) return passOn(runs);
    std::int64_t looked = 0;
    std::int64_t shown = 0;
    if (static_cast<std::int64_t>(runs->size()) > kMostNamedRows)
        lineage_.events[at.event].cut.hidden_effects = true;
    for (const auto& [first, last] : *runs) {
        for (std::int64_t id = first.value; id <= last.value; ++id) {
            if (++looked > kMostNamedEvents || shown >= options_.fan) {
                lineage_.events[at.event].cut.hidden_effects = true;
                return {};
            }
            auto headers = reader.headers(EventId{id});
            if (!headers) return passOn(headers);
            const NamedCauses named = NamedCauses::in(*headers);
            if (!named.name(place)) continue;
            const auto effect_place = placeOf(session, EventId{id});
            if (!effect_place) return tl::unexpected<Error>(effect_place.error());
            const auto produced = producedSomewhere(*effect_place);
            if (!produced) return tl::unexpected<Error>(produced.error());
            if (*produced) continue;
            const auto effect = eventAt(*effect_place, step + 1);
            if (!effect) return tl::unexpected<Error>(effect.error());
            if (!*effect) {
                lineage_.events[at.event].cut.hidden_effects = true;
                continue;
            }
            ++shown;
            LineageEdge& named_edge = edge(Kind::Named, at.event, **effect);
            named_edge.from_at = lineage_.events[at.event].received;
            named_edge.to_at = lineage_.events[**effect].received;
            named_edge.function = named.function;
            enqueue(**effect, at.steps - 1, Way::Down, queue);
        }
    }
    return {};
}

}  // namespace weir::analysis
