// SPDX-License-Identifier: GPL-3.0-or-later
// What can be changed while the dispatcher runs.
#include "invoke/dispatcher.h"

#include <algorithm>
#include <utility>

namespace weir::invoke {
namespace {

/// Lanes with many batches out at once may hold this much more than those with one.
constexpr std::size_t kParallelBytes = 4;

}  // namespace

/// Works out what follows from a trigger's settings and its function's concurrency.
void Dispatcher::fit(Trigger& t) const {
    const int concurrency = functions_.at(t.function).concurrency;
    t.parallel = 1;
    if (t.order == flow::Order::Key) {
        t.parallel = static_cast<std::size_t>(std::min(t.parallelization_factor, concurrency));
    } else if (t.order == flow::Order::None) {
        t.parallel = static_cast<std::size_t>(concurrency);
    }
    // A batch must fit into what a lane may hold, or it could never be full.
    const std::size_t times = t.parallel == 1 ? 1 : kParallelBytes;
    t.limits = {std::max(t.given_limits.records, 2 * t.batch_size * t.parallel),
                std::max(times * t.given_limits.bytes, t.batch_bytes)};
    // But very many lanes must fit into the machine.
    if (lane_share_) t.limits.bytes = std::min(t.limits.bytes, times * *lane_share_);
}

/// Something about a trigger changed: looks again at all that waits.
void Dispatcher::reconsider(std::size_t index, TimeNs now) {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        if (lanes_[i].trigger == index) consider(i, now);
    }
    serve(triggers_[index].function, now);
}

void Dispatcher::pause(TriggerId trigger) {
    triggers_[trigger_index_.at(trigger)].paused = true;
}

void Dispatcher::drain(TriggerId trigger, TimeNs now) {
    resume(trigger, now);
    const std::size_t index = trigger_index_.at(trigger);
    triggers_[index].draining = true;
    reconsider(index, now);
}

void Dispatcher::resume(TriggerId trigger, TimeNs now) {
    const std::size_t index = trigger_index_.at(trigger);
    Trigger& t = triggers_[index];
    const bool was_paused = std::exchange(t.paused, false);
    t.draining = false;
    for (std::size_t i = 0; was_paused && i < lanes_.size(); ++i) {
        if (lanes_[i].trigger != index) continue;
        for (const JobId job : lanes_[i].jobs) {
            if (jobs_.at(job).state == State::Ready) makeReady(job);
        }
    }
    reconsider(index, now);
}

void Dispatcher::stop(TriggerId trigger) {
    stopTrigger(trigger_index_.at(trigger));
}

void Dispatcher::setConcurrency(FunctionId id, int concurrency, TimeNs now) {
    Function& f = functions_.at(id);
    const bool throttled = f.limit < f.concurrency;
    f.concurrency = concurrency;
    f.limit = throttled ? std::min(f.limit, concurrency) : concurrency;
    for (std::size_t i = 0; i < triggers_.size(); ++i) {
        if (triggers_[i].function != id) continue;
        fit(triggers_[i]);
        reconsider(i, now);
    }
}

void Dispatcher::setBatchSize(TriggerId trigger, int batch_size, TimeNs now) {
    const std::size_t index = trigger_index_.at(trigger);
    triggers_[index].batch_size = static_cast<std::size_t>(batch_size);
    fit(triggers_[index]);
    reconsider(index, now);
}

Dispatcher::Load Dispatcher::load(TriggerId trigger) const {
    const std::size_t index = trigger_index_.at(trigger);
    Load load;
    for (const Lane& l : lanes_) {
        if (l.trigger != index) continue;
        for (const JobId job : l.jobs) load.in_flight += jobs_.at(job).state == State::Running ? 1 : 0;
        if (!l.open) continue;
        load.queued += static_cast<std::int64_t>(l.queue->records());
        load.batches += static_cast<std::int64_t>(l.jobs.size());
    }
    return load;
}

}  // namespace weir::invoke
