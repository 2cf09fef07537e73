// SPDX-License-Identifier: GPL-3.0-or-later
// What follows a call: its events pass, or its batch is called again, split or given up.
#include "invoke/backoff.h"
#include "invoke/batch_runs.h"
#include "invoke/dispatcher.h"

#include <algorithm>

namespace weir::invoke {
namespace {

/// So often a batch may meet an instance that ends before it takes the call. A function whose instances
/// always do so must run out of retries like any other that fails.
constexpr int kUntakenForFree = 5;

}  // namespace

Invocation Dispatcher::invocationOf(InvocationId id, const Job& job) const {
    const Trigger& t = triggers_[lanes_[job.lane].trigger];
    return {id, t.function, t.id, job.attempt, job.part.batch, job.part.split_of};
}

void Dispatcher::ended(InvocationId invocation, TimeNs now) {
    const auto found = calls_.find(invocation);
    if (found == calls_.end()) return;
    Job& job = jobs_.at(found->second);
    if (job.state != State::Running) return;
    job.state = State::Settling;
    const FunctionId function = triggers_[lanes_[job.lane].trigger].function;
    --functions_.at(function).running;
    serve(function, now);
}

void Dispatcher::succeeded(InvocationId invocation, TimeNs now) {
    const auto found = calls_.find(invocation);
    if (found == calls_.end()) return;
    const JobId id = found->second;
    calls_.erase(found);
    Job& job = jobs_.at(id);
    const Trigger& t = triggers_[lanes_[job.lane].trigger];
    Function& f = functions_.at(t.function);
    if (f.limit < f.concurrency && ++f.good_calls >= f.limit) {
        ++f.limit;
        f.good_calls = 0;
    }
    const BatchPtr batch = job.part.batch;
    done(job, *batch);
    partOver(id, now);
}

/// These events of a job passed or were given up.
void Dispatcher::done(Job& job, const Batch& events) {
    Lane& l = lanes_[job.lane];
    for (const Slice& slice : events.slices) {
        const RecordChunk& chunk = *slice.chunk;
        forEachRun(chunk, slice.from, slice.count, [&](std::uint32_t first, std::uint32_t last) {
            l.offsets.done(chunk[first].offset, chunk[last].offset);
        });
    }
    l.held -= events.count;
    l.held_bytes -= std::min(l.held_bytes, events.bytes);
    if (l.open) pending_ -= events.count;
}

/// Nothing of a job's present part is left to do: the next part, or the end of the job.
void Dispatcher::partOver(JobId id, TimeNs now) {
    Job& job = jobs_.at(id);
    const std::size_t index = job.lane;
    Lane& l = lanes_[index];
    report(index, now);
    if (!job.rest.empty() && l.open && !l.draining) {
        job.part = std::move(job.rest.front());
        job.rest.pop_front();
        job.attempt = job.failures = job.untaken = 0;
        job.given_up = {};
        makeReady(id);
    } else if (!job.rest.empty()) {
        forget(id);
    } else {
        l.queue->release(job.keys);
        std::erase(l.jobs, id);
        jobs_.erase(id);
        consider(index, now);
    }
    letSuccessorsStart(index, now);
    serve(triggers_[l.trigger].function, now);
}

void Dispatcher::report(std::size_t index, TimeNs now) {
    Lane& l = lanes_[index];
    const std::int64_t next = l.offsets.next();
    if (!l.open || next <= l.reported) return;
    l.reported = next;
    port_.passed(idOf(index), next, now);
}

/// A later lane of the same partition waits until nothing of this one runs any more.
void Dispatcher::letSuccessorsStart(std::size_t index, TimeNs now) {
    if (lanes_[index].open || busy(idOf(index))) return;
    for (std::size_t i = index + 1; i < lanes_.size(); ++i) {
        if (lanes_[i].waits_for != index) continue;
        lanes_[i].waits_for.reset();
        consider(i, now);
        letSuccessorsStart(i, now);
    }
}

void Dispatcher::failed(InvocationId invocation, const Failure& failure, TimeNs now) {
    const auto found = calls_.find(invocation);
    if (found == calls_.end()) return;
    const JobId id = found->second;
    calls_.erase(found);
    settleFailure(id, invocation, failure, false, now);
}

std::vector<std::uint32_t> Dispatcher::failedPositions(InvocationId invocation,
                                                       std::span<const std::uint32_t> named) const {
    const auto found = calls_.find(invocation);
    if (found == calls_.end()) return {named.begin(), named.end()};
    const Job& job = jobs_.at(found->second);
    return failedByScope(*job.part.batch, named, triggers_[lanes_[job.lane].trigger].partial_order);
}

void Dispatcher::partly(InvocationId invocation, std::span<const std::uint32_t> failed,
                        const Failure& failure, TimeNs now) {
    const auto found = calls_.find(invocation);
    if (found == calls_.end()) return;
    if (failed.empty()) return succeeded(invocation, now);
    const JobId id = found->second;
    calls_.erase(found);
    Job& job = jobs_.at(id);
    const BatchPtr whole = job.part.batch;
    if (failed.size() < whole->count) {
        const WireSize& wire_size = triggers_[lanes_[job.lane].trigger].wire_size;
        done(job, *partOf(*whole, othersThan(failed, whole->count), wire_size));
        job.part.batch = partOf(*whole, failed, wire_size);
        report(job.lane, now);
    }
    settleFailure(id, invocation, failure, true, now);
}

void Dispatcher::settleFailure(JobId id, InvocationId call, const Failure& failure, bool partial,
                               TimeNs now) {
    Job& job = jobs_.at(id);
    const std::size_t index = job.lane;
    const Lane& l = lanes_[index];
    const Trigger& t = triggers_[l.trigger];
    job.state = State::Backoff;
    if (!l.open || l.draining) {
        forget(id);
        letSuccessorsStart(index, now);
        return;
    }
    if (halted_) return;  // ends before a retry: the batch did not pass and stays pending
    const Invocation what = invocationOf(call, job);
    if (failure.throttled) {
        retryLater(id, throttle(what, failure, now), now);
        return;
    }
    const BatchPtr batch = job.part.batch;
    if (!failure.taken && ++job.untaken <= kUntakenForFree) {
        const DurationNs wait = backoff(job.untaken, static_cast<std::uint64_t>(batch->id.value));
        retryLater(id, wait, now);
        port_.retrying(what, wait, failure.why, now);
        return;
    }
    ++job.failures;
    if (t.bisect && batch->count > 1 && !partial) {
        const std::uint32_t half = batch->count / 2;
        port_.split(what, failure.why, now);
        job.rest.push_front({partOf(*batch, half, batch->count - half, t.wire_size), call});
        job.part = {partOf(*batch, 0, half, t.wire_size), call};
        job.attempt = job.failures = job.untaken = 0;
        retryLater(id, backoff(1, static_cast<std::uint64_t>(batch->id.value)), now);
        return;
    }
    const bool may_give_up = t.on_exhausted != flow::OnExhausted::Stop;
    const bool hopeless = !failure.retryable && may_give_up;
    if (!hopeless && (t.retries < 0 || job.failures <= t.retries)) {
        const DurationNs wait = backoff(job.failures, static_cast<std::uint64_t>(batch->id.value));
        retryLater(id, wait, now);
        port_.retrying(what, wait, failure.why, now);
        return;
    }
    if (!may_give_up) {
        stopTrigger(l.trigger);
        port_.triggerStopped(t.id, failure.why, now);
        return;
    }
    // What follows the first failed event in its scope may be sound: only the order made it fail.
    if (partial && batch->count > 1 && t.partial_order != flow::Order::None) {
        job.rest.push_front({partOf(*batch, 1, batch->count - 1, t.wire_size), job.part.split_of});
        job.part.batch = partOf(*batch, 0, 1, t.wire_size);
    }
    giveUpPart(id,
               t.on_exhausted == flow::OnExhausted::Discard ? facts::SkipReason::Discarded
                                                            : facts::SkipReason::OnFailure,
               failure.why, now);
}

/// A function that refuses calls gets fewer at once: half as many, then one more for each round that it
/// takes (additive increase, multiplicative decrease). Returns how long to wait.
DurationNs Dispatcher::throttle(const Invocation& call, const Failure& failure, TimeNs now) {
    Function& f = functions_.at(call.function);
    const DurationNs usual = backoff(call.attempt, static_cast<std::uint64_t>(call.batch->id.value));
    const DurationNs wait = std::max(usual, failure.retry_after.value_or(0));
    f.good_calls = 0;
    if (now >= f.resume_at) {
        f.limit = std::max(1, f.limit / 2);
        f.resume_at = now + wait;
        timers_.push({f.resume_at, 0, 0});
        port_.throttled(call, f.limit, wait, failure.why, now);
    }
    return wait;
}

void Dispatcher::retryLater(JobId id, DurationNs wait, TimeNs now) {
    Job& job = jobs_.at(id);
    job.state = State::Backoff;
    job.retry_at = now + wait;
    timers_.push({job.retry_at, job.lane, id});
}

void Dispatcher::giveUpPart(JobId id, facts::SkipReason reason, const std::string& why, TimeNs now) {
    Job& job = jobs_.at(id);
    const Trigger& t = triggers_[lanes_[job.lane].trigger];
    if (t.dead_letter && reason != facts::SkipReason::Discarded) {
        job.state = State::GivingUp;
        job.given_up = {GiveUpId{id}, idOf(job.lane), job.part.batch, reason, why, job.attempt};
        job.failures = 0;  // from here on counts failures to write it
        const GivenUp given_up = job.given_up;
        port_.giveUp(given_up, now);
        return;
    }
    const BatchPtr batch = job.part.batch;
    port_.skipped(t.id, *batch, reason, now);
    done(job, *batch);
    partOver(id, now);
}

void Dispatcher::gaveUp(GiveUpId give_up, bool written, TimeNs now) {
    const JobId id = give_up.value;
    const auto found = jobs_.find(id);
    if (found == jobs_.end() || found->second.state != State::GivingUp) return;
    Job& job = found->second;
    if (!written) {
        ++job.failures;
        retryLater(id, backoff(job.failures, static_cast<std::uint64_t>(id)), now);
        return;
    }
    const BatchPtr batch = job.part.batch;
    done(job, *batch);
    partOver(id, now);
}

/// Drops a job that will not be called again.
void Dispatcher::forget(JobId id) {
    const auto found = jobs_.find(id);
    Job& job = found->second;
    Lane& l = lanes_[job.lane];
    std::size_t left = job.part.batch->count;
    for (const Part& part : job.rest) left += part.batch->count;
    l.held -= left;
    if (l.open) pending_ -= static_cast<std::int64_t>(left);
    std::erase(l.jobs, id);
    jobs_.erase(found);
}

void Dispatcher::stopTrigger(std::size_t index) {
    triggers_[index].stopped = true;
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        if (lanes_[i].trigger == index) drainLane(idOf(i));
    }
}

}  // namespace weir::invoke
