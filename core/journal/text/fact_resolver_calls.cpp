// SPDX-License-Identifier: GPL-3.0-or-later
// FactResolver: batches, invocations and what refers to them.
#include "base/text.h"
#include "journal/text/fact_resolver.h"
#include "journal/text/fact_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace weir::journal {
namespace {

tl::unexpected<Error> wrong(std::string message) {
    return fail(ErrorCode::FileCorrupt, std::move(message));
}

auto placeOf(const facts::EventRun& run) {
    return std::tuple(run.topic, run.partition, run.first);
}

/// The run that holds an offset, or nothing. `runs` stand in order of their places.
const facts::EventRun* runWith(const std::vector<facts::EventRun>& runs, TopicId topic,
                               std::int32_t partition, std::int64_t offset) {
    const auto after =
        std::upper_bound(runs.begin(), runs.end(), std::tuple(topic, partition, offset),
                         [](const auto& place, const facts::EventRun& r) { return place < placeOf(r); });
    if (after == runs.begin()) return nullptr;
    const facts::EventRun& run = *std::prev(after);
    return run.topic == topic && run.partition == partition && offset <= run.last ? &run : nullptr;
}

std::optional<std::int64_t> unlessSame(std::int64_t number, std::int64_t id) {
    return number == id ? std::nullopt : std::optional{number};
}

}  // namespace

Status FactResolver::takeSkip(const TextFact& f, std::int64_t line) {
    const std::vector<TextRun> event{{f.topic, f.partition, f.offset, f.offset}};
    if (Status s = look(event, "event"); !s) return s;
    facts::Skip skip;
    skip.function = names_.function(f.function, f.at);
    skip.trigger = names_.trigger(f.trigger, skip.function, f.at);
    skip.events = resolved(f.at, line).front();
    skip.reason = factWord(f.reason, facts::SkipReason::Discarded);
    records_.put(f.at, skip);
    return {};
}

Status FactResolver::takeBatch(const TextFact& f, std::int64_t line) {
    if (Status s = look(f.events, "events"); !s) return s;
    facts::Batch batch;
    batch.trigger = names_.trigger(f.trigger, {}, f.at);
    batch.events = resolved(f.at, line);
    batch.closed_by = factWord(f.closed_by, facts::ClosedBy::Revoke);
    batch.id = BatchId{next_batch_++};
    batch.number = unlessSame(f.batch, batch.id.value);
    batches_.set(pages_, f.batch, batch.id.value);
    records_.put(f.at, std::move(batch));
    return {};
}

/// What start and observed share: a new number, and events that stand there once.
Status FactResolver::newCall(const TextFact& f) {
    if (callNamed(f.invocation) != 0) {
        return wrong(fmt::format("`invocation`: {} was used before; every invocation has a number of its own",
                                 f.invocation));
    }
    if (Status s = once(f.events); !s) return s;
    return look(f.events, "events");
}

Status FactResolver::takeStart(const TextFact& f, std::int64_t line) {
    if (f.has_split_of && callNamed(f.split_of) == 0) {
        return wrong(
            fmt::format("`split_of`: invocation {} has not started; expected an earlier one", f.split_of));
    }
    if (Status s = newCall(f); !s) return s;
    facts::Start start;
    start.function = names_.function(f.function, f.at);
    start.trigger = names_.trigger(f.trigger, start.function, f.at);
    start.instance = names_.instance(f.instance, start.function, f.at);
    if (f.has_batch) {
        std::int64_t batch = batches_.find(pages_, f.batch);
        if (batch == 0) {
            facts::Batch unknown;
            unknown.id = BatchId{batch = next_batch_++};
            unknown.trigger = start.trigger;
            unknown.number = unlessSame(f.batch, batch);
            unknown.declared = false;
            batches_.set(pages_, f.batch, batch);
            records_.put(f.at, std::move(unknown));
        }
        start.batch = BatchId{batch};
    }
    start.attempt = f.attempt;
    start.cold = f.cold;
    start.epoch = f.epoch;
    if (f.has_split_of) start.split_of = InvocationId{callNamed(f.split_of)};
    start.events = resolved(f.at, line);
    start.id = InvocationId{next_call_++};
    start.number = unlessSame(f.invocation, start.id.value);
    calls_.set(pages_, f.invocation, start.id.value);
    in_flight_[start.id.value] = {f.at, start.events};
    records_.put(f.at, std::move(start));
    return {};
}

Status FactResolver::takeObserved(const TextFact& f, std::int64_t line) {
    if (Status s = newCall(f); !s) return s;
    facts::Observed call;
    call.function = names_.function(f.function, f.at);
    call.events = resolved(f.at, line);
    call.id = InvocationId{next_call_++};
    call.number = unlessSame(f.invocation, call.id.value);
    calls_.set(pages_, f.invocation, call.id.value);
    records_.put(f.at, std::move(call));
    return {};
}

Status FactResolver::takeEnd(const TextFact& f) {
    const std::int64_t id = callNamed(f.invocation);
    if (id == 0) {
        return wrong(fmt::format("invocation {} has not started; expected its `start` before its `end`",
                                 f.invocation));
    }
    const auto call = in_flight_.find(id);
    if (call == in_flight_.end()) {
        return wrong(fmt::format("invocation {} has ended already; expected one `end`", f.invocation));
    }
    facts::End end;
    end.id = InvocationId{id};
    end.outcome = factWord(f.outcome, facts::Outcome::Abandoned);
    end.error = f.error;
    std::vector<facts::EventRun>& events = call->second.events;
    if (!f.failed.empty()) {
        std::sort(events.begin(), events.end(),
                  [](const auto& a, const auto& b) { return placeOf(a) < placeOf(b); });
    }
    for (const TextRun& run : f.failed) {
        const TopicId topic = names_.findTopic(run.topic);
        for (std::int64_t offset = run.first; offset <= run.last;) {
            const facts::EventRun* const in = runWith(events, topic, run.partition, offset);
            if (in == nullptr) {
                return wrong(fmt::format("`failed`: {}/{}@{} is not among the events of invocation {}",
                                         terminalSafe(run.topic), run.partition, offset, f.invocation));
            }
            const std::int64_t last = std::min(in->last, run.last);
            end.failed.push_back(
                {topic, run.partition, offset, last, EventId{in->first_event.value + offset - in->first}});
            offset = last + 1;
        }
    }
    in_flight_.erase(call);
    records_.put(f.at, std::move(end));
    return {};
}

Status FactResolver::takeOutput(const TextFact& f, std::int64_t line) {
    const std::int64_t id = callNamed(f.invocation);
    if (id == 0) {
        return wrong(fmt::format("invocation {} has not started; expected one that has", f.invocation));
    }
    if (Status s = look(f.events, "caused_by"); !s) return s;
    facts::Output output;
    output.invocation = InvocationId{id};
    PartitionPlaces& place = this->place(f.topic, f.partition, f.at);
    place.output_at = f.at;
    place.output_offset = f.offset;
    output.topic = place.topic();
    output.partition = f.partition;
    output.offset = f.offset;
    output.caused_by = resolved(f.at, line);
    records_.put(f.at, std::move(output));
    return {};
}

Status FactResolver::takeLog(const TextFact& f) {
    facts::Log log;
    if (f.has_invocation) {
        log.invocation = InvocationId{callNamed(f.invocation)};
        if (!log.invocation) {
            return wrong(
                fmt::format("invocation {} has not started; expected one that has, or none", f.invocation));
        }
    }
    log.instance = names_.instance(f.instance, {}, f.at);
    log.stream = factWord(f.stream, facts::Stream::Weir);
    log.text = f.text;
    records_.put(f.at, std::move(log));
    return {};
}

}  // namespace weir::journal
