// SPDX-License-Identifier: GPL-3.0-or-later
// Front doors: requests become events of the topic `http:TRIGGER`, and what becomes of those is their answer.
#include "invoke/door/door_lane.h"
#include "invoke/engine.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::invoke {
namespace {

/// A caller waits at least so long.
constexpr DurationNs kPatience = 60 * kSecond;

std::string doorTopic(const std::string& trigger) {
    return "http:" + trigger;
}

}  // namespace

void Engine::declareDoors() {
    for (const flow::TriggerSpec& t : plan_.flow.triggers) {
        if (t.enabled && std::holds_alternative<flow::HttpSource>(t.source))
            declareTopic(doorTopic(t.name), 1, facts::SourceKind::Http);
    }
}

Status Engine::openDoors() {
    std::map<std::string, std::vector<DoorRoute>> routes;
    for (const Trigger& t : triggers_) {
        const auto* const http = std::get_if<flow::HttpSource>(&t.spec.source);
        if (http == nullptr) continue;
        const DurationNs timeout = plan_.flow.function(t.spec.function)->timeout;
        routes[http->listen].push_back({t.id, http->path, static_cast<std::size_t>(t.spec.batch_bytes),
                                        std::max(kPatience, timeout + 10 * kSecond)});
        auto lane = std::make_unique<DoorLane>();
        lane->trigger = t.id;
        SourcePartition& p = lane->partition;
        p.topic = topic_ids_.at(doorTopic(t.spec.name));
        p.name = {doorTopic(t.spec.name), 0};
        p.next = 0;
        p.epoch = 1;
        p.lane = dispatcher_.openLane(t.id, p.topic, 0);
        lane_epoch_[p.lane] = p.epoch;
        record(started_, facts::Assignment{p.topic, 0, facts::AssignmentState::Assigned, 1, 0, {}});
        door_lanes_[t.id] = std::move(lane);
    }
    for (auto& [listen, of_address] : routes) {
        auto door = FrontDoor::open(listen, of_address, [this] { inbox_.wake(); });
        if (!door) return passOn(door);
        for (const DoorRoute& route : of_address) {
            door_lanes_.at(route.trigger)->door = door->get();
            decide(started_, facts::DecisionKind::Config, route.trigger,
                   fmt::format("a front door: http://{}{}", (*door)->address(), route.path));
        }
        doors_.push_back(std::move(*door));
    }
    return {};
}

void Engine::serveDoors(TimeNs at) {
    for (const auto& door : doors_) {
        for (const DoorRequest& request : door->take()) admit(request, at);
    }
}

void Engine::admit(const DoorRequest& request, TimeNs at) {
    DoorLane& lane = *door_lanes_.at(request.trigger);
    SourcePartition& p = lane.partition;
    std::size_t records = 0;
    std::size_t bytes = 0;
    const bool running = trigger(request.trigger).state == TriggerState::Running;
    if (!running || !wants(p, records, bytes) || records < request.records.size()) {
        return lane.door->reply(request.id, replyFailure(503, "No events are taken now."));
    }
    auto open = std::make_shared<DoorLane::Request>();
    open->door = lane.door;
    open->id = request.id;
    open->left = request.records.size();
    RecordChunk chunk(p.topic, 0);
    for (const DoorRecord& r : request.records) {
        std::vector<Header> headers;
        for (const auto& [name, value] : r.headers)
            headers.push_back({name, value ? Bytes{value->data(), value->size()} : Bytes{}});
        const auto bytesOf = [](const std::optional<std::string>& text) {
            return text ? Bytes{text->data(), text->size()} : Bytes{};
        };
        lane.open[p.next] = open;
        chunk.add(p.next++, request.at, TimestampType::LogAppend, bytesOf(r.key), bytesOf(r.value), headers);
    }
    chunk.setReceived(at);
    const auto pieces = events_.place(chunk);
    take(p, std::move(chunk), pieces.front(), at);
}

/// Takes one event of a request as done; the last one answers it. `status` 0: it succeeded.
void Engine::settleRequest(DoorLane& lane, std::int64_t offset, int status, const std::string& reason) {
    const auto node = lane.open.extract(offset);
    if (node.empty()) return;
    DoorLane::Request& request = *node.mapped();
    if (status != 0 && request.failed == 0) {
        request.failed = status;
        request.reason = reason + (request.error.empty() ? "" : " " + request.error);
    }
    if (--request.left > 0) return;
    request.door->reply(request.id, request.failed == 0 ? replyWith(request.answers)
                                                        : replyFailure(request.failed, request.reason));
}

/// The events of a batch that a front door waits for.
template <typename Each>
void Engine::forDoorEvents(const Batch& batch, const Each& each) {
    const auto found = door_lanes_.find(batch.trigger);
    if (found == door_lanes_.end()) return;
    std::uint32_t position = 0;
    for (const Slice& slice : batch.slices) {
        for (std::uint32_t i = slice.from; i < slice.from + slice.count; ++i, ++position)
            each(*found->second, (*slice.chunk)[i].offset, position);
    }
}

void Engine::noteAnswers(const OpenCall& call, const Answer& answer) {
    const Batch& batch = *call.invocation.batch;
    forDoorEvents(batch, [&](DoorLane& lane, std::int64_t offset, std::uint32_t position) {
        const auto open = lane.open.find(offset);
        if (open == lane.open.end()) return;
        if (std::binary_search(call.failed.begin(), call.failed.end(), position)) return;
        for (const AnsweredRecord& r : answer.records) {
            if (r.cause ? *r.cause == position : batch.count == 1) open->second->answers.push_back(r);
        }
    });
}

void Engine::noteFailure(const Batch& batch, const std::string& error) {
    forDoorEvents(batch, [&](DoorLane& lane, std::int64_t offset, std::uint32_t /*position*/) {
        if (const auto open = lane.open.find(offset); open != lane.open.end()) {
            open->second->answers.clear();
            open->second->error = error;
        }
    });
}

void Engine::answerCallers(const OpenCall& call) {
    forDoorEvents(*call.invocation.batch, [&](DoorLane& lane, std::int64_t offset, std::uint32_t position) {
        if (!std::binary_search(call.failed.begin(), call.failed.end(), position))
            settleRequest(lane, offset, 0, {});
    });
}

void Engine::answerSkipped(const Batch& batch, facts::SkipReason reason) {
    forDoorEvents(batch, [&](DoorLane& lane, std::int64_t offset, std::uint32_t /*position*/) {
        switch (reason) {
            case facts::SkipReason::Filtered:
                return settleRequest(lane, offset, 0, {});
            case facts::SkipReason::Expired:
                return settleRequest(lane, offset, 504,
                                     "The event grew too old before the function took it.");
            case facts::SkipReason::OnFailure:
            case facts::SkipReason::Discarded:
                return settleRequest(lane, offset, 502, "The function failed.");
        }
    });
}

/// A trigger that stopped does nothing more with what it has.
void Engine::turnAway(TriggerId id, const std::string& why) {
    const auto found = door_lanes_.find(id);
    if (found == door_lanes_.end()) return;
    const auto open = std::exchange(found->second->open, {});
    for (const auto& [offset, request] : open) request->door->reply(request->id, replyFailure(503, why));
}

void Engine::closeDoors() {
    for (const auto& door : doors_) door->close();
    for (auto& [id, lane] : door_lanes_) lane->open.clear();
}

}  // namespace weir::invoke
