// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/dispatcher.h"

#include "invoke/backoff.h"

#include <algorithm>

namespace weir::invoke {

void Dispatcher::addFunction(FunctionId id, int concurrency) {
    functions_[id].concurrency = concurrency;
}

void Dispatcher::addTrigger(TriggerId id, FunctionId function, const flow::TriggerSpec& spec,
                            WireSize wire_size, LaneLimits limits) {
    Trigger t;
    t.id = id;
    t.function = function;
    t.wire_size = std::move(wire_size);
    t.batch_size = static_cast<std::size_t>(spec.batch_size);
    t.batch_bytes = static_cast<std::size_t>(spec.batch_bytes);
    t.window = spec.batching_window;
    t.retries = spec.retries;
    t.discard = spec.on_exhausted == flow::OnExhausted::Discard;
    // A batch must fit into what a lane may hold, or it could never be full.
    t.limits = {std::max(limits.records, 2 * t.batch_size), std::max(limits.bytes, t.batch_bytes)};
    trigger_index_[id] = triggers_.size();
    triggers_.push_back(std::move(t));
}

LaneId Dispatcher::openLane(TriggerId trigger) {
    Lane l;
    l.trigger = trigger_index_.at(trigger);
    lanes_.push_back(std::move(l));
    return LaneId{static_cast<std::int64_t>(lanes_.size())};
}

void Dispatcher::drainLane(LaneId id) {
    Lane& l = lane(id);
    if (!l.open || l.draining) return;
    l.draining = true;
    queued_ -= static_cast<std::int64_t>(l.records);
    pending_ -= static_cast<std::int64_t>(l.records);
    l.queue.clear();
    l.records = l.wire_bytes = l.memory = 0;
    if (!busy(id)) forget(l);
}

void Dispatcher::closeLane(LaneId id) {
    Lane& l = lane(id);
    if (!l.open) return;
    drainLane(id);
    l.open = false;
    if (l.batch) pending_ -= l.batch->count;
}

/// Drops a batch that will not be called again.
void Dispatcher::forget(Lane& l) {
    if (l.batch && l.open) pending_ -= l.batch->count;
    l.batch.reset();
    l.state = State::Collecting;
}

bool Dispatcher::wants(LaneId id) const {
    const Lane& l = lane(id);
    const Trigger& t = triggers_[l.trigger];
    if (!l.open || l.draining || t.stopped || halted_) return false;
    return l.records < t.limits.records && l.memory < t.limits.bytes;
}

bool Dispatcher::current(InvocationId invocation) const {
    const auto found = calls_.find(invocation);
    return found != calls_.end() && lanes_[found->second.first].open;
}

bool Dispatcher::idle(LaneId id) const {
    const Lane& l = lane(id);
    return l.records == 0 && !l.batch;
}

bool Dispatcher::busy(LaneId id) const {
    const Lane& l = lane(id);
    return l.state == State::Running || l.state == State::Settling;
}

void Dispatcher::push(LaneId id, ChunkPtr chunk, TimeNs now) {
    Lane& l = lane(id);
    if (!l.open || l.draining || chunk->empty()) return;
    const Trigger& t = triggers_[l.trigger];
    const std::uint32_t count = chunk->size();
    for (std::uint32_t i = 0; i < count; ++i) l.wire_bytes += t.wire_size(*chunk, i);
    l.records += count;
    l.memory += chunk->bytes();
    queued_ += count;
    pending_ += count;
    l.queue.push_back({std::move(chunk), 0, count});
    if (l.state == State::Collecting) consider(static_cast<std::size_t>(id.value - 1), now);
}

std::optional<facts::ClosedBy> Dispatcher::closes(const Lane& l, TimeNs now) const {
    const Trigger& t = triggers_[l.trigger];
    if (l.records == 0) return std::nullopt;
    if (l.records >= t.batch_size) return facts::ClosedBy::Size;
    if (l.wire_bytes >= t.batch_bytes) return facts::ClosedBy::Bytes;
    if (finishing_) return facts::ClosedBy::End;
    if (l.queue.front().chunk->received() + t.window <= now) return facts::ClosedBy::Window;
    return std::nullopt;
}

/// Looks whether a lane that has nothing running can have something started.
void Dispatcher::consider(std::size_t index, TimeNs now) {
    Lane& l = lanes_[index];
    if (!l.open) return;
    const Trigger& t = triggers_[l.trigger];
    if (l.state == State::Backoff) {
        if (l.retry_at <= now) makeReady(index);
        return;
    }
    if (l.state != State::Collecting || l.records == 0) return;
    if (closes(l, now)) {
        makeReady(index);
    } else {
        arm(l.queue.front().chunk->received() + t.window, index);
    }
}

void Dispatcher::makeReady(std::size_t index) {
    Lane& l = lanes_[index];
    l.state = State::Ready;
    functions_.at(triggers_[l.trigger].function).ready.push_back(index);
}

void Dispatcher::serve(FunctionId id, TimeNs now) {
    Function& f = functions_.at(id);
    while (!halted_ && f.running < f.concurrency && !f.ready.empty()) {
        const std::size_t index = f.ready.front();
        f.ready.pop_front();
        const Lane& l = lanes_[index];
        if (!l.draining && l.state == State::Ready && !triggers_[l.trigger].stopped) start(index, now);
    }
}

void Dispatcher::start(std::size_t index, TimeNs now) {
    Lane& l = lanes_[index];
    const Trigger& t = triggers_[l.trigger];
    if (!l.batch) {
        l.batch = formBatch(l, now);
        l.attempt = 0;
    }
    ++l.attempt;
    l.state = State::Running;
    ++functions_.at(t.function).running;
    const Invocation invocation{InvocationId{next_invocation_++}, t.function, t.id, l.attempt, l.batch};
    calls_.emplace(invocation.id, std::pair{index, false});
    port_.startCall(LaneId{static_cast<std::int64_t>(index + 1)}, invocation, now);
}

BatchPtr Dispatcher::formBatch(Lane& l, TimeNs now) {
    const Trigger& t = triggers_[l.trigger];
    facts::ClosedBy closed_by = closes(l, now).value_or(facts::ClosedBy::Window);
    auto batch = std::make_shared<Batch>();
    batch->id = BatchId{next_batch_++};
    batch->trigger = t.id;
    bool full = false;
    while (!full && !l.queue.empty() && batch->count < t.batch_size) {
        Slice& head = l.queue.front();
        Slice part{head.chunk, head.from, 0};
        while (part.count < head.count && batch->count < t.batch_size) {
            const std::size_t size = t.wire_size(*head.chunk, head.from + part.count);
            // A record that is over the limit by itself goes alone.
            if (batch->count != 0 && batch->bytes + size > t.batch_bytes) {
                closed_by = facts::ClosedBy::Bytes;
                full = true;
                break;
            }
            batch->bytes += size;
            ++batch->count;
            ++part.count;
        }
        head.from += part.count;
        head.count -= part.count;
        if (part.count != 0) batch->slices.push_back(std::move(part));
        if (head.count == 0) {
            l.memory -= head.chunk->bytes();
            l.queue.pop_front();
        }
    }
    if (!full && batch->count == t.batch_size) closed_by = facts::ClosedBy::Size;
    l.records -= batch->count;
    l.wire_bytes -= batch->bytes;
    queued_ -= batch->count;
    port_.batchFormed(*batch, closed_by, now);
    return batch;
}

void Dispatcher::ended(InvocationId invocation, TimeNs now) {
    const auto found = calls_.find(invocation);
    if (found == calls_.end() || found->second.second) return;
    found->second.second = true;
    Lane& l = lanes_[found->second.first];
    l.state = State::Settling;
    const FunctionId function = triggers_[l.trigger].function;
    --functions_.at(function).running;
    serve(function, now);
}

void Dispatcher::succeeded(InvocationId invocation, TimeNs now) {
    const auto found = calls_.find(invocation);
    if (found == calls_.end()) return;
    const std::size_t index = found->second.first;
    calls_.erase(found);
    pass(index, now);
}

void Dispatcher::pass(std::size_t index, TimeNs now) {
    Lane& l = lanes_[index];
    const Slice& last = l.batch->slices.back();
    const std::int64_t next = (*last.chunk)[last.from + last.count - 1].offset + 1;
    if (l.open) {
        pending_ -= l.batch->count;
        port_.passed(LaneId{static_cast<std::int64_t>(index + 1)}, next, now);
    }
    l.batch.reset();
    l.state = State::Collecting;
    consider(index, now);
    serve(triggers_[l.trigger].function, now);
}

void Dispatcher::failed(InvocationId invocation, const std::string& why, TimeNs now) {
    const auto found = calls_.find(invocation);
    if (found == calls_.end()) return;
    const std::size_t index = found->second.first;
    calls_.erase(found);
    Lane& l = lanes_[index];
    const Trigger& t = triggers_[l.trigger];
    const LaneId id{static_cast<std::int64_t>(index + 1)};
    l.state = State::Backoff;
    if (!l.open || l.draining) {
        forget(l);
        return;
    }
    if (halted_) return;  // ends before a retry: the batch was not passed and stays pending
    if (t.retries < 0 || l.attempt <= t.retries) {
        const DurationNs wait = backoff(l.attempt, static_cast<std::uint64_t>(l.batch->id.value));
        l.retry_at = now + wait;
        arm(l.retry_at, index);
        port_.retrying({invocation, t.function, t.id, l.attempt, l.batch}, wait, why, now);
        return;
    }
    if (t.discard) {
        port_.discarded(id, *l.batch, now);
        pass(index, now);
        return;
    }
    stop(l.trigger);
    port_.triggerStopped(t.id, why, now);
}

void Dispatcher::stop(std::size_t trigger) {
    triggers_[trigger].stopped = true;
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        if (lanes_[i].trigger == trigger) drainLane(LaneId{static_cast<std::int64_t>(i + 1)});
    }
}

void Dispatcher::advance(TimeNs now) {
    while (!timers_.empty() && timers_.top().first <= now) {
        const std::size_t index = timers_.top().second;
        timers_.pop();
        consider(index, now);
    }
    for (auto& [id, f] : functions_) {
        if (!f.ready.empty()) serve(id, now);
    }
}

std::optional<TimeNs> Dispatcher::deadline() const {
    if (halted_ || timers_.empty()) return std::nullopt;
    return timers_.top().first;
}

void Dispatcher::finish(TimeNs now) {
    finishing_ = true;
    for (std::size_t i = 0; i < lanes_.size(); ++i) consider(i, now);
    advance(now);
}

}  // namespace weir::invoke
