// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/state.h"

#include <algorithm>

namespace weir::replay {
namespace {

using facts::Outcome;

/// Changes a state by one moment.
class Applying {
  public:
    Applying(State& state, const Routes& routes, const Position& at, const Position& until)
        : state_(state), routes_(routes), at_(at), until_(until) {}

    void operator()(const AssignmentMoment& m) {
        const PartitionKey partition{m.topic, m.partition};
        state_.assignments[{m.group, partition}] = {m.state, m.epoch};
        if (m.state != facts::AssignmentState::Assigned) return;
        for (const Routes::Route& route : routesOf(m.topic)) {
            if (!route.grouped || route.group != m.group) continue;
            const auto [lane, fresh] = state_.lanes.try_emplace({route.function, partition});
            if (fresh && m.offset) lane->second.from = *m.offset;
        }
    }
    void operator()(const RecordMoment& m) {
        Stretch e = m.events;
        std::int64_t last_event = e.first_event.value + e.last - e.first;
        if (until_.at == at_.at && until_.kind == Kind::Record && until_.id < last_event) {
            if (until_.id < e.first_event.value) return;
            last_event = until_.id;
            e.last = e.first + last_event - e.first_event.value;
        }
        const PartitionKey partition{e.topic, e.partition};
        PartitionState& p = state_.partitions[partition];
        const std::int64_t fresh = p.read.add(e.first, e.last);
        p.events += fresh;
        state_.events += fresh;
        p.next = std::max(p.next, e.last + 1);
        state_.last_event = std::max(state_.last_event, EventId{last_event});
        for (const Routes::Route& route : routesOf(e.topic)) state_.lanes[{route.function, partition}];
    }
    void operator()(const HoleMoment& m) {
        for (auto& [key, lane] : state_.lanes) {
            if (key.partition == PartitionKey{m.topic, m.partition}) lane.done.add(m.first, m.last);
        }
    }
    void operator()(const InstanceMoment& m) {
        FunctionState& f = state_.functions[m.function];
        if (at_.kind == Kind::Instance) {
            ++f.instances;
            InstanceState instance;
            instance.function = m.function;
            instance.started = at_.at;
            state_.instances[m.id] = std::move(instance);
        } else if (at_.kind == Kind::InstanceReady) {
            const auto found = state_.instances.find(m.id);
            if (found != state_.instances.end()) found->second.ready = at_.at;
        } else if (state_.instances.erase(m.id) > 0) {
            ++f.instances_ended;
        }
    }
    void operator()(const SkipMoment& m) {
        Lane& lane = state_.lanes[{m.function, {m.events.topic, m.events.partition}}];
        lane.skipped += lane.done.add(m.events.first, m.events.last);
    }
    void operator()(const BatchMoment& m) {
        state_.batches[m.id] = {m.trigger, m.events, at_.at};
        state_.last_batch = std::max(state_.last_batch, m.id);
    }
    void operator()(const StartMoment& m) {
        const Call& call = *m.call;
        FunctionState& f = state_.functions[call.function];
        ++f.calls;
        f.cold += call.cold ? 1 : 0;
        f.retries += call.attempt > 1 ? 1 : 0;
        ++f.in_flight;
        f.events_in_flight += call.events;
        if (call.batch) state_.batches.erase(call.batch);
        bool first = true;
        for (const Stretch& s : call.stretches) {
            Lane& lane = state_.lanes[{call.function, {s.topic, s.partition}}];
            lane.taken.add(s.first, s.last);
            lane.calls += first ? 1 : 0;
            first = false;
        }
        if (const auto instance = state_.instances.find(call.instance); instance != state_.instances.end()) {
            ++instance->second.calls;
            instance->second.running.push_back(call.id);
        }
        state_.calls[call.id] = m.call;
        state_.last_call = std::max(state_.last_call, call.id);
        if (call.observed) end(call.id);
    }
    void operator()(const EndMoment& m) { end(m.call); }
    void operator()(const OutputMoment& m) {
        OutputState& o = state_.outputs[{m.function, {m.topic, m.partition}}];
        o.last = o.count == 0 ? m.offset : std::max(o.last, m.offset);
        ++o.count;
    }
    void operator()(const CommitMoment& m) { state_.commits[{m.group, {m.topic, m.partition}}] = m.offset; }
    void operator()(const DecisionMoment& m) {
        using facts::DecisionKind;
        if (m.kind == DecisionKind::Resume) {
            state_.triggers.erase(m.trigger);
        } else if (m.trigger && (m.kind == DecisionKind::Pause || m.kind == DecisionKind::Drain ||
                                 m.kind == DecisionKind::Stop)) {
            state_.triggers[m.trigger] = m.kind;
        }
    }

  private:
    [[nodiscard]] const std::vector<Routes::Route>& routesOf(TopicId topic) const {
        static const std::vector<Routes::Route> none;
        const auto found = routes_.of.find(topic);
        return found == routes_.of.end() ? none : found->second;
    }
    void end(InvocationId id) {
        const auto found = state_.calls.find(id);
        if (found == state_.calls.end()) return;
        const CallPtr call = found->second;
        state_.calls.erase(found);
        FunctionState& f = state_.functions[call->function];
        --f.in_flight;
        f.events_in_flight -= call->events;
        const Outcome outcome = call->outcome.value_or(Outcome::Abandoned);
        ++f.outcomes.at(static_cast<std::size_t>(outcome));
        std::int64_t delivered = 0;
        for (const Stretch& s : call->stretches) {
            if (s.outcome.value_or(outcome) != Outcome::Success) continue;
            delivered += s.count();
            Lane& lane = state_.lanes[{call->function, {s.topic, s.partition}}];
            lane.succeeded += lane.done.add(s.first, s.last);
        }
        f.delivered += delivered;
        f.failed += call->events - delivered;
        if (const auto instance = state_.instances.find(call->instance); instance != state_.instances.end()) {
            std::erase(instance->second.running, id);
        }
    }

    State& state_;
    const Routes& routes_;
    const Position& at_;
    const Position& until_;
};

}  // namespace

void State::apply(const Moment& moment, const Routes& routes, const Position& until) {
    std::visit(Applying(*this, routes, moment.position, until), moment.body);
}

Waiting State::waiting(const LaneKey& key) const {
    Waiting result;
    const auto lane = lanes.find(key);
    const auto partition = partitions.find(key.partition);
    if (lane == lanes.end() || partition == partitions.end()) return result;
    RunSet busy = lane->second.done;
    if (lane->second.from > 0) busy.add(0, lane->second.from - 1);
    for (const auto& [id, call] : calls) {
        if (call->function != key.function) continue;
        for (const Stretch& s : call->stretches) {
            if (PartitionKey{s.topic, s.partition} == key.partition) busy.add(s.first, s.last);
        }
    }
    for (const Run& read : partition->second.read.runs()) {
        forEachLeft(read, busy.runs(), [&](const Run& left) {
            if (!result.first) result.first = left.first;
            result.events += left.last - left.first + 1;
            result.runs.push_back(left);
            std::int64_t fresh = 0;
            forEachLeft(left, lane->second.taken.runs(),
                        [&](const Run& r) { fresh += r.last - r.first + 1; });
            result.again += left.last - left.first + 1 - fresh;
        });
    }
    return result;
}

std::int64_t State::inFlight(const LaneKey& key) const {
    std::int64_t events_in_calls = 0;
    for (const auto& [id, call] : calls) {
        if (call->function != key.function) continue;
        for (const Stretch& s : call->stretches) {
            if (PartitionKey{s.topic, s.partition} == key.partition) events_in_calls += s.count();
        }
    }
    return events_in_calls;
}

std::size_t State::roughBytes() const {
    constexpr std::size_t kNode = 64;  // of a map
    std::size_t bytes = sizeof(State);
    for (const auto& [key, p] : partitions) bytes += kNode + sizeof(p) + p.read.runs().size() * sizeof(Run);
    for (const auto& [key, lane] : lanes) {
        bytes += kNode + sizeof(lane);
        bytes += (lane.taken.runs().size() + lane.done.runs().size()) * sizeof(Run);
    }
    for (const auto& [id, instance] : instances) {
        bytes += kNode + sizeof(instance) + instance.running.size() * sizeof(InvocationId);
    }
    for (const auto& [id, call] : calls)
        bytes += kNode + sizeof(Call) + call->stretches.size() * sizeof(Stretch);
    bytes += assignments.size() * (kNode + sizeof(GroupKey)) + commits.size() * (kNode + sizeof(GroupKey));
    bytes +=
        functions.size() * (kNode + sizeof(FunctionState)) + batches.size() * (kNode + sizeof(BatchState));
    return bytes + outputs.size() * (kNode + sizeof(OutputState));
}

}  // namespace weir::replay
