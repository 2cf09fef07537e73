// SPDX-License-Identifier: GPL-3.0-or-later
// Functions that someone else runs: what the engine does for their observations.
#include "invoke/engine.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::invoke {

Status Engine::openObservations(const kafka::ClusterInfo& info) {
    for (const Trigger& t : triggers_) {
        if (!t.observed) continue;
        const flow::FunctionSpec& function = *plan_.flow.function(t.spec.function);
        ObservationHost& host = *this;
        observations_.push_back(std::make_unique<Observation>(
            observerSpec(t.spec, function, t.id, t.function, topic_ids_), plan_.until_end, host));
        record(
            started_,
            facts::Decision{facts::DecisionKind::Config, t.id,
                            fmt::format("{} is run by someone else: the start, the instance and the attempts "
                                        "of its calls are not known, nor calls without an output",
                                        t.spec.function)});
        Observation& observation = *observations_.back();
        if (Status s = openSource(info, t.spec.name, {}, observedTopics(t.spec), {}, t.spec.starting_position,
                                  &observation);
            !s) {
            return s;
        }
    }
    return {};
}

bool Engine::observationsIdle() const {
    return std::all_of(observations_.begin(), observations_.end(),
                       [](const auto& observation) { return observation->observer().idle(); });
}

void Engine::identify(TopicId topic, std::int32_t partition, std::int64_t first, std::int64_t last, TimeNs at,
                      std::vector<facts::EventRun>& runs) {
    for (const EventIndex::Named& named : events_.identify(topic, partition, first, last)) {
        const facts::EventRun run{topic, partition, named.first, named.last, named.first_event};
        if (named.fresh) record(at, facts::Unrecorded{run});
        runs.push_back(run);
    }
}

InvocationId Engine::observedCall() {
    ++figures_.invocations;
    ++figures_.succeeded;
    return dispatcher_.reserveCall();
}

void Engine::observedFact(TimeNs at, facts::Body body) {
    if (const auto* const observed = std::get_if<facts::Observed>(&body)) {
        for (const facts::EventRun& run : observed->events) figures_.deliveries += run.count();
    } else if (std::holds_alternative<facts::Output>(body)) {
        ++figures_.outputs;
    }
    record(at, std::move(body));
}

}  // namespace weir::invoke
