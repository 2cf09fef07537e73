// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/lineage/walker.h"

#include "analysis/lineage/named_causes.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace weir::analysis {
namespace {

using Kind = LineageEdge::Kind;

}  // namespace

Result<Lineage> LineageWalker::walk(const EventPlace& start) {
    const auto is_known = known(start);
    if (!is_known) return tl::unexpected<Error>(is_known.error());
    if (!*is_known) return tl::unexpected(unknown(start));
    const auto first = eventAt(start, 0);
    if (!first) return tl::unexpected<Error>(first.error());
    for (const Way way : {Way::Up, Way::Down}) {
        if (Status s = follow(0, way); !s) return passOn(s);
    }
    lineage_.truncated = std::any_of(lineage_.events.begin(), lineage_.events.end(),
                                     [](const EventNode& e) { return e.cut.any(); });
    return std::move(lineage_);
}

Status LineageWalker::follow(Index start, Way way) {
    std::deque<Next> queue;
    enqueue(start, way == Way::Up ? options_.up : options_.down, way, queue);
    while (!queue.empty()) {
        const Next at = queue.front();
        queue.pop_front();
        if (Status s = way == Way::Up ? up(at, queue) : down(at, queue); !s) return s;
    }
    return {};
}

void LineageWalker::enqueue(Index event, int steps, Way way, std::deque<Next>& queue) {
    bool& done = way == Way::Up ? followed_[event].first : followed_[event].second;
    if (!std::exchange(done, true)) queue.push_back({event, steps});
}

// ---- nodes and edges

Result<std::optional<LineageWalker::Index>> LineageWalker::eventAt(const EventPlace& place, int step) {
    if (const auto found = events_.find(place); found != events_.end()) return std::optional{found->second};
    if (static_cast<std::int64_t>(lineage_.events.size()) >= std::max<std::int64_t>(options_.events, 1)) {
        return std::optional<Index>{};
    }
    EventNode node;
    node.place = place;
    node.step = step;
    if (Status s = describe(node); !s) return passOn(s);
    const Index index = lineage_.events.size();
    lineage_.events.push_back(std::move(node));
    followed_.emplace_back(false, false);
    events_.emplace(place, index);
    return std::optional{index};
}

/// From the first session that has its record, else from the first that has named it.
Status LineageWalker::describe(EventNode& node) {
    for (std::size_t s = 0; s < sessions_.size() && !node.recorded; ++s) {
        const TopicId topic = sessions_[s].topic(node.place.topic);
        if (!topic) continue;
        journal::SessionReader& reader = *sessions_[s].reader;
        auto id = reader.findEvent(topic, node.place.partition, node.place.offset);
        if (!id) return passOn(id);
        if (!*id) continue;
        auto rows = reader.events(*id, 1, 0);
        if (!rows) return passOn(rows);
        if (rows->empty() || rows->front().id != *id) continue;
        journal::EventRow& row = rows->front();
        if (node.id && !row.recorded) continue;
        node.session = s;
        node.id = *id;
        node.recorded = row.recorded;
        if (!row.recorded) continue;
        node.timestamp = row.timestamp;
        node.received = row.received;
        node.key = std::move(row.key);
        node.type = std::move(row.type);
    }
    return {};
}

Result<LineageWalker::Index> LineageWalker::callOf(std::size_t session, InvocationId id, int step) {
    const auto [at, added] = calls_.try_emplace({session, id}, lineage_.calls.size());
    if (!added) return at->second;
    CallNode node;
    node.session = session;
    node.id = id;
    node.step = step;
    const SessionNames& names = sessions_[session];
    auto rows = names.reader->invocationsById({id});
    if (!rows) return passOn(rows);
    if (!rows->empty()) {
        journal::InvocationRow& row = rows->front();
        node.function = names.functionName(row.function);
        node.trigger = names.triggerName(row.trigger);
        node.instance = names.instanceName(row.instance);
        node.attempt = row.attempt;
        node.cold = row.cold;
        node.observed = row.observed;
        node.events = row.events;
        if (!row.observed) node.start = row.start;
        node.end = row.end;
        node.outcome = row.outcome;
        node.error = std::move(row.error);
    }
    lineage_.calls.push_back(std::move(node));
    return at->second;
}

LineageEdge& LineageWalker::edge(Kind kind, Index from, Index to) {
    const auto [at, added] = edges_.try_emplace({kind, from, to}, lineage_.edges.size());
    if (added) {
        LineageEdge edge;
        edge.kind = kind;
        edge.from = from;
        edge.to = to;
        lineage_.edges.push_back(std::move(edge));
    }
    return lineage_.edges[at->second];
}

Result<EventPlace> LineageWalker::placeOf(std::size_t session, EventId id) {
    auto rows = sessions_[session].reader->events(id, 1, 0);
    if (!rows) return passOn(rows);
    if (rows->empty() || rows->front().id != id) {
        return fail(ErrorCode::FileCorrupt,
                    fmt::format("The session names the event {}, which it does not hold.", id.value));
    }
    const journal::EventRow& row = rows->front();
    return EventPlace{sessions_[session].topicName(row.topic), row.partition, row.offset};
}

// ---- what is known of a place

Result<bool> LineageWalker::producedSomewhere(const EventPlace& place) {
    for (const SessionNames& session : sessions_) {
        const TopicId topic = session.topic(place.topic);
        if (!topic) continue;
        auto outputs = session.reader->outputsAt(topic, place.partition, place.offset);
        if (!outputs) return passOn(outputs);
        if (!outputs->empty()) return true;
    }
    return false;
}

Result<bool> LineageWalker::known(const EventPlace& place) {
    for (const SessionNames& session : sessions_) {
        if (const TopicId topic = session.topic(place.topic)) {
            auto id = session.reader->findEvent(topic, place.partition, place.offset);
            if (!id) return passOn(id);
            if (*id) return true;
        }
    }
    auto produced = producedSomewhere(place);
    if (!produced || *produced) return produced;
    return hasEffects(place);
}

Result<bool> LineageWalker::hasEffects(const EventPlace& place) {
    for (const SessionNames& session : sessions_) {
        auto named = session.reader->namedAsCause(place.topic, place.partition, place.offset, kMostNamedRows);
        if (!named) return passOn(named);
        for (const auto& [first, last] : *named) {
            for (std::int64_t id = first.value; id <= last.value; ++id) {
                auto headers = session.reader->headers(EventId{id});
                if (!headers) return passOn(headers);
                if (NamedCauses::in(*headers).name(place)) return true;
            }
        }
        const TopicId topic = session.topic(place.topic);
        if (!topic) continue;
        auto id = session.reader->findEvent(topic, place.partition, place.offset);
        if (!id) return passOn(id);
        if (!*id) continue;
        auto deliveries = session.reader->deliveries(*id, *id);
        if (!deliveries) return passOn(deliveries);
        if (!deliveries->empty()) return true;
    }
    return false;
}

Error LineageWalker::unknown(const EventPlace& place) const {
    Error error{ErrorCode::Usage, fmt::format("No event is known at {}.", eventPlaceText(place)), ""};
    std::vector<std::string_view> topics;
    for (const SessionNames& session : sessions_) {
        for (const auto& [name, id] : session.topic_ids) topics.push_back(name);
    }
    if (std::find(topics.begin(), topics.end(), place.topic) != topics.end()) {
        error.hint = "The topic is known: choose a partition and an offset that `weir-cli events` shows.";
    } else if (const auto nearest = nearestWord(place.topic, topics); !nearest.empty()) {
        error.hint = fmt::format("Did you mean the topic {}?", nearest);
    } else {
        error.hint = fmt::format("The topics are: {}", fmt::join(topics, ", "));
    }
    return error;
}

}  // namespace weir::analysis
