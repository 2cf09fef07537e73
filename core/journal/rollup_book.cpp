// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/rollup_book.h"

#include "journal/rollup_scopes.h"

#include <algorithm>
#include <limits>

namespace weir::journal {
namespace {

constexpr std::size_t kMostArrivals = 262'144;
constexpr std::size_t kEndedCalls = std::size_t{1} << 14;  // a power of two

std::int64_t countOf(const std::vector<facts::EventRun>& runs) {
    std::int64_t count = 0;
    for (const facts::EventRun& run : runs) count += run.count();
    return count;
}

/// How many of a run's offsets first…last are among the failed.
std::int64_t failedIn(const facts::EventRun& run, std::int64_t first, std::int64_t last,
                      const std::vector<facts::EventRun>& failed) {
    std::int64_t count = 0;
    for (const facts::EventRun& f : failed) {
        if (f.topic != run.topic || f.partition != run.partition) continue;
        count += std::max<std::int64_t>(0, std::min(last, f.last) - std::max(first, f.first) + 1);
    }
    return count;
}

}  // namespace

RollupBook::RollupBook(RollupSink& sink, FindArrival find_arrival)
    : sink_(sink),
      find_arrival_(std::move(find_arrival)),
      session_(std::make_unique<Scope>(sink, RollupKey{})),
      ended_(kEndedCalls) {}

RollupBook::~RollupBook() = default;

void RollupBook::add(const facts::Fact& fact) {
    std::visit([&](const auto& body) { on(fact.at, body); }, fact.body);
}

RollupBook::Partition& RollupBook::partition(TopicId topic, std::int32_t number) {
    auto& at = partitions_[{topic.value, number}];
    if (!at) {
        at = std::make_unique<Partition>(sink_, RollupKey{RollupScope::Partition, topic.value, number});
        // Who reads the topic waits for its events, whether or not it has taken one yet.
        for (Function* f : readers_[topic.value]) lane(*f, *at, 0);
    }
    return *at;
}

RollupBook::Function& RollupBook::function(FunctionId id) {
    auto& at = functions_[id.value];
    if (!at) at = std::make_unique<Function>(sink_, RollupKey{RollupScope::Function, id.value, -1});
    return *at;
}

RollupBook::Scope& RollupBook::instance(InstanceId id) {
    auto& at = instances_[id.value];
    if (!at) at = std::make_unique<Scope>(sink_, RollupKey{RollupScope::Instance, id.value, -1});
    return *at;
}

RollupBook::Lane& RollupBook::lane(Function& function, Partition& partition, std::int64_t first_offset) {
    const auto found = std::find_if(partition.lanes.begin(), partition.lanes.end(),
                                    [&](const Lane& l) { return l.function == &function; });
    if (found != partition.lanes.end()) return *found;
    Lane lane;
    lane.function = &function;
    lane.waiting = partition.arrivals.countFrom(first_offset);
    lane.next = first_offset;
    function.scope.waiting += lane.waiting;
    session_->waiting += lane.waiting;
    return partition.lanes.emplace_back(std::move(lane));
}

/// The open bucket of a scope, with what is measured now.
RollupCell& RollupBook::touch(Scope& scope, TimeNs at) {
    RollupCell& cell = scope.cell(at);
    for (RollupGauges* g : {&cell.gauges, &scope.total.gauges}) {
        g->waiting = scope.waiting;
        g->waiting_most = std::max(g->waiting_most, scope.waiting);
        g->running_most = std::max(g->running_most, scope.running);
    }
    return cell;
}

void RollupBook::count(Scope& scope, TimeNs at, RollupCount what, std::int64_t n) {
    touch(scope, at).counts[what] += n;
    scope.total.counts[what] += n;
}

template <typename Each>
void RollupBook::forScopes(const Owners& owners, const Each& each) {
    each(*session_);
    each(owners.function->scope);
    if (owners.partition != nullptr) each(owners.partition->scope);
    if (owners.instance != nullptr) each(*owners.instance);
}

template <typename Each>
void RollupBook::forArrivals(const facts::EventRun& run, const Each& each) {
    const Arrivals& arrivals = partition(run.topic, run.partition).arrivals;
    arrivals.forEach(run.first, run.last, [&](std::int64_t first, std::int64_t last, auto at) {
        if (at || !find_arrival_ || !arrivals.mayBeForgotten(first)) {
            each(first, last, at);
            return;
        }
        for (std::int64_t o = first; o <= last; ++o) {
            each(o, o, find_arrival_(EventId{run.first_event.value + o - run.first}));
        }
    });
}

void RollupBook::on(TimeNs /*at*/, const facts::Trigger& f) {
    Function& reader = function(f.function);
    trigger_function_[f.id.value] = f.function.value;
    for (const TopicId topic : f.topics) {
        auto& readers = readers_[topic.value];
        if (std::find(readers.begin(), readers.end(), &reader) != readers.end()) continue;
        readers.push_back(&reader);
        auto p = partitions_.lower_bound({topic.value, std::numeric_limits<std::int32_t>::min()});
        for (; p != partitions_.end() && p->first.first == topic.value; ++p) lane(reader, *p->second, 0);
    }
}

void RollupBook::on(TimeNs at, const facts::Records& f) {
    countRecords(at, *f.chunk);
    Partition& place = partition(f.chunk->topic(), f.chunk->partition());
    for (const OffsetRun& run : f.chunk->runs()) {
        place.arrivals.add(run.first_offset, run.last_offset, at);
        if (++arrivals_ > kMostArrivals && place.arrivals.size() > 1) {
            place.arrivals.forgetOldest();
            --arrivals_;
        }
    }
    arrive(at, f.chunk->topic(), f.chunk->partition(), f.chunk->size());
}

void RollupBook::on(TimeNs at, const facts::Unrecorded& f) {
    arrive(at, f.events.topic, f.events.partition, f.events.count());
}

/// Known to wait since it was named; now it has an arrival too.
void RollupBook::on(TimeNs at, const facts::LateRecord& f) {
    countRecords(at, *f.chunk);
    const std::int64_t offset = (*f.chunk)[0].offset;
    partition(f.chunk->topic(), f.chunk->partition()).arrivals.add(offset, offset, at);
    ++arrivals_;
}

void RollupBook::countRecords(TimeNs at, const RecordChunk& chunk) {
    Partition& place = partition(chunk.topic(), chunk.partition());
    std::int64_t bytes = 0, skewed = 0;
    Histogram& arrival = place.scope.total.arrival;
    for (std::uint32_t i = 0; i < chunk.size(); ++i) {
        const Record& record = chunk[i];
        bytes += std::max<std::int64_t>(
            record.value_known >= ValueKnown::Prefix ? record.stated_size : record.value_size, 0);
        if (record.timestamp < 0) continue;
        if (record.timestamp > at) {
            ++skewed;
        } else {
            arrival.record(at - record.timestamp);
        }
    }
    for (Scope* scope : {session_.get(), &place.scope}) {
        scope->total.arrivals.add(at);
        count(*scope, at, RollupCount::Events, chunk.size());
        count(*scope, at, RollupCount::ValueBytes, bytes);
        count(*scope, at, RollupCount::Skewed, skewed);
    }
}

/// Events begin to wait for all who read the topic.
void RollupBook::arrive(TimeNs at, TopicId topic, std::int32_t number, std::int64_t count) {
    Partition& place = partition(topic, number);
    for (Lane& lane : place.lanes) {
        const auto oldest = place.arrivals.nextFrom(lane.taken.nextFree(lane.next));
        setWaiting(at, *lane.function, place, lane, lane.waiting + count, oldest ? at - *oldest : 0);
    }
}

void RollupBook::setWaiting(TimeNs at, Function& function, Partition& place, Lane& lane, std::int64_t waiting,
                            DurationNs lag) {
    const std::int64_t change = waiting - lane.waiting;
    lane.waiting = waiting;
    function.scope.waiting += change;
    session_->waiting += change;
    place.scope.waiting = 0;  // of the reader that is furthest behind
    for (const Lane& l : place.lanes) place.scope.waiting = std::max(place.scope.waiting, l.waiting);
    for (Scope* scope : {session_.get(), &function.scope, &place.scope}) {
        RollupCell& cell = touch(*scope, at);
        cell.gauges.lag_most = std::max(cell.gauges.lag_most, lag);
        scope->total.gauges.lag_most = std::max(scope->total.gauges.lag_most, lag);
    }
}

void RollupBook::take(TimeNs at, Function& function, const facts::EventRun& run) {
    Partition& place = partition(run.topic, run.partition);
    Lane& own = lane(function, place, run.first);
    const auto oldest = place.arrivals.nextFrom(own.taken.nextFree(own.next));
    const std::int64_t taken = own.taken.take(run.first, run.last);
    own.next = own.taken.nextFree(own.next);
    const DurationNs lag = own.waiting > 0 && oldest ? std::max<DurationNs>(0, at - *oldest) : 0;
    setWaiting(at, function, place, own, std::max<std::int64_t>(0, own.waiting - taken), lag);
    noteWorkedOff(at, function);
}

void RollupBook::on(TimeNs at, const facts::Skip& f) {
    Function& by = function(f.function);
    take(at, by, f.events);
    Partition& place = partition(f.events.topic, f.events.partition);
    for (Scope* scope : {session_.get(), &by.scope, &place.scope}) {
        count(*scope, at, RollupCount::Skipped, f.events.count());
    }
}

void RollupBook::on(TimeNs at, const facts::Batch& f) {
    count(*session_, at, RollupCount::Batches, 1);
    const auto trigger = trigger_function_.find(f.trigger.value);
    Function* const owner =
        trigger == trigger_function_.end() ? nullptr : &function(FunctionId{trigger->second});
    Partition* const place =
        f.events.empty() ? nullptr : &partition(f.events.front().topic, f.events.front().partition);
    if (owner != nullptr) count(owner->scope, at, RollupCount::Batches, 1);
    if (place != nullptr) count(place->scope, at, RollupCount::Batches, 1);
    if (!f.declared) return;

    std::optional<TimeNs> oldest;
    for (const facts::EventRun& run : f.events) {
        forArrivals(run, [&](std::int64_t, std::int64_t, std::optional<TimeNs> arrived) {
            if (arrived && (!oldest || *arrived < *oldest)) oldest = arrived;
        });
    }
    if (oldest && *oldest <= at) {
        session_->total.gather.record(at - *oldest);
        if (owner != nullptr) owner->scope.total.gather.record(at - *oldest);
        if (place != nullptr) place->scope.total.gather.record(at - *oldest);
    }
    formed_[f.id.value] = at;
}

void RollupBook::on(TimeNs at, const facts::Instance& f) {
    (void)instance(f.id);
    instance_function_[f.id.value] = f.function.value;
    if (!f.declared) return;
    ColdStart cold;
    cold.instance = f.id;
    cold.function = f.function;
    cold.started = at;
    cold.waiting_before = function(f.function).scope.waiting;
    cold_[f.id.value] = cold;
}

void RollupBook::on(TimeNs at, const facts::InstanceReady& f) {
    Scope& own = instance(f.id);
    const auto cold = cold_.find(f.id.value);
    if (cold == cold_.end()) return;
    Function& of = function(cold->second.function);
    cold->second.ready = at;
    cold->second.waiting_after = of.scope.waiting;
    cold_changed_.push_back(f.id.value);
    if (cold->second.called) {  // the call began with the start-up and waited for it
        const auto call = calls_.find(cold->second.invocation.value);
        if (call != calls_.end()) countAdded(cold->second, call->second.runs, at);
        workOff(at, of, f.id.value);
    }
    for (Scope* scope : {session_.get(), &of.scope, &own}) {
        count(*scope, at, RollupCount::Inits, 1);
        scope->total.init.record(at - cold->second.started);
    }
}

void RollupBook::on(TimeNs /*at*/, const facts::InstanceEnd& f) {
    if (cold_.contains(f.id.value)) cold_changed_.push_back(f.id.value);
}

void RollupBook::running(const Owners& owners, TimeNs at, std::int64_t change) {
    forScopes(owners, [&](Scope& scope) {
        scope.running += change;
        touch(scope, at);
    });
}

void RollupBook::on(TimeNs at, const facts::Start& f) {
    if (f.instance) firstCall(at, f);
    Call& call = calls_[f.id.value];
    call.start = at;
    call.runs = f.events;
    call.owners = countStart(at, f, false);
    running(call.owners, at, 1);
    if (f.attempt != 1 || f.split_of || !f.batch) return;
    if (const auto batch = formed_.extract(f.batch.value)) {
        const DurationNs queued = std::max<DurationNs>(0, at - batch.mapped());
        forScopes(call.owners, [&](Scope& scope) { scope.total.queue.record(queued); });
    }
}

RollupBook::Owners RollupBook::countStart(TimeNs at, const facts::Start& f, bool observed) {
    Owners owners;
    owners.function = &function(f.function);
    if (f.instance) owners.instance = &instance(f.instance);
    if (!f.events.empty()) {
        owners.partition = &partition(f.events.front().topic, f.events.front().partition);
    }
    const std::int64_t events = countOf(f.events);
    forScopes(owners, [&](Scope& scope) {
        if (!observed) scope.total.starts.add(at);
        RollupCounts& bucket = touch(scope, at).counts;
        for (RollupCounts* c : {&bucket, &scope.total.counts}) {
            (*c)[RollupCount::Invocations] += 1;
            (*c)[RollupCount::Retries] += f.attempt > 1 ? 1 : 0;
            (*c)[RollupCount::ColdStarts] += f.cold ? 1 : 0;
            if (scope.key().scope != RollupScope::Partition) (*c)[RollupCount::Deliveries] += events;
        }
    });
    for (const facts::EventRun& run : f.events) {
        count(partition(run.topic, run.partition).scope, at, RollupCount::Deliveries, run.count());
        take(at, *owners.function, run);
    }
    return owners;
}

/// What the first call of an instance has to do with its start-up: it waits for it, or it has waited before.
void RollupBook::firstCall(TimeNs at, const facts::Start& f) {
    const auto found = cold_.find(f.instance.value);
    if (found == cold_.end() || found->second.called) return;
    ColdStart& cold = found->second;
    Function& of = function(f.function);
    cold.called = at;
    cold.invocation = f.id;
    cold.events = countOf(f.events);
    cold_changed_.push_back(f.instance.value);
    if (cold.ready) {
        countAdded(cold, f.events, *cold.ready);
        of.cold.push_back(f.instance.value);
    } else {
        cold.waiting_after = of.scope.waiting;
    }
}

/// What of their wait the events of the first call owe to the start-up.
void RollupBook::countAdded(ColdStart& cold, const Runs& runs, TimeNs ready) {
    for (const facts::EventRun& run : runs) {
        forArrivals(run, [&](std::int64_t first, std::int64_t last, std::optional<TimeNs> arrived) {
            if (!arrived) return;
            const DurationNs added = std::max<DurationNs>(0, ready - std::max(*arrived, cold.started));
            cold.added += added * (last - first + 1);
            cold.added_most = std::max(cold.added_most, added);
        });
    }
}

/// From now on the function works off what its instance's start left waiting.
void RollupBook::workOff(TimeNs at, Function& function, std::int64_t instance) {
    function.cold.push_back(instance);
    noteWorkedOff(at, function);
}

void RollupBook::noteWorkedOff(TimeNs at, Function& function) {
    std::erase_if(function.cold, [&](std::int64_t instance) {
        const auto found = cold_.find(instance);
        if (found == cold_.end()) return true;
        if (function.scope.waiting > found->second.waiting_before) return false;
        found->second.worked_off = at;
        cold_changed_.push_back(instance);
        return true;
    });
}

void RollupBook::on(TimeNs at, const facts::End& f) {
    const auto node = calls_.extract(f.id.value);
    if (!node) return;
    running(node.mapped().owners, at, -1);
    if (node.mapped().owners.instance != nullptr) {
        const std::int64_t instance = node.mapped().owners.instance->key().id;
        const auto cold = cold_.find(instance);
        if (cold != cold_.end() && !cold->second.ready && cold->second.invocation == f.id) {
            workOff(at, *node.mapped().owners.function, instance);  // it never said that it was ready
        }
    }
    countEnd(at, node.mapped(), f.outcome, f.failed);
    noteEnded(f.id, node.mapped().owners, at);
}

void RollupBook::on(TimeNs at, const facts::Observed& f) {
    facts::Start start;
    start.id = f.id;
    start.function = f.function;
    start.events = f.events;
    const Call call{countStart(at, start, true), std::nullopt, f.events};
    countEnd(at, call, facts::Outcome::Success, {});
    noteEnded(f.id, call.owners, std::nullopt);
}

void RollupBook::noteEnded(InvocationId id, const Owners& owners, std::optional<TimeNs> at) {
    ended_[static_cast<std::size_t>(id.value) & (kEndedCalls - 1)] = {id.value, owners, at};
}

void RollupBook::countEnd(TimeNs at, const Call& call, facts::Outcome outcome, const Runs& failed) {
    const auto which = static_cast<RollupCount>(static_cast<std::size_t>(RollupCount::Success) +
                                                static_cast<std::size_t>(outcome));
    forScopes(call.owners, [&](Scope& scope) {
        scope.total.ends.add(at);
        count(scope, at, which, 1);
        if (!call.start) return;
        scope.cell(at).run.record(at - *call.start);
        scope.total.run.record(at - *call.start);
    });
    const bool good = outcome == facts::Outcome::Success || outcome == facts::Outcome::Partial;
    for (const facts::EventRun& run : call.runs) {
        Owners owners = call.owners;  // deliveries count in their own partition
        owners.partition = &partition(run.topic, run.partition);
        forArrivals(run, [&](std::int64_t first, std::int64_t last, std::optional<TimeNs> arrived) {
            const std::int64_t bad = good ? failedIn(run, first, last, failed) : last - first + 1;
            const std::int64_t delivered = last - first + 1 - bad;
            // What arrived only after its call began did not wait for it.
            if (arrived && *arrived > call.start.value_or(at)) arrived.reset();
            forScopes(owners, [&](Scope& scope) {
                count(scope, at, RollupCount::Delivered, delivered);
                count(scope, at, RollupCount::Failed, bad);
                if (arrived) measure(scope, at, *arrived, call.start, delivered);
            });
        });
    }
}

void RollupBook::measure(Scope& scope, TimeNs at, TimeNs arrived, std::optional<TimeNs> start,
                         std::int64_t events) {
    const auto weight = static_cast<std::uint64_t>(events);
    RollupCell& cell = scope.cell(at);
    if (start) {
        cell.wait.record(*start - arrived, weight);
        scope.total.wait.record(*start - arrived, weight);
    }
    cell.total.record(at - arrived, weight);
    scope.total.total.record(at - arrived, weight);
}

void RollupBook::on(TimeNs at, const facts::Output& f) {
    const Ended& ended = ended_[static_cast<std::size_t>(f.invocation.value) & (kEndedCalls - 1)];
    Owners owners;
    std::optional<TimeNs> end;
    if (const auto open = calls_.find(f.invocation.value); open != calls_.end()) {
        owners = open->second.owners;
    } else if (ended.id == f.invocation.value && ended.owners.function != nullptr) {
        owners = ended.owners;
        end = ended.at;
    } else {
        count(*session_, at, RollupCount::Outputs, 1);
        return;
    }
    forScopes(owners, [&](Scope& scope) {
        count(scope, at, RollupCount::Outputs, 1);
        if (end) scope.total.output.record(at - *end);
    });
}

void RollupBook::handOut() {
    session_->total.arrival = {};
    for (auto& [place, p] : partitions_) session_->total.arrival.merge(p->scope.total.arrival);
    session_->handOut();
    for (auto& [id, f] : functions_) f->scope.handOut();
    for (auto& [place, p] : partitions_) p->scope.handOut();
    for (auto& [id, i] : instances_) i->handOut();
    for (const std::int64_t instance : cold_changed_) {
        const auto found = cold_.find(instance);
        if (found == cold_.end()) continue;
        sink_.coldStart(found->second);
        if (found->second.worked_off) cold_.erase(found);
    }
    cold_changed_.clear();
}

}  // namespace weir::journal
