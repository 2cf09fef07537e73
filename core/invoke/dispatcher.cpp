// SPDX-License-Identifier: GPL-3.0-or-later
// Lanes, and the batches that are formed of them. What follows a call stands in dispatcher_endings.cpp.
#include "invoke/dispatcher.h"

#include "flow/preset.h"
#include "invoke/batch_runs.h"

#include <algorithm>

namespace weir::invoke {
void Dispatcher::addFunction(FunctionId id, int concurrency) {
    functions_[id].concurrency = concurrency;
    functions_[id].limit = concurrency;
}

void Dispatcher::addTrigger(TriggerId id, FunctionId function, const flow::TriggerSpec& spec,
                            WireSize wire_size, LaneLimits limits, Filter filter) {
    Trigger t;
    t.id = id;
    t.function = function;
    t.wire_size = std::move(wire_size);
    t.filter = std::move(filter);
    t.order = spec.order;
    t.parallelization_factor = spec.parallelization_factor;
    t.batch_size = static_cast<std::size_t>(spec.batch_size);
    t.batch_bytes = static_cast<std::size_t>(spec.batch_bytes);
    t.window = spec.batching_window;
    t.max_age = spec.max_record_age;
    t.retries = spec.retries;
    t.bisect = spec.bisect;
    t.on_exhausted = spec.on_exhausted;
    t.partial_order = flow::redeliversNamedOnly(spec) ? flow::Order::None : spec.order;
    t.dead_letter = spec.on_failure_topic.has_value();
    t.given_limits = limits;
    fit(t);
    trigger_index_[id] = triggers_.size();
    triggers_.push_back(std::move(t));
}

void Dispatcher::limitLanes(std::size_t bytes) {
    lane_share_ = bytes;
    for (Trigger& t : triggers_) fit(t);
}

LaneId Dispatcher::openLane(TriggerId trigger, TopicId topic, std::int32_t partition,
                            std::shared_ptr<const RecordedBatches> recorded) {
    Lane l;
    l.trigger = trigger_index_.at(trigger);
    l.topic = topic;
    l.partition = partition;
    const Trigger& t = triggers_[l.trigger];
    const bool by_key = t.order == flow::Order::Key;
    l.queue = recorded != nullptr ? makeRecordedQueue(t.wire_size, std::move(recorded), by_key)
              : by_key            ? makeKeyQueue(t.wire_size)
                                  : makePlainQueue(t.wire_size);
    for (std::size_t i = lanes_.size(); i-- > 0 && partition >= 0;) {
        const Lane& earlier = lanes_[i];
        if (earlier.trigger != l.trigger || earlier.topic != topic || earlier.partition != partition)
            continue;
        if (earlier.waits_for || busy(idOf(i))) l.waits_for = i;
        break;
    }
    lanes_.push_back(std::move(l));
    return idOf(lanes_.size() - 1);
}

void Dispatcher::drainLane(LaneId id) {
    Lane& l = lane(id);
    if (!l.open || l.draining) return;
    l.draining = true;
    queued_ -= static_cast<std::int64_t>(l.queue->records());
    pending_ -= static_cast<std::int64_t>(l.queue->records());
    l.queue->clear();
    const std::vector<JobId> jobs = l.jobs;
    for (const JobId job : jobs) {
        const State state = jobs_.at(job).state;
        if (state == State::Held) --functionOf(l).running;
        if (state == State::Ready || state == State::Held || state == State::Backoff) forget(job);
    }
}

void Dispatcher::closeLane(LaneId id) {
    Lane& l = lane(id);
    if (!l.open) return;
    drainLane(id);
    l.open = false;
    pending_ -= static_cast<std::int64_t>(l.held);
    const std::vector<JobId> jobs = l.jobs;
    for (const JobId job : jobs) {
        if (jobs_.at(job).state == State::GivingUp) forget(job);
    }
}

bool Dispatcher::full(const Lane& l) const {
    const Trigger& t = triggers_[l.trigger];
    const bool several = t.parallel > 1;
    if (l.queue->starved()) return false;
    return l.queue->records() + (several ? l.held : 0) >= t.limits.records ||
           l.queue->memory() + (several ? l.held_bytes : 0) >= t.limits.bytes;
}

bool Dispatcher::wants(LaneId id) const {
    const Lane& l = lane(id);
    const Trigger& t = triggers_[l.trigger];
    return l.open && !l.draining && !t.stopped && !t.draining && !halted_ && !full(l);
}

bool Dispatcher::current(InvocationId invocation) const {
    const auto found = calls_.find(invocation);
    return found != calls_.end() && lanes_[jobs_.at(found->second).lane].open;
}

bool Dispatcher::idle(LaneId id) const {
    const Lane& l = lane(id);
    return l.queue->records() == 0 && l.jobs.empty();
}

bool Dispatcher::busy(LaneId id) const {
    const Lane& l = lane(id);
    return std::any_of(l.jobs.begin(), l.jobs.end(), [&](JobId job) {
        const State state = jobs_.at(job).state;
        return state == State::Running || state == State::Settling || state == State::GivingUp;
    });
}

void Dispatcher::push(LaneId id, const ChunkPtr& chunk, TimeNs now) {
    Lane& l = lane(id);
    if (!l.open || l.draining || chunk->empty()) return;
    const auto index = static_cast<std::size_t>(id.value - 1);
    if (l.reported < 0) l.reported = (*chunk)[0].offset;
    if (triggers_[l.trigger].filter) {
        pushFiltered(index, chunk, now);
    } else {
        pushRun(l, chunk, 0, chunk->size());
    }
    consider(index, now);
}

void Dispatcher::pushRun(Lane& l, const ChunkPtr& chunk, std::uint32_t from, std::uint32_t count) {
    // By runs without holes, so that what does not exist counts as done.
    forEachRun(*chunk, from, count, [&](std::uint32_t first, std::uint32_t last) {
        l.offsets.take((*chunk)[first].offset, (*chunk)[last].offset);
    });
    l.queue->push(chunk, from, count);
    queued_ += count;
    pending_ += count;
}

void Dispatcher::pushFiltered(std::size_t index, const ChunkPtr& chunk, TimeNs now) {
    Lane& l = lanes_[index];
    const Trigger& t = triggers_[l.trigger];
    Batch skipped;
    std::uint32_t from = 0;
    for (std::uint32_t i = 0; i <= chunk->size(); ++i) {
        if (i < chunk->size() && t.filter(*chunk, i)) continue;
        if (i > from) pushRun(l, chunk, from, i - from);
        if (i < chunk->size()) append(skipped, chunk, i, 0);
        from = i + 1;
    }
    if (skipped.count == 0) return;
    port_.skipped(t.id, skipped, facts::SkipReason::Filtered, now);
    l.offsets.reach((*chunk)[chunk->size() - 1].offset + 1);
    report(index, now);
}

bool Dispatcher::mayForm(const Lane& l) const {
    const Trigger& t = triggers_[l.trigger];
    return l.open && !l.draining && !t.stopped && !t.paused && !halted_ && !l.waits_for &&
           l.jobs.size() < t.parallel && l.queue->available() != 0;
}

std::optional<facts::ClosedBy> Dispatcher::closes(const Lane& l, TimeNs now) const {
    const Trigger& t = triggers_[l.trigger];
    if (const auto closed_by = l.queue->closed()) return closed_by;
    if (l.queue->available() >= t.batch_size) return facts::ClosedBy::Size;
    if (l.queue->availableBytes() >= t.batch_bytes || full(l)) return facts::ClosedBy::Bytes;
    if (finishing_ || t.draining) return facts::ClosedBy::End;
    if (l.queue->oldest() + t.window <= now) return facts::ClosedBy::Window;
    return std::nullopt;
}

/// Looks whether a lane can have a batch formed, now or when its window is over.
void Dispatcher::consider(std::size_t index, TimeNs now) {
    Lane& l = lanes_[index];
    if (l.listed || !mayForm(l)) return;
    if (closes(l, now)) {
        l.listed = true;
        functionOf(l).ready.push_back({index, 0});
        return;
    }
    const TimeNs due = l.queue->oldest() + triggers_[l.trigger].window;
    if (l.armed == due) return;
    l.armed = due;
    timers_.push({due, index, 0});
}

void Dispatcher::makeReady(JobId id) {
    Job& job = jobs_.at(id);
    job.state = State::Ready;
    functionOf(lanes_[job.lane]).ready.push_back({job.lane, id});
}

void Dispatcher::serve(FunctionId id, TimeNs now) {
    Function& f = functions_.at(id);
    if (f.resume_at > now) return;
    while (!halted_ && f.running < f.limit && !f.ready.empty()) {
        const Ready next = f.ready.front();
        f.ready.pop_front();
        startNext(next, now);
    }
}

void Dispatcher::startNext(const Ready& next, TimeNs now) {
    if (next.job != 0) {
        // A job of a paused trigger stays ready, and is listed again by resume().
        const auto found = jobs_.find(next.job);
        const bool paused = triggers_[lanes_[next.lane].trigger].paused;
        if (!paused && found != jobs_.end() && found->second.state == State::Ready) begin(next.job, now);
        return;
    }
    Lane& l = lanes_[next.lane];
    l.listed = false;
    if (!mayForm(l)) return;
    if (const auto closed_by = closes(l, now)) {
        formJob(next.lane, *closed_by, now);
        consider(next.lane, now);
    }
}

void Dispatcher::formJob(std::size_t index, facts::ClosedBy closed_by, TimeNs now) {
    Lane& l = lanes_[index];
    const Trigger& t = triggers_[l.trigger];
    auto batch = std::make_shared<Batch>();
    batch->id = BatchId{next_batch_++};
    batch->trigger = t.id;
    const bool given = l.queue->closed().has_value();
    LaneQueue::Taken taken = l.queue->take(*batch, t.batch_size, t.batch_bytes);
    if (taken.full) closed_by = facts::ClosedBy::Bytes;
    if (!given && !taken.full && batch->count == t.batch_size) closed_by = facts::ClosedBy::Size;
    queued_ -= batch->count;
    l.held += batch->count;
    l.held_bytes += batch->bytes;
    port_.batchFormed(*batch, closed_by, now);

    const JobId id = next_job_++;
    Job& job = jobs_[id];
    job.lane = index;
    job.part.batch = std::move(batch);
    job.keys = std::move(taken.keys);
    l.jobs.push_back(id);
    begin(id, now);
}

/// Makes the call of a job's present part.
void Dispatcher::begin(JobId id, TimeNs now) {
    Job& job = jobs_.at(id);
    const Lane& l = lanes_[job.lane];
    const Trigger& t = triggers_[l.trigger];
    if (t.max_age) separateExpired(job, now);
    if (job.part.expired) {
        giveUpPart(id, facts::SkipReason::Expired, "it is older than max_record_age allows", now);
        return;
    }
    ++job.attempt;
    ++functions_.at(t.function).running;
    if (!holding_) {
        call(id, now);
        return;
    }
    job.state = State::Held;
    port_.callHeld(HeldId{id}, invocationOf({}, job), now);
}

/// Starts the call that begin() has prepared.
InvocationId Dispatcher::call(JobId id, TimeNs now) {
    Job& job = jobs_.at(id);
    job.state = State::Running;
    const InvocationId call{next_invocation_++};
    calls_.emplace(call, id);
    port_.startCall(idOf(job.lane), invocationOf(call, job), now);
    return call;
}

/// Puts the expired events of a job's part into a part of their own, before the rest.
void Dispatcher::separateExpired(Job& job, TimeNs now) {
    const Trigger& t = triggers_[lanes_[job.lane].trigger];
    std::vector<std::uint32_t> expired;
    std::uint32_t position = 0;
    for (const Slice& slice : job.part.batch->slices) {
        for (std::uint32_t i = 0; i < slice.count; ++i, ++position) {
            const TimeNs timestamp = (*slice.chunk)[slice.from + i].timestamp;
            const TimeNs born = timestamp >= 0 ? timestamp : slice.chunk->received();
            if (now - born > *t.max_age) expired.push_back(position);
        }
    }
    if (expired.empty()) return;
    const BatchPtr whole = job.part.batch;
    if (expired.size() < whole->count) {
        const auto others = othersThan(expired, whole->count);
        job.rest.push_front({partOf(*whole, others, t.wire_size), job.part.split_of});
        job.part.batch = partOf(*whole, expired, t.wire_size);
    }
    job.part.expired = true;
}

void Dispatcher::advance(TimeNs now) {
    while (!timers_.empty() && timers_.top().at <= now) {
        const Timer timer = timers_.top();
        timers_.pop();
        if (timer.job == 0) {
            consider(timer.lane, now);
            continue;
        }
        const auto found = jobs_.find(timer.job);
        if (found == jobs_.end() || found->second.state != State::Backoff) continue;
        if (found->second.retry_at > now) continue;
        if (found->second.given_up.id) {
            found->second.state = State::GivingUp;
            const GivenUp again = found->second.given_up;
            port_.giveUp(again, now);
        } else {
            makeReady(timer.job);
        }
    }
    for (auto& [id, f] : functions_) {
        if (!f.ready.empty()) serve(id, now);
    }
}

std::optional<TimeNs> Dispatcher::deadline() const {
    if (halted_ || timers_.empty()) return std::nullopt;
    return timers_.top().at;
}

void Dispatcher::finish(TimeNs now) {
    finishing_ = true;
    for (std::size_t i = 0; i < lanes_.size(); ++i) consider(i, now);
    advance(now);
}

}  // namespace weir::invoke
