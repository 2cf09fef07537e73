// SPDX-License-Identifier: GPL-3.0-or-later
// Calls that are held until somebody who steps sends them.
#include "invoke/batch_runs.h"
#include "invoke/call_gate.h"
#include "invoke/engine.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace weir::invoke {
namespace {

std::string sizeText(const RecordChunk& chunk, std::uint32_t index) {
    const Bytes value = chunk.value(index);
    return value.isNull() ? "null" : fmt::format("{} bytes", value.size);
}

}  // namespace

void Engine::callHeld(HeldId id, const Invocation& invocation, TimeNs /*now*/) {
    const Slice& first = invocation.batch->slices.front();
    plan_.gate->hold({id, function(invocation.function).name, trigger(invocation.trigger).spec.name,
                      topicName(first.chunk->topic()), invocation.attempt, invocation.batch});
}

void Engine::followGate(TimeNs at) {
    if (!plan_.gate || phase_ == Phase::Draining) return;
    for (CallGate::Answer& answer : plan_.gate->takeAnswers()) {
        if (!answer.sent) {
            dispatcher_.passOver(answer.call, at);
            continue;
        }
        const BatchPtr before = dispatcher_.heldBatch(answer.call);
        const InvocationId call = dispatcher_.send(answer.call, answer.edits, at);
        if (call) noteEdits(call, *before, answer.edits, at);
    }
    if (plan_.gate->isOpen()) dispatcher_.hold(false, at);
}

/// What the function got is not what the session holds of these events: the session says so. The values
/// themselves stay out, as no rule for masking has seen them.
void Engine::noteEdits(InvocationId call, const Batch& before, const std::vector<ValueEdit>& edits,
                       TimeNs at) {
    const auto open = calls_.find(call);
    if (open == calls_.end()) return;
    const Batch& after = *open->second.invocation.batch;
    const std::string name = function(open->second.invocation.function).name;
    for (const ValueEdit& edit : edits) {
        if (edit.position >= after.count) continue;
        const Place was = placeOf(before, edit.position);
        const Place is = placeOf(after, edit.position);
        const std::string text = fmt::format(
            "Edited before call #{} of {}: the value of {}/{} @ {} was {} and is {}", call.value, name,
            topicName(is.chunk->topic()), is.chunk->partition(), (*is.chunk)[is.index].offset,
            sizeText(*was.chunk, was.index), sizeText(*is.chunk, is.index));
        record(at, facts::Note{text});
        record(at, facts::Log{{}, call, facts::Stream::Weir, text});
    }
}

}  // namespace weir::invoke
