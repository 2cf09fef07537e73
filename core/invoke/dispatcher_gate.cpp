// SPDX-License-Identifier: GPL-3.0-or-later
// Calls that are held before they are made.
#include "invoke/dispatcher.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace weir::invoke {

void Dispatcher::hold(bool on, TimeNs now) {
    if (std::exchange(holding_, on) == on || on) return;
    std::vector<JobId> held;
    for (const auto& [id, job] : jobs_) {
        if (job.state == State::Held) held.push_back(id);
    }
    std::sort(held.begin(), held.end());
    for (const JobId id : held) send(HeldId{id}, {}, now);
}

BatchPtr Dispatcher::heldBatch(HeldId held) const {
    const auto found = jobs_.find(held.value);
    return found == jobs_.end() || found->second.state != State::Held ? nullptr : found->second.part.batch;
}

InvocationId Dispatcher::send(HeldId held, std::span<const ValueEdit> edits, TimeNs now) {
    const auto found = jobs_.find(held.value);
    if (found == jobs_.end() || found->second.state != State::Held || halted_) return {};
    Job& job = found->second;
    if (!edits.empty())
        job.part.batch = edited(*job.part.batch, edits, triggers_[lanes_[job.lane].trigger].wire_size);
    return call(held.value, now);
}

void Dispatcher::passOver(HeldId held, TimeNs now) {
    const auto found = jobs_.find(held.value);
    if (found == jobs_.end() || found->second.state != State::Held || halted_) return;
    Job& job = found->second;
    const Trigger& t = triggers_[lanes_[job.lane].trigger];
    --functions_.at(t.function).running;
    const BatchPtr batch = job.part.batch;
    port_.skipped(t.id, *batch, facts::SkipReason::Discarded, now);
    done(job, *batch);
    partOver(held.value, now);
}

}  // namespace weir::invoke
