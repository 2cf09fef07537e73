// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/replay_picture.h"

#include "analysis/order/checking_store.h"
#include "session/offset_ranges.h"

#include <algorithm>
#include <limits>
#include <map>

namespace weir::views {
namespace {

constexpr std::size_t kBefore = 60, kAfter = 120;

Result<std::vector<ReplayFact>> facts(const std::vector<replay::Happening>& list,
                                      journal::SessionReader& reader) {
    std::vector<ReplayFact> result;
    for (const replay::Happening& happening : list) {
        ReplayFact fact{happening, std::nullopt};
        if (!happening.moment) {
            auto rows = reader.findings(happening.position.id, 1);
            if (!rows) return passOn(rows);
            if (!rows->empty()) fact.finding = analysis::order::findingOf(rows->front());
        }
        result.push_back(std::move(fact));
    }
    return result;
}

/// The newest line of the log until then, 0: none. Ids grow with time, so the place is found by halving.
Result<std::int64_t> lastLogUntil(TimeNs at, journal::SessionReader& reader) {
    auto extent = reader.extent();
    if (!extent) return passOn(extent);
    std::int64_t low = 0, high = extent->logs;
    while (low < high) {
        const std::int64_t middle = low + (high - low + 1) / 2;
        auto line = reader.allLogs(middle, 1);
        if (!line) return passOn(line);
        if (!line->empty() && line->front().at <= at) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

/// The group for which a function reads a topic.
using Groups = std::map<std::pair<FunctionId, TopicId>, std::string>;

ReplayLane laneOf(const replay::LaneKey& key, const replay::Lane& lane, const replay::State& state,
                  const Groups& groups) {
    ReplayLane l;
    l.function = key.function;
    l.place = key.partition;
    l.from = lane.from;
    if (const auto p = state.partitions.find(key.partition); p != state.partitions.end())
        l.next = p->second.next;
    if (const auto g = groups.find({key.function, key.partition.topic}); g != groups.end()) {
        if (const auto c = state.commits.find({g->second, key.partition}); c != state.commits.end())
            l.committed = c->second;
    }
    replay::Waiting waiting = state.waiting(key);
    l.waits = waiting.events;
    l.waiting = std::move(waiting.runs);
    for (const auto& [id, call] : state.calls) {
        if (call->function != key.function) continue;
        // Neighbours that arrived apart from each other are one piece of the call all the same.
        std::vector<OffsetRange> pieces;
        for (const replay::Stretch& s : call->stretches) {
            if (replay::PartitionKey{s.topic, s.partition} != key.partition) continue;
            pieces.push_back({s.topic, s.partition, s.first, s.last});
            l.in_calls += s.count();
        }
        for (const OffsetRange& piece : joined(std::move(pieces)))
            l.in_flight.push_back({id, piece.first, piece.last, call->cold, call->attempt > 1});
    }
    return l;
}

}  // namespace

std::int64_t ReplayLane::lowest() const {
    std::int64_t low = next;
    if (committed) low = std::min(low, *committed);
    for (const InFlight& call : in_flight) low = std::min(low, call.first);
    if (!waiting.empty()) low = std::min(low, waiting.front().first);
    return low;
}

Result<ReplayPicture> replayPicture(replay::Cursor& cursor, journal::SessionReader& reader) {
    ReplayPicture picture;
    picture.position = cursor.position();
    auto around = cursor.around(kBefore, kAfter);
    if (!around) return passOn(around);
    auto before = facts(around->before, reader);
    if (!before) return passOn(before);
    auto after = facts(around->after, reader);
    if (!after) return passOn(after);
    picture.happened = static_cast<int>(before->size());
    picture.facts = std::move(*before);
    picture.facts.insert(picture.facts.end(), std::make_move_iterator(after->begin()),
                         std::make_move_iterator(after->end()));
    auto triggers = reader.triggers();
    if (!triggers) return passOn(triggers);
    Groups groups;
    for (const auto& trigger : *triggers) {
        for (const TopicId topic : trigger.topics) groups[{trigger.function, topic}] = trigger.group;
    }
    const replay::State& state = cursor.state();
    for (const auto& [key, lane] : state.lanes) {
        picture.lanes.push_back(laneOf(key, lane, state, groups));
        picture.waiting += picture.lanes.back().waits;
    }
    for (const auto& [id, call] : state.calls) {
        picture.calls.push_back(call);
        picture.events_in_flight += call->events;
    }
    picture.events = state.events;
    picture.last_event = state.last_event;
    auto last_log = lastLogUntil(picture.position.at, reader);
    if (!last_log) return passOn(last_log);
    picture.last_log = *last_log;
    picture.instances = static_cast<std::int64_t>(state.instances.size());
    for (const auto& [id, instance] : state.instances)
        picture.instances_ready += instance.ready || instance.calls > 0 ? 1 : 0;
    auto findings = cursor.findings();
    if (!findings) return passOn(findings);
    picture.findings = std::move(*findings);
    return picture;
}

}  // namespace weir::views
