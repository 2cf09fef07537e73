// SPDX-License-Identifier: GPL-3.0-or-later
// Triggers with `exactly_once`: what the engine does for their transactions.
#include "invoke/engine.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::invoke {
namespace {

constexpr int kInitMs = 30'000;

}  // namespace

Status Engine::openTransactions() {
    for (const Trigger& t : triggers_) {
        if (t.observed || !t.spec.exactly_once) continue;
        kafka::ProducerOptions options;
        // The group's own: a second process with this trigger takes over, and the first can commit no more.
        options.transactional_id = "weir:" + t.spec.group;
        auto producer = kafka::Producer::create(cluster_, options, [this] { inbox_.wake(); });
        if (!producer) return passOn(producer);
        if (Status s = (*producer)->initTransactions(kInitMs); !s) return s;
        TransactionPort& port = *this;
        transactions_[t.id] = std::make_unique<TransactionStage>(t.id, std::move(*producer), port);
    }
    return {};
}

TransactionStage* Engine::transactionsOf(TriggerId id) const {
    const auto found = transactions_.find(id);
    return found == transactions_.end() ? nullptr : found->second.get();
}

kafka::TopicPartition Engine::placeOfBatch(const Batch& batch) const {
    const RecordChunk& chunk = *batch.slices.front().chunk;
    return {topicName(chunk.topic()), chunk.partition()};
}

/// Holds what a call answered until the offset that is done has passed it. An error when it never can be.
Status Engine::holdAnswers(TransactionStage& stage, const OpenCall& call,
                           std::vector<AnsweredRecord> answers) {
    const Invocation& invocation = call.invocation;
    const Trigger& t = trigger(invocation.trigger);
    const kafka::TopicPartition source = placeOfBatch(*invocation.batch);
    if (!t.spec.outputs.empty()) {
        auto records = records_->answered(*invocation.batch, std::move(answers), t.spec.outputs);
        if (!records) return passOn(records);
        stage.hold(invocation.id, source, std::move(*records));
    }
    if (t.spec.on_success_topic) {
        stage.hold(invocation.id, source,
                   records_->succeeded(invocation, call.failed, *t.spec.on_success_topic, t.spec.name,
                                       function(t.function).name));
    }
    return {};
}

void Engine::pumpTransactions(TimeNs at) {
    for (const GiveUpId id : std::exchange(held_given_up_, {})) givenUpDone(id, {});
    for (const auto& [id, stage] : transactions_) {
        const Source* const source = sourceOf(id);
        stage->pump(at, journal_.flushed(), [source] {
            return source == nullptr ? kafka::GroupMetadata() : source->groupMetadata();
        });
    }
}

bool Engine::transactionsIdle() const {
    return held_given_up_.empty() && std::all_of(transactions_.begin(), transactions_.end(),
                                                 [](const auto& entry) { return entry.second->idle(); });
}

void Engine::transactionCommitted(TriggerId id, std::vector<Written> written,
                                  const kafka::Producer::Offsets& offsets) {
    for (Written& w : written)
        outputWritten(w.invocation, w.topic, w.partition, w.offset, std::move(w.caused_by));
    if (Source* const source = sourceOf(id)) source->committedElsewhere(offsets, now());
}

void Engine::transactionAborted(TriggerId id, const Error& why) {
    decide(now(), facts::DecisionKind::Seek, id,
           fmt::format("a transaction was aborted: {} What it held is delivered again.", why.message));
    report(now(), why);
    Source* const source = sourceOf(id);
    if (source != nullptr) transactions_.at(id)->ignore(source->rewind());
}

void Engine::transactionsOver(TriggerId /*id*/, const Error& why) {
    report(now(), why);
    setFault(why);
}

}  // namespace weir::invoke
