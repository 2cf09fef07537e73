// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/checker.h"

#include <algorithm>
#include <tuple>
#include <type_traits>
#include <variant>

namespace weir::analysis::order {
namespace {

/// Rising, disjoint, as few as can be.
void normalize(std::vector<Run>& runs) {
    if (runs.size() < 2) return;
    std::sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) { return a.first < b.first; });
    std::size_t kept = 0;
    for (std::size_t i = 1; i < runs.size(); ++i) {
        if (runs[i].first <= runs[kept].last + 1) {
            runs[kept].last = std::max(runs[kept].last, runs[i].last);
        } else {
            runs[++kept] = runs[i];
        }
    }
    runs.resize(kept + 1);
}

constexpr std::size_t kMostKeysKept = 8'000'000;  // of records of a partition

}  // namespace

void Foreknowledge::take(const facts::Fact& fact) {
    if (const auto* trigger = std::get_if<facts::Trigger>(&fact.body)) {
        triggers.push_back(*trigger);
    } else if (const auto* assignment = std::get_if<facts::Assignment>(&fact.body)) {
        assignments.emplace_back(fact.at, *assignment);
    } else if (const auto* late = std::get_if<facts::LateRecord>(&fact.body)) {
        const RecordChunk& chunk = *late->chunk;
        for (std::uint32_t i = 0; i < chunk.size(); ++i) {
            if (chunk.key(i).isNull()) continue;
            late_keys[{chunk.topic(), chunk.partition()}][chunk[i].offset] = std::string(chunk.key(i).view());
        }
    }
}

Checker::Checker(FindingSink& sink, CheckOptions options, const Foreknowledge* known)
    : options_(options), known_(known), report_(sink) {
    if (known_ == nullptr) return;
    for (const facts::Trigger& trigger : known_->triggers) addTrigger(trigger);
    for (const auto& [at, f] : known_->assignments) {
        if (f.state != facts::AssignmentState::Assigned) continue;
        log(f.topic, f.partition).assigned.push_back({at, f.epoch, f.offset, f.group});
    }
}

Checker::~Checker() = default;

void Checker::take(const facts::Fact& fact) {
    if (fact.at > at_) {
        closeInstant();
        at_ = fact.at;
    }
    std::visit([&](const auto& body) { takeBody(fact.at, body); }, fact.body);
}

// --- what is declared

void Checker::takeBody(TimeNs, const facts::Function& f) {
    FunctionState& function = functions_[f.id];
    if (f.declared || !function.fact) function.fact = f;
}

void Checker::takeBody(TimeNs, const facts::Trigger& f) {
    if (known_ == nullptr) addTrigger(f);
}

void Checker::addTrigger(const facts::Trigger& f) {
    const auto [at, is_new] = triggers_.try_emplace(f.id, f);
    if (!is_new && !f.declared) return;
    if (!is_new && at->second.group != f.group) again_ = again_ || !functions_[f.function].lanes.empty();
    at->second = f;
    for (auto& [id, function] : functions_) {
        std::erase_if(function.triggers, [&](const facts::Trigger* t) { return t->id == f.id; });
    }
    FunctionState& function = functions_[f.function];
    function.triggers.push_back(&at->second);
    std::sort(function.triggers.begin(), function.triggers.end(),
              [](const facts::Trigger* a, const facts::Trigger* b) { return a->id < b->id; });
    for (const TopicId topic : f.topics) {
        if (f.order == "key") {
            TopicState& state = topics_[topic];
            if (!state.keyed) {
                state.keyed = true;
                for (const auto& [partition, log] : state.logs) {
                    log->keys_from = log->count;
                    again_ = again_ || log->count > 0;
                }
            }
        }
        for (const auto& [place, lane] : function.lanes) {
            if (place.first == topic) again_ = true;  // it was judged without this trigger
        }
    }
}

void Checker::takeBody(TimeNs at, const facts::Assignment& f) {
    if (known_ != nullptr || f.state != facts::AssignmentState::Assigned) return;
    PartitionLog& l = log(f.topic, f.partition);
    l.assigned.push_back({at, f.epoch, f.offset, f.group});
    if (l.epochs_used.contains({f.epoch, f.group}) || l.epochs_used.contains({f.epoch, ""})) again_ = true;
}

const facts::Trigger* Checker::triggerFor(const FunctionState& function, TopicId topic) const {
    for (const facts::Trigger* trigger : function.triggers) {
        const auto& topics = trigger->topics;
        if (std::find(topics.begin(), topics.end(), topic) != topics.end()) return trigger;
    }
    return nullptr;
}

Ordered Checker::orderFor(const FunctionState& function, TopicId topic) const {
    const facts::Trigger* trigger = triggerFor(function, topic);
    if (trigger == nullptr || trigger->order == "partition") return Ordered::Partition;
    return trigger->order == "key" ? Ordered::Key : Ordered::None;
}

PartitionLog& Checker::log(TopicId topic, std::int32_t partition) {
    std::unique_ptr<PartitionLog>& log = topics_[topic].logs[partition];
    if (log == nullptr) {
        log = std::make_unique<PartitionLog>();
        log->topic = topic;
        log->partition = partition;
    }
    return *log;
}

Lane& Checker::lane(FunctionId function, TopicId topic, std::int32_t partition) {
    if (last_lane_ != nullptr) {
        const Lane::Setup& s = last_lane_->setup();
        if (s.function == function && s.log->topic == topic && s.log->partition == partition)
            return *last_lane_;
    }
    FunctionState& state = functions_[function];
    std::unique_ptr<Lane>& lane = state.lanes[{topic, partition}];
    if (lane == nullptr) {
        Lane::Setup setup;
        setup.function = function;
        setup.ordered = orderFor(state, topic);
        setup.log = &log(topic, partition);
        setup.keys = &topics_[topic].keys;
        setup.light = &state.light[topic];
        setup.report = &report_;
        setup.bounds = &options_.bounds;
        setup.bounded = &bounded_;
        setup.index = lanes_++;
        if (known_ != nullptr) {
            const auto late = known_->late_keys.find({topic, partition});
            if (late != known_->late_keys.end()) setup.late_keys = &late->second;
        }
        lane = std::make_unique<Lane>(setup);
    }
    last_lane_ = lane.get();
    return *lane;
}

// --- records

void Checker::takeBody(TimeNs at, const facts::LateRecord& f) {
    const RecordChunk& chunk = *f.chunk;
    if (known_ == nullptr && topics_[chunk.topic()].keyed) {
        for (std::uint32_t i = 0; i < chunk.size(); ++i) again_ = again_ || !chunk.key(i).isNull();
    }
    records(at, chunk);
}

void Checker::records(TimeNs at, const RecordChunk& chunk) {
    if (chunk.empty()) return;
    PartitionLog& l = log(chunk.topic(), chunk.partition());
    TopicState& topic = topics_[chunk.topic()];
    events_ += chunk.size();
    if (options_.key_split || topic.keyed) {
        topic.keys.number(
            chunk, topic.keyed ? options_.bounds.most_keys : options_.bounds.most_split_keys + 1, numbers_);
        if (options_.key_split) splitKeys(chunk, at);
        if (topic.keyed) {
            l.keys.insert(l.keys.end(), numbers_.begin(), numbers_.end());
            if (l.keys.size() > kMostKeysKept) {
                const auto half = static_cast<std::ptrdiff_t>(l.keys.size() / 2);
                l.keys.erase(l.keys.begin(), l.keys.begin() + half);
                l.keys_from += half;
            }
            bounded_.keys = bounded_.keys || topic.keys.overflowed();
        }
    }
    const std::span<const OffsetRun> runs = chunk.runs();
    for (const OffsetRun& run : runs) l.add(run.first_offset, run.last_offset, at);
    // A reading that began lower than another tells nothing of what stands before its records.
    const bool from_below = chunk[0].offset < l.top;
    l.top = std::max(l.top, chunk[chunk.size() - 1].offset);
    if (!from_below) late(chunk, l, at);
}

void Checker::late(const RecordChunk& chunk, PartitionLog& log, TimeNs at) {
    if (chunk.timestampsRise() && chunk[0].timestamp >= log.highest) {
        log.highest = chunk.highestTimestamp();
        return;
    }
    TimeNs highest = log.highest;
    for (std::uint32_t i = 0; i < chunk.size(); ++i) {
        const TimeNs timestamp = chunk[i].timestamp;
        if (timestamp >= highest) {
            highest = timestamp;
            continue;
        }
        if (timestamp < 0) continue;
        Finding f;
        f.kind = Kind::Late;
        f.severity = Severity::Note;
        f.cause = Cause::Producer;
        f.topic = log.topic;
        f.partition = log.partition;
        f.first = f.last = chunk[i].offset;
        f.at = at;
        f.lateness = highest - timestamp;
        report_.add(std::move(f));
    }
    log.highest = highest;
}

void Checker::splitKeys(const RecordChunk& chunk, TimeNs at) {
    KeyTable& keys = topics_[chunk.topic()].keys;
    for (const std::uint32_t number : numbers_) {
        if (number == KeyTable::kNone || number >= options_.bounds.most_split_keys) continue;
        const std::int32_t partition = keys.partition(number);
        if (partition == chunk.partition() || partition == KeyTable::kManyPartitions) continue;
        const bool is_new = partition == KeyTable::kNoPartition;
        keys.setPartition(number, is_new ? chunk.partition() : KeyTable::kManyPartitions);
        if (is_new) continue;
        Finding f;
        f.kind = Kind::KeySplit;
        f.severity = Severity::Warn;
        f.cause = Cause::Producer;
        f.topic = chunk.topic();
        f.key = keys.bytes(number);
        f.at = at;
        report_.add(std::move(f));
    }
}

void Checker::takeBody(TimeNs, const facts::Hole& f) {
    log(f.topic, f.partition).holes.add(f.first, f.last);
}

void Checker::takeBody(TimeNs, const facts::Skip& f) {
    lane(f.function, f.events.topic, f.events.partition).skip(f.events.first, f.events.last);
}

// --- calls

Checker::Call& Checker::newCall(InvocationId id) {
    std::unique_ptr<Call> call;
    if (spare_.empty()) {
        call = std::make_unique<Call>();
    } else {
        call = std::move(spare_.back());
        spare_.pop_back();
    }
    if (free_places_.empty()) {
        call->place = static_cast<std::uint32_t>(places_.size());
        places_.push_back(call.get());
    } else {
        call->place = free_places_.back();
        free_places_.pop_back();
        places_[call->place] = call.get();
    }
    call->ref.id = id;
    std::unique_ptr<Call>& kept = calls_[id.value];
    kept = std::move(call);
    return *kept;
}

void Checker::addParts(Call& call, const std::vector<facts::EventRun>& events) {
    for (const facts::EventRun& run : events) {
        deliveries_ += run.count();
        Lane& in = lane(call.function, run.topic, run.partition);
        auto part =
            std::find_if(call.parts.begin(), call.parts.end(), [&](const auto& p) { return p.first == &in; });
        if (part == call.parts.end()) {
            call.parts.emplace_back(&in, Lane::Part{});
            part = call.parts.end() - 1;
            part->second.place = call.place;
            part->second.position = positionOf(call, *in.setup().log);
        }
        part->second.runs.push_back({run.first, run.last});
    }
    for (auto& [in, part] : call.parts) normalize(part.runs);
}

void Checker::takeBody(TimeNs at, const facts::Start& f) {
    Call& call = newCall(f.id);
    call.ref.number = f.number.value_or(f.id.value);
    call.ref.start = at;
    call.ref.epoch = f.epoch.value_or(kNoEpoch);
    call.ref.split = static_cast<bool>(f.split_of);
    call.ref.again = f.attempt > 1;
    call.function = f.function;
    call.trigger = f.trigger;
    addParts(call, f.events);
    started_.push_back(&call);
}

void Checker::takeBody(TimeNs at, const facts::End& f) {
    const auto found = calls_.find(f.id.value);
    if (found == calls_.end() || found->second->ended) return;
    Call& call = *found->second;
    call.ended = true;
    call.ref.end = at;
    call.outcome = f.outcome;
    for (auto& [in, part] : call.parts) {
        part.outcome = f.outcome;
        if (f.outcome != facts::Outcome::Partial) continue;
        const PartitionLog& l = *in->setup().log;
        for (const facts::EventRun& run : f.failed) {
            if (run.topic == l.topic && run.partition == l.partition)
                part.failed.push_back({run.first, run.last});
        }
        normalize(part.failed);
    }
    ended_.push_back(&call);
}

void Checker::takeBody(TimeNs at, const facts::Observed& f) {
    Call& call = newCall(f.id);
    call.ref.number = f.number.value_or(f.id.value);
    call.ref.start = call.ref.end = at;
    call.ref.observed = true;
    call.ended = true;
    call.outcome = facts::Outcome::Success;
    call.function = f.function;
    addParts(call, f.events);
    for (auto& [in, part] : call.parts) part.outcome = call.outcome;
    ended_.push_back(&call);
}

/// The first position of the assignment in which a call runs, if one is known.
std::optional<std::int64_t> Checker::positionOf(const Call& call, const PartitionLog& log) {
    const facts::Trigger* trigger = nullptr;
    if (call.trigger) {
        const auto named = triggers_.find(call.trigger);
        if (named != triggers_.end()) trigger = &named->second;
    } else {
        trigger = triggerFor(functions_[call.function], log.topic);
    }
    const std::string& group = trigger == nullptr ? no_group_ : trigger->group;
    const bool by_epoch = call.ref.epoch != kNoEpoch;
    if (by_epoch && known_ == nullptr) {
        PartitionLog& l = const_cast<PartitionLog&>(log);
        l.epochs_used.emplace(call.ref.epoch, group);
    }
    const auto fits = [&](const auto& a) {
        return by_epoch ? a.epoch == call.ref.epoch : a.at <= call.ref.start;
    };
    auto found = std::find_if(log.assigned.rbegin(), log.assigned.rend(),
                              [&](const auto& a) { return a.group == group && fits(a); });
    if (found == log.assigned.rend() && group.empty())
        found = std::find_if(log.assigned.rbegin(), log.assigned.rend(), fits);
    return found == log.assigned.rend() ? std::nullopt : found->offset;
}

// --- instants

void Checker::closeInstant() {
    if (!ended_.empty() || !started_.empty()) {
        if (ended_.size() > 1) {
            std::sort(ended_.begin(), ended_.end(),
                      [](const Call* a, const Call* b) { return a->ref.number < b->ref.number; });
        }
        for (Call* call : ended_) {
            for (auto& [in, part] : call->parts) part.call = call->ref;
        }
        for (Call* call : started_) {
            for (auto& [in, part] : call->parts) part.call = call->ref;
        }
        dispatch();
        for (Call* call : ended_) release(*call);
        ended_.clear();
        started_.clear();
    }
    if (sent_.empty()) return;
    for (const facts::Output& output : sent_) judgeOutput(output);
    sent_.clear();
}

/// Hands the parts of all calls of this instant to their lanes.
void Checker::dispatch() {
    dispatched_.clear();
    for (Call* call : ended_) {
        for (auto& [in, part] : call->parts) dispatched_.push_back({in, &part, false});
    }
    for (Call* call : started_) {
        for (auto& [in, part] : call->parts) dispatched_.push_back({in, &part, true});
    }
    if (dispatched_.size() > 1) {
        std::stable_sort(dispatched_.begin(), dispatched_.end(),
                         [](const Dispatched& a, const Dispatched& b) {
                             return a.lane->setup().index < b.lane->setup().index;
                         });
    }
    for (std::size_t i = 0; i < dispatched_.size();) {
        Lane* const in = dispatched_[i].lane;
        parts_ended_.clear();
        parts_started_.clear();
        for (; i < dispatched_.size() && dispatched_[i].lane == in; ++i) {
            (dispatched_[i].started ? parts_started_ : parts_ended_).push_back(dispatched_[i].part);
        }
        in->take(at_, parts_ended_, parts_started_);
        if (in->foldDue()) in->fold(flyingIn(*in), factOf(in->setup().function), at_);
    }
}

const facts::Function* Checker::factOf(FunctionId id) const {
    const auto function = functions_.find(id);
    return function == functions_.end() || !function->second.fact ? nullptr : &*function->second.fact;
}

std::vector<const Lane::Part*> Checker::flyingIn(const Lane& lane) const {
    std::vector<const Lane::Part*> flying;
    for (const Call* call : places_) {
        if (call == nullptr || call->ended) continue;
        for (const auto& [in, part] : call->parts) {
            if (in == &lane) flying.push_back(&part);
        }
    }
    return flying;
}

/// A call has ended: its events are forgotten, it is kept for its outputs.
void Checker::release(Call& call) {
    places_[call.place] = nullptr;
    free_places_.push_back(call.place);
    call.parts.clear();
    if (call.awaited) {
        std::vector<Outputs::Waiting>& waiting = functions_[call.function].outputs->waiting;
        std::erase_if(waiting, [&](Outputs::Waiting& w) {
            if (w.unit.id == call.ref.id) w.unit = call.ref;
            if (w.by.id == call.ref.id) w.by = call.ref;
            if (w.unit.end == kForever || w.by.end == kForever) return false;
            w.finding.cause = causeOf(w.unit, w.by, w.timed_out);
            report_.add(std::move(w.finding));
            return true;
        });
    }
    kept_.push_back(call.ref.id.value);
    if (kept_.size() <= options_.bounds.calls_kept) return;
    auto oldest = calls_.extract(kept_.front());
    kept_.pop_front();
    if (oldest.empty()) return;
    *oldest.mapped() = Call{};
    spare_.push_back(std::move(oldest.mapped()));
}

// --- outputs

void Checker::takeBody(TimeNs, const facts::Output& f) {
    sent_.push_back(f);
}

void Checker::judgeOutput(const facts::Output& f) {
    const auto found = calls_.find(f.invocation.value);
    if (found == calls_.end()) {
        if (kept_.size() >= options_.bounds.calls_kept) bounded_.outputs = true;
        return;
    }
    Call& call = *found->second;
    FunctionState& function = functions_[call.function];
    if (function.outputs == nullptr) function.outputs = std::make_unique<Outputs>();
    std::vector<Outputs::Cause> causes;
    bool timed_out = false;
    for (const facts::EventRun& run : f.caused_by) {
        const Ordered ordered = orderFor(function, run.topic);
        const Severity severity = ordered == Ordered::None ? Severity::Note : Severity::Error;
        const auto add = [&](std::int64_t key, std::int64_t offset) {
            for (Outputs::Cause& c : causes) {
                if (c.topic != run.topic || c.partition != run.partition || c.key != key) continue;
                c.highest = std::max(c.highest, offset);
                return;
            }
            causes.push_back({run.topic, run.partition, key, offset, severity});
        };
        const auto in = function.lanes.find({run.topic, run.partition});
        if (ordered != Ordered::Key) {
            add(-1, run.last);
        } else {
            for (std::int64_t offset = run.first; offset <= run.last; ++offset) {
                const std::int64_t key = keyNumber(run.topic, run.partition, offset);
                if (key >= 0) add(key, offset);  // an event alone in its scope has nothing to be behind
            }
        }
        if (in == function.lanes.end() || !in->second->hasTimeouts()) continue;
        for (std::int64_t offset = run.first; offset <= run.last && !timed_out; ++offset) {
            timed_out = in->second->timedOut(offset, call.ref.start);
        }
    }
    const Place place{f.topic, f.partition, f.offset};
    auto inverted = function.outputs->take(place, call.ref, causes, options_.bounds.most_steps);
    if (!inverted) return;
    Finding finding;
    finding.kind = Kind::OutputInversion;
    finding.severity = inverted->severity;
    finding.function = call.function;
    finding.topic = f.topic;
    finding.partition = f.partition;
    finding.first = finding.last = f.offset;
    finding.against = inverted->against;
    finding.at = at_;
    const auto by = calls_.find(inverted->by.id.value);
    if (by != calls_.end()) {
        inverted->by = by->second->ref;
    } else if (inverted->by.end == kForever) {
        inverted->by.end = inverted->by.start;  // it ended long ago
    }
    if (call.ref.end != kForever && inverted->by.end != kForever) {
        finding.cause = causeOf(call.ref, inverted->by, timed_out);
        report_.add(std::move(finding));
        return;
    }
    call.awaited = true;
    if (by != calls_.end()) by->second->awaited = true;
    function.outputs->waiting.push_back({std::move(finding), call.ref, inverted->by, timed_out});
}

/// The number of an event's key, −1 when it is alone in its scope.
std::int64_t Checker::keyNumber(TopicId topic, std::int32_t partition, std::int64_t offset) {
    PartitionLog& l = log(topic, partition);
    KeyTable& keys = topics_[topic].keys;
    const std::size_t at = l.runAt(offset);
    std::uint32_t number = KeyTable::kNone;
    if (at < l.records.size() && l.records[at].first <= offset) {
        number = l.keyAt(l.records[at].index + offset - l.records[at].first);
    } else if (known_ != nullptr) {
        const auto late = known_->late_keys.find({topic, partition});
        if (late != known_->late_keys.end()) {
            const auto key = late->second.find(offset);
            if (key != late->second.end()) number = keys.number(key->second, options_.bounds.most_keys);
        }
    }
    return number == KeyTable::kNone ? -1 : static_cast<std::int64_t>(number);
}

// --- the end

void Checker::finish() {
    if (finished_) return;
    closeInstant();
    finished_ = true;
    std::unordered_map<const Lane*, std::vector<const Lane::Part*>> flying;
    for (const Call* call : places_) {
        if (call == nullptr) continue;
        for (const auto& [in, part] : call->parts) flying[in].push_back(&part);
    }
    for (auto& [id, function] : functions_) {
        const facts::Function* const fact = function.fact ? &*function.fact : nullptr;
        for (auto& [place, lane] : function.lanes) lane->finish(flying[lane.get()], fact, open_);
        if (function.outputs == nullptr) continue;
        for (Outputs::Waiting& w : function.outputs->waiting) {
            w.finding.cause = causeOf(w.unit, w.by, w.timed_out);
            report_.add(std::move(w.finding));
        }
        function.outputs->waiting.clear();
    }
    report_.flush();
}

Summary Checker::summary() const {
    Summary summary;
    summary.events = events_;
    summary.deliveries = deliveries_;
    summary.counts = report_.counts();
    summary.open = open_;
    for (const auto& [id, function] : functions_) {
        for (const auto& [place, lane] : function.lanes) {
            summary.displaced += lane->displaced();
            if (!finished_) summary.open += lane->unsettled();
        }
    }
    Bounded bounded = bounded_;
    for (const auto& [id, topic] : topics_) {
        const bool too_many = topic.keys.size() > options_.bounds.most_split_keys;
        bounded.key_split = bounded.key_split || (options_.key_split && too_many);
    }
    summary.bounded = bounded.words();
    return summary;
}

}  // namespace weir::analysis::order
