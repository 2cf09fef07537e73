// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine does when one of its parts tells it something: each becomes a fact, and moves what follows.
#include "invoke/batch_runs.h"
#include "invoke/engine.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::invoke {
namespace {

/// At most this much is read of one partition at a time, so that all get their turn.
constexpr std::size_t kReadRecords = 4'000;
constexpr std::size_t kReadBytes = 2 << 20;

Failure failureOf(const Answer& answer) {
    return {.why = fmt::format("{}{}{}", facts::word(answer.outcome), answer.error.empty() ? "" : ": ",
                               answer.error),
            .throttled = answer.outcome == facts::Outcome::Throttled,
            .retry_after = answer.retry_after,
            .retryable = answer.retryable,
            .taken = answer.taken};
}

}  // namespace

// ---- the dispatcher decides

void Engine::batchFormed(const Batch& batch, facts::ClosedBy closed_by, TimeNs now) {
    record(now, facts::Batch{batch.id, batch.trigger, runsOf(batch), closed_by});
}

void Engine::startCall(LaneId lane, const Invocation& invocation, TimeNs now) {
    Target& target = *function(invocation.function).target;
    calls_.emplace(invocation.id, OpenCall{invocation, {}, {}});
    const Target::Started started = target.start(invocation, now);
    facts::Start start;
    start.id = invocation.id;
    start.function = invocation.function;
    start.trigger = invocation.trigger;
    start.instance = started.instance;
    start.batch = invocation.batch->id;
    start.attempt = invocation.attempt;
    start.cold = started.cold;
    start.epoch = lane_epoch_.at(lane);
    start.split_of = invocation.split_of;
    start.events = runsOf(*invocation.batch);
    record(now, std::move(start));
    ++figures_.invocations;
    if (started.cold) ++figures_.cold_starts;
}

void Engine::retrying(const Invocation& failed, DurationNs backoff, const std::string& why, TimeNs now) {
    record(now, facts::Decision{
                    facts::DecisionKind::Retry, failed.trigger,
                    fmt::format("call #{}, attempt {}: {}; again in {}", failed.id.value, failed.attempt, why,
                                durationLiteral(backoff / kMillisecond * kMillisecond))});
}

void Engine::split(const Invocation& failed, const std::string& why, TimeNs now) {
    record(now, facts::Decision{facts::DecisionKind::Split, failed.trigger,
                                fmt::format("call #{}: {}; its {} events are called again in two halves",
                                            failed.id.value, why, failed.batch->count)});
}

void Engine::throttled(const Invocation& failed, int limit, DurationNs pause, const std::string& why,
                       TimeNs now) {
    record(now, facts::Decision{facts::DecisionKind::Throttle, failed.trigger,
                                fmt::format("call #{}: {}; {} waits for {}, then takes at most {} at once",
                                            failed.id.value, why, function(failed.function).name,
                                            durationLiteral(pause / kMillisecond * kMillisecond), limit)});
}

void Engine::skipped(TriggerId id, const Batch& events, facts::SkipReason reason, TimeNs now) {
    for (const facts::EventRun& run : runsOf(events)) {
        record(now, facts::Skip{trigger(id).function, id, run, reason});
    }
    answerSkipped(events, reason);
}

void Engine::giveUp(const GivenUp& given_up, TimeNs /*now*/) {
    const Trigger& t = trigger(given_up.batch->trigger);
    given_up_[given_up.id] = given_up;
    if (TransactionStage* const stage = transactionsOf(t.id)) {
        stage->hold(
            {}, placeOfBatch(*given_up.batch),
            records_->givenUp(given_up, *t.spec.on_failure_topic, t.spec.name, function(t.function).name));
        held_given_up_.push_back(given_up.id);
        return;
    }
    outputs_->stageGivenUp(given_up, *t.spec.on_failure_topic, t.spec.name, function(t.function).name);
}

void Engine::triggerStopped(TriggerId id, const std::string& why, TimeNs now) {
    Trigger& t = trigger(id);
    t.state = TriggerState::Stopped;
    decide(now, facts::DecisionKind::Stop, id, why);
    const Error error{ErrorCode::Exhausted,
                      fmt::format("The trigger {} stopped: a batch failed {} times, the last time with: {}",
                                  t.spec.name, t.spec.retries + 1, why),
                      "Correct the function and record again: nothing of the batch was passed over. Or set "
                      "the trigger's `on_exhausted` to `discard`."};
    report(now, error);
    t.exhausted = error;
    turnAway(id, "The trigger has stopped: the function failed too often.");
    const bool all = std::all_of(triggers_.begin(), triggers_.end(),
                                 [](const Trigger& x) { return x.state == TriggerState::Stopped; });
    if (all || plan_.until_end) setFault(error);
}

void Engine::passed(LaneId lane, std::int64_t next_offset, TimeNs /*now*/) {
    const auto source = lane_source_.find(lane);  // a front door commits nothing
    if (source == lane_source_.end()) return;
    source->second->passed(lane, next_offset, sequence_);
    if (TransactionStage* const stage = transactionsOf(source->second->trigger()))
        stage->passed(source->second->nameOf(lane), next_offset, sequence_);
}

// ---- sources find something

void Engine::assigned(Source& source, SourcePartition& p, TimeNs /*now*/) {
    p.epoch = ++epochs_[{source.group(), p.topic, p.name.partition}];
    for (const auto& observation : observations_) {
        if (observation->source() != &source) continue;
        p.observer = &observation->observer();
        p.observer->open(p.topic, p.name.partition);
    }
    if (!source.trigger()) return;
    p.lane = dispatcher_.openLane(source.trigger(), p.topic, p.name.partition,
                                  plan_.batches ? plan_.batches(p.name.topic, p.name.partition) : nullptr);
    lane_source_[p.lane] = &source;
    shareMemory();
    lane_epoch_[p.lane] = p.epoch;
}

void Engine::assignmentKnown(const Source& source, const SourcePartition& p, TimeNs now) {
    if (p.observer != nullptr) {
        p.observer->began(p.topic, p.name.partition, p.next);
        if (!p.observer->reads(p.topic))
            return;  // where the function's outputs are read from says nothing of it
    }
    record(now, facts::Assignment{p.topic, p.name.partition, facts::AssignmentState::Assigned, p.epoch,
                                  p.next, source.group()});
    if (TransactionStage* const stage = transactionsOf(source.trigger()); stage != nullptr && p.moved)
        stage->passed(p.name, p.next, sequence_);
    if (plan_.embedded != nullptr) {
        plan_.embedded->passed(source.name(), p.name.topic, p.name.partition, p.next);
    }
}

void Engine::revoked(const Source& source, const SourcePartition& p, bool lost, TimeNs now) {
    if (p.lane) {
        dispatcher_.closeLane(p.lane);
        lane_source_.erase(p.lane);
        shareMemory();
    }
    if (TransactionStage* const stage = transactionsOf(source.trigger())) stage->forget(p.name);
    const auto state = lost ? facts::AssignmentState::Lost : facts::AssignmentState::Revoked;
    record(now, facts::Assignment{p.topic, p.name.partition, state, p.epoch, std::nullopt, source.group()});
}

/// Each lane may hold a whole batch, as long as there are not too many of them.
void Engine::shareMemory() {
    constexpr std::size_t kMostInLanes = 512 << 20;
    constexpr std::size_t kLeast = 256 << 10;
    lane_share_ = std::max(kMostInLanes / std::max<std::size_t>(lane_source_.size(), 1), kLeast);
    dispatcher_.limitLanes(lane_share_);
}

bool Engine::wants(const SourcePartition& p, std::size_t& records, std::size_t& bytes) {
    if (phase_ != Phase::Running) return false;
    records = kReadRecords;
    bytes = kReadBytes;
    if (p.lane) {
        if (!dispatcher_.wants(p.lane)) return false;
        if (holdsEnough(p)) return false;
        bytes = std::min(bytes, lane_share_);
    }
    if (p.observer != nullptr) {
        if (plan_.until_end && p.end && p.next >= *p.end) return false;
        if (!p.observer->wants(p.topic, p.name.partition)) return false;
    }
    if (plan_.max_events) {
        const std::int64_t left = *plan_.max_events - events_.count();
        if (left <= 0) return false;
        records = std::min(records, static_cast<std::size_t>(left));
    }
    return true;
}

void Engine::arrived(Source& source, SourcePartition& p, RecordChunk chunk, TimeNs now) {
    const auto pieces = events_.place(chunk);
    if (pieces.size() == 1) {
        take(p, std::move(chunk), pieces.front(), now);
    } else {
        for (const EventIndex::Piece& piece : pieces) {
            take(p, chunk.slice(piece.from, piece.count), piece, now);
        }
    }
    if (!p.lane && plan_.embedded != nullptr) {
        plan_.embedded->passed(source.name(), p.name.topic, p.name.partition, p.next);
    }
}

/// Records what is new, and queues all of it where it is to be delivered.
void Engine::take(const SourcePartition& p, RecordChunk chunk, const EventIndex::Piece& piece, TimeNs now) {
    chunk.setFirstEvent(piece.first_event);
    const ChunkPtr shared = std::make_shared<const RecordChunk>(std::move(chunk));
    if (piece.fresh) {
        figures_.events += shared->size();
        for (std::uint32_t i = 0; i < shared->size(); ++i) {
            figures_.value_bytes += std::max<std::int64_t>((*shared)[i].value_size, 0);
        }
        record(now, facts::Records{shared});
    }
    if (piece.late) {
        ++figures_.events;
        record(now, facts::LateRecord{shared});
    }
    if (p.lane) dispatcher_.push(p.lane, shared, now);
    if (p.observer != nullptr) p.observer->arrived(shared, p.next, now);
}

void Engine::hole(const SourcePartition& p, std::int64_t first, std::int64_t last, TimeNs now) {
    // The embedded cluster knows no transactions and no compaction: what is missing there was dropped.
    const auto reason =
        plan_.embedded != nullptr ? facts::HoleReason::Retention : facts::HoleReason::Transaction;
    record(now, facts::Hole{p.topic, p.name.partition, first, last, reason});
}

/// Outputs wait for an offset that a failing event holds back.
bool Engine::holdsEnough(const SourcePartition& p) const {
    if (transactions_.empty()) return false;
    const auto source = lane_source_.find(p.lane);
    if (source == lane_source_.end()) return false;
    const TransactionStage* const stage = transactionsOf(source->second->trigger());
    return stage != nullptr && stage->full(p.name);
}

bool Engine::busy(const SourcePartition& p) {
    if (!p.lane) return false;
    if (dispatcher_.busy(p.lane)) return true;
    const auto source = lane_source_.find(p.lane);
    if (source == lane_source_.end()) return false;
    const TransactionStage* const stage = transactionsOf(source->second->trigger());
    return stage != nullptr && stage->holds(p.name);
}

void Engine::drain(const SourcePartition& p) {
    if (p.lane) dispatcher_.drainLane(p.lane);
}

void Engine::committed(const Source& source, const SourcePartition& p, std::int64_t offset, TimeNs now) {
    record(now, facts::Commit{p.topic, p.name.partition, offset, source.group()});
    if (plan_.embedded != nullptr) {
        plan_.embedded->passed(source.name(), p.name.topic, p.name.partition, offset);
    }
}

void Engine::trouble(const Source& source, const kafka::ConsumerTrouble& trouble, TimeNs now) {
    Error error = trouble.error;
    error.message = source.name() + ": " + error.message;
    report(now, error);
    if (trouble.fatal) setFault(std::move(error));
}

void Engine::recovered(const Source& source, TimeNs now) {
    if (last_trouble_.empty()) return;
    last_trouble_.clear();
    figures_.trouble.clear();
    figures_.trouble_hint.clear();
    record(now, facts::Log{{}, {}, facts::Stream::Weir, source.name() + ": the cluster answers again"});
}

/// Says once what is wrong: in the session's log and in the status.
void Engine::report(TimeNs now, const Error& error) {
    figures_.trouble = error.message;
    figures_.trouble_hint = error.hint;
    if (error.message == last_trouble_) return;
    last_trouble_ = error.message;
    record(now, facts::Log{{}, {}, facts::Stream::Weir, error.message});
}

// ---- targets answer

InstanceId Engine::openInstance(FunctionId id, TimeNs now) {
    Function& f = function(id);
    const InstanceId instance{next_instance_++};
    record(now, facts::Instance{instance, fmt::format("{}-{}", f.name, ++f.instances), id});
    ++figures_.instances;
    return instance;
}

void Engine::handle(const TargetEvent& event) {
    function(event.function).target->seen(event);
    if (const auto* ready = std::get_if<InstanceBecameReady>(&event.what)) {
        record(event.at, facts::InstanceReady{ready->instance});
    } else if (const auto* gone = std::get_if<InstanceEnded>(&event.what)) {
        record(event.at, facts::InstanceEnd{gone->instance, gone->reason, gone->detail});
        --figures_.instances;
    } else if (const auto* log = std::get_if<LogWritten>(&event.what)) {
        record(event.at, facts::Log{log->instance, log->invocation, log->stream, log->text});
    } else if (const auto* call = std::get_if<CallEnded>(&event.what)) {
        callEnded(event, *call);
    }
}

void Engine::callEnded(const TargetEvent& event, CallEnded ended) {
    const auto found = calls_.find(ended.invocation);
    if (found == calls_.end()) return;
    OpenCall& call = found->second;
    const Invocation invocation = call.invocation;
    const Trigger& t = trigger(invocation.trigger);
    facts::End end{ended.invocation, ended.answer.outcome, {}, ended.answer.error, ended.answer.cold};
    if (end.cold) ++figures_.cold_starts;
    if (end.outcome == facts::Outcome::Partial) {
        if (t.spec.partial_failures) {
            call.failed = dispatcher_.failedPositions(ended.invocation, ended.answer.failed);
            for (const std::uint32_t position : call.failed)
                appendRun(end.failed, eventAt(*invocation.batch, position));
        } else {
            end.outcome = ended.answer.outcome = facts::Outcome::Error;
            end.error += " The trigger does not set `partial_failures`, so the whole batch counts as failed.";
        }
    }
    const bool success = end.outcome == facts::Outcome::Success || end.outcome == facts::Outcome::Partial;
    ended.answer.error = end.error;
    record(event.at, std::move(end));
    figures_.deliveries += invocation.batch->count;
    ++(success ? figures_.succeeded : figures_.failed);

    // A result that comes after its partition was taken away is recorded, but never produced or committed.
    const bool current = dispatcher_.current(ended.invocation);
    dispatcher_.ended(ended.invocation, event.at);
    if (!success) {
        noteFailure(*invocation.batch, ended.answer.error);
        calls_.erase(ended.invocation);  // the next call may have moved the iterator
        dispatcher_.failed(ended.invocation, failureOf(ended.answer), event.at);
        return;
    }
    std::erase_if(ended.answer.records, [&](const AnsweredRecord& record) {
        return record.cause && std::binary_search(call.failed.begin(), call.failed.end(), *record.cause);
    });
    noteAnswers(call, ended.answer);
    call.why = std::move(ended.answer.error);
    if (TransactionStage* const stage = transactionsOf(t.id)) {
        Status held;
        if (current) held = holdAnswers(*stage, call, std::move(ended.answer.records));
        if (!held) return outputsDone(ended.invocation, held);
        return callSettled(ended.invocation, event.at);
    }
    const bool outputs = current && !t.spec.outputs.empty() && !ended.answer.records.empty();
    const bool copies = current && t.spec.on_success_topic.has_value();
    // A copy, because the call may be settled before the last of this is used.
    const std::vector<std::uint32_t> failed = call.failed;
    if (outputs) {
        outputs_->stage(ended.invocation, invocation.batch, std::move(ended.answer.records), t.spec.outputs);
    }
    if (copies) {
        outputs_->stageSucceeded(invocation, failed, *t.spec.on_success_topic, t.spec.name,
                                 function(t.function).name);
    }
    if (outputs || copies) return;
    callSettled(ended.invocation, event.at);
}

/// A call that succeeded, at least in part, has all its outputs written.
void Engine::callSettled(InvocationId invocation, TimeNs at) {
    const auto node = calls_.extract(invocation);
    if (node.empty()) return;
    const OpenCall& call = node.mapped();
    answerCallers(call);
    if (call.failed.empty()) {
        dispatcher_.succeeded(invocation, at);
    } else {
        dispatcher_.partly(invocation, call.failed, {.why = "partial: " + call.why}, at);
    }
}

// ---- outputs are written

void Engine::outputWritten(InvocationId invocation, const std::string& topic, std::int32_t partition,
                           std::int64_t offset, std::vector<facts::EventRun> caused_by) {
    ++figures_.outputs;
    record(now(), facts::Output{invocation, topic_ids_.at(topic), partition, offset, std::move(caused_by)});
}

void Engine::outputsDone(InvocationId invocation, const Status& status) {
    if (status) return callSettled(invocation, now());
    noteFailure(*calls_.at(invocation).invocation.batch, status.error().message);
    calls_.erase(invocation);
    report(now(), status.error());
    dispatcher_.failed(invocation, {.why = "output: " + status.error().message}, now());
}

void Engine::givenUpDone(GiveUpId id, const Status& status) {
    const auto node = given_up_.extract(id);
    if (node.empty()) return;
    const GivenUp& events = node.mapped();
    if (status) {
        skipped(events.batch->trigger, *events.batch, events.reason, now());
    } else {
        report(now(), status.error());
    }
    dispatcher_.gaveUp(id, status.has_value(), now());
}

}  // namespace weir::invoke
