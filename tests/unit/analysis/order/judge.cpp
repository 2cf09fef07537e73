// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/analysis/order/judge.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <sstream>
#include <tuple>
#include <utility>
#include <variant>

namespace weir::analysis::order::test {
namespace {

/// The end of a call without end: it lasts to the end of the session.
constexpr TimeNs kForever = std::numeric_limits<TimeNs>::max();

TimeNs timestampOf(const Record& record) {
    return record.timestamp;
}

std::vector<Place> placesOf(const std::vector<facts::EventRun>& runs) {
    std::vector<Place> places;
    for (const facts::EventRun& run : runs) {
        for (std::int64_t offset = run.first; offset <= run.last; ++offset) {
            places.push_back({run.topic, run.partition, offset});
        }
    }
    return places;
}

bool contains(const std::vector<Place>& places, const Place& place) {
    return std::find(places.begin(), places.end(), place) != places.end();
}

bool samePartition(const Place& a, const Place& b) {
    return a.topic == b.topic && a.partition == b.partition;
}

struct Recorded {
    TimeNs at = 0;
    TimeNs timestamp = kNoTimestamp;
    std::optional<std::string> key;
};

struct Assigned {
    TimeNs at = 0;
    facts::Assignment fact;
};

struct Call {
    InvocationId id;
    std::int64_t number = 0;  ///< by which ties are broken
    FunctionId function;
    TriggerId trigger;
    bool observed = false;
    TimeNs start = 0;  ///< an observed one has none: this is its `at` and only finds its assignment
    TimeNs end = kForever;
    std::optional<facts::Outcome> outcome;
    std::optional<int> epoch;
    int attempt = 1;
    InvocationId split_of;
    std::vector<Place> events;
    std::vector<Place> failed;

    [[nodiscard]] bool ended() const { return observed || outcome.has_value(); }
    [[nodiscard]] bool succeeded(const Place& event) const {
        if (observed || outcome == facts::Outcome::Success) return true;
        return outcome == facts::Outcome::Partial && !contains(failed, event);
    }
};

struct SentOutput {
    TimeNs at = 0;
    InvocationId invocation;
    Place place;
    std::vector<Place> causes;
};

/// A partition; a key in it; or, under order key, an event without a known key, which stands alone.
struct Scope {
    TopicId topic;
    std::int32_t partition = 0;
    std::optional<std::string> key;
    std::optional<std::int64_t> alone;
    friend auto operator<=>(const Scope&, const Scope&) = default;
};

/// One event in one invocation.
struct Delivery {
    const Call* call = nullptr;
    Place event;
    Scope scope;
    bool succeeded = false;
};

/// What the facts say, sorted into drawers and nothing more.
struct Session {
    explicit Session(const std::vector<facts::Fact>& facts) {
        for (const facts::Fact& fact : facts) {
            std::visit([&](const auto& body) { take(fact.at, body); }, fact.body);
        }
    }

    std::map<FunctionId, facts::Function> functions;
    std::map<TriggerId, facts::Trigger> triggers;
    std::vector<Assigned> assignments;  ///< only state assigned, as listed
    std::map<Place, Recorded> records;
    std::set<std::pair<FunctionId, Place>> skips;
    std::map<InvocationId, Call> calls;
    std::vector<SentOutput> outputs;

  private:
    template <typename T>
    void take(TimeNs, const T&) {}

    void take(TimeNs, const facts::Function& f) {
        if (f.declared || !functions.contains(f.id)) functions[f.id] = f;
    }
    void take(TimeNs, const facts::Trigger& f) {
        if (f.declared || !triggers.contains(f.id)) triggers[f.id] = f;
    }
    void take(TimeNs at, const facts::Assignment& f) {
        if (f.state == facts::AssignmentState::Assigned) assignments.push_back({at, f});
    }
    void take(TimeNs at, const facts::Records& f) { takeChunk(at, *f.chunk); }
    void take(TimeNs at, const facts::LateRecord& f) { takeChunk(at, *f.chunk); }
    void takeChunk(TimeNs at, const RecordChunk& chunk) {
        for (std::uint32_t i = 0; i < chunk.size(); ++i) {
            Recorded recorded{at, timestampOf(chunk[i]), std::nullopt};
            if (!chunk.key(i).isNull()) recorded.key = std::string(chunk.key(i).view());
            records.insert({{chunk.topic(), chunk.partition(), chunk[i].offset}, recorded});
        }
    }
    void take(TimeNs, const facts::Skip& f) {
        for (const Place& event : placesOf({f.events})) skips.insert({f.function, event});
    }
    void take(TimeNs at, const facts::Start& f) {
        Call call;
        call.id = f.id;
        call.number = f.number.value_or(f.id.value);
        call.function = f.function;
        call.trigger = f.trigger;
        call.start = at;
        call.epoch = f.epoch;
        call.attempt = f.attempt;
        call.split_of = f.split_of;
        call.events = placesOf(f.events);
        calls[f.id] = call;
    }
    void take(TimeNs at, const facts::End& f) {
        Call& call = calls[f.id];
        call.end = at;
        call.outcome = f.outcome;
        call.failed = placesOf(f.failed);
    }
    void take(TimeNs at, const facts::Observed& f) {
        Call call;
        call.id = f.id;
        call.number = f.number.value_or(f.id.value);
        call.function = f.function;
        call.observed = true;
        call.start = at;
        call.end = at;
        call.events = placesOf(f.events);
        calls[f.id] = call;
    }
    void take(TimeNs at, const facts::Output& f) {
        outputs.push_back({at, f.invocation, {f.topic, f.partition, f.offset}, placesOf(f.caused_by)});
    }
};

/// Length of the longest rising subsequence.
std::int64_t longestRising(const std::vector<std::int64_t>& values) {
    std::vector<std::int64_t> longest_to(values.size(), 1);
    std::int64_t longest = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (values[j] < values[i]) longest_to[i] = std::max(longest_to[i], longest_to[j] + 1);
        }
        longest = std::max(longest, longest_to[i]);
    }
    return longest;
}

class Judge {
  public:
    explicit Judge(const std::vector<facts::Fact>& facts) : session_(facts) {}

    Verdict verdict(DurationNs late_tolerance) {
        verdict_.events = static_cast<std::int64_t>(session_.records.size());
        for (const auto& [id, call] : session_.calls) {
            const std::set<Place> distinct(call.events.begin(), call.events.end());
            verdict_.deliveries += static_cast<std::int64_t>(distinct.size());
        }
        std::set<FunctionId> functions;
        for (const auto& [id, call] : session_.calls) functions.insert(call.function);
        for (const FunctionId function : functions) judgeFunction(function);
        judgeKeys();
        judgeTimestamps(late_tolerance);
        std::sort(verdict_.units.begin(), verdict_.units.end());
        return verdict_;
    }

  private:
    void judgeFunction(FunctionId function) {
        function_ = function;
        deliveries_.clear();
        first_.clear();
        for (const auto& [id, call] : session_.calls) {
            if (call.function != function) continue;
            for (const Place& event : call.events) {
                deliveries_.push_back({&call, event, scopeOf(event), call.succeeded(event)});
            }
        }
        // Among those that end at once, the lowest number is first.
        std::stable_sort(deliveries_.begin(), deliveries_.end(), [](const Delivery& a, const Delivery& b) {
            return a.call->number < b.call->number;
        });
        for (const Delivery& d : deliveries_) {
            if (!d.succeeded) continue;
            const auto [first, is_new] = first_.insert({d.event, d});
            if (!is_new && d.call->end < first->second.call->end) first->second = d;
        }
        judgeFirsts();
        judgeOverlaps();
        judgeDuplicates();
        judgeMissing();
        judgeOutputs();
        countDisplaced();
    }

    /// Regression and inversion.
    void judgeFirsts() {
        for (const auto& [x, first_x] : first_) {
            const Delivery* regressed_by = nullptr;
            const Delivery* inverted_by = nullptr;
            for (const auto& [y, first_y] : first_) {  // from the lowest offset on, within a partition
                if (first_y.scope != first_x.scope || y.offset <= x.offset) continue;
                if (first_y.call == first_x.call) continue;
                const TimeNs end_y = first_y.call->end;
                if (!first_x.call->observed && end_y <= first_x.call->start) {
                    if (regressed_by == nullptr || end_y < regressed_by->call->end) regressed_by = &first_y;
                }
                if (end_y < first_x.call->end) {
                    if (inverted_by == nullptr || end_y < inverted_by->call->end) inverted_by = &first_y;
                }
            }
            const Delivery* against = regressed_by != nullptr ? regressed_by : inverted_by;
            if (against == nullptr) continue;
            Unit unit = unitOf(regressed_by != nullptr ? Kind::Regression : Kind::Inversion, x);
            unit.severity = noteWithoutOrder(Severity::Error, x.topic);
            unit.key = keyOf(x);
            unit.against = against->event;
            unit.at = first_x.call->end;
            unit.cause = causeOf(*first_x.call, *against->call, {x});
            verdict_.units.push_back(unit);
        }
    }

    /// `d_x` is what d', the delivery of x, is in the definition.
    static bool overlaps(const Delivery& d, const Delivery& d_x) {
        if (d.call == d_x.call || d.call->observed || d_x.call->observed || d.scope != d_x.scope)
            return false;
        if (d_x.call->start >= d.call->end || d.call->start >= d_x.call->end) return false;
        if (d_x.event.offset < d.event.offset) return true;
        return d_x.event == d.event &&
               std::tie(d_x.call->start, d_x.call->number) < std::tie(d.call->start, d.call->number);
    }

    void judgeOverlaps() {
        for (const Delivery& d : deliveries_) {
            const Delivery* against = nullptr;
            TimeNs at = kForever;
            for (const Delivery& other : deliveries_) {
                if (!overlaps(d, other)) continue;
                at = std::min(at, std::max(d.call->start, other.call->start));
                const auto rank = [](const Delivery& o) {
                    return std::tie(o.call->end, o.event.offset, o.call->number);
                };
                if (against == nullptr || rank(other) < rank(*against)) against = &other;
            }
            if (against == nullptr) continue;
            Unit unit = unitOf(Kind::Overlap, d.event);
            unit.severity = noteWithoutOrder(Severity::Warn, d.event.topic);
            unit.key = keyOf(d.event);
            unit.against = against->event;
            unit.invocation = d.call->id;
            unit.at = at;
            unit.cause = causeOf(*d.call, *against->call, {d.event});
            verdict_.units.push_back(unit);
        }
    }

    void judgeDuplicates() {
        for (const Delivery& d : deliveries_) {
            if (!d.succeeded) continue;
            const Call& first = *first_.at(d.event).call;
            if (d.call == &first) continue;
            Unit unit = unitOf(Kind::Duplicate, d.event);
            unit.severity = Severity::Warn;
            unit.key = keyOf(d.event);
            unit.invocation = d.call->id;
            unit.at = d.call->end;
            unit.cause = causeOf(*d.call, first, {d.event});
            verdict_.units.push_back(unit);
        }
    }

    /// Gaps, and what is open instead.
    void judgeMissing() {
        for (const auto& [x, recorded] : session_.records) {
            if (first_.contains(x) || session_.skips.contains({function_, x})) continue;
            if (isOpen(x)) {
                ++verdict_.open;
                continue;
            }
            const Delivery* passed_by = nullptr;
            for (const Delivery& d : deliveries_) {
                if (!d.succeeded || !samePartition(d.event, x) || d.event.offset <= x.offset) continue;
                if (firstPosition(d) > x.offset) continue;
                const auto rank = [](const Delivery& o) { return std::tie(o.call->end, o.event.offset); };
                if (passed_by == nullptr || rank(d) < rank(*passed_by)) passed_by = &d;
            }
            if (passed_by == nullptr) continue;
            Unit unit = unitOf(Kind::Gap, x);
            const auto function = session_.functions.find(function_);
            const bool may_stay_silent = function != session_.functions.end() && function->second.observe &&
                                         !function->second.answers_each;
            unit.severity = may_stay_silent ? Severity::Note : Severity::Error;
            unit.key = keyOf(x);
            unit.against = passed_by->event;
            unit.at = std::max(recorded.at, passed_by->call->end);
            for (const Delivery& d : deliveries_) {
                if (d.event == x) unit.at = std::max(unit.at, d.call->end);
            }
            verdict_.units.push_back(unit);
        }
    }

    [[nodiscard]] bool isOpen(const Place& x) const {
        const Call* last = nullptr;
        for (const Delivery& d : deliveries_) {
            if (d.event != x) continue;
            if (!d.call->ended()) return true;
            if (d.call->observed) continue;
            if (last == nullptr ||
                std::tie(last->start, last->number) < std::tie(d.call->start, d.call->number)) {
                last = d.call;
            }
        }
        return last != nullptr && last->outcome == facts::Outcome::Abandoned;
    }

    /// Of the delivery's assignment.
    [[nodiscard]] std::int64_t firstPosition(const Delivery& d) const {
        const facts::Trigger* trigger = triggerFor(d.event.topic);
        if (d.call->trigger) {
            const auto named = session_.triggers.find(d.call->trigger);
            trigger = named == session_.triggers.end() ? nullptr : &named->second;
        }
        const std::string group = trigger == nullptr ? "" : trigger->group;
        const facts::Assignment* assignment = nullptr;
        const facts::Assignment* of_any_group = nullptr;
        for (const Assigned& a : session_.assignments) {
            if (a.fact.topic != d.event.topic || a.fact.partition != d.event.partition) continue;
            const bool fits = d.call->epoch ? a.fact.epoch == *d.call->epoch : a.at <= d.call->start;
            if (!fits) continue;
            of_any_group = &a.fact;
            if (a.fact.group == group) assignment = &a.fact;
        }
        if (assignment == nullptr && group.empty()) assignment = of_any_group;
        if (assignment != nullptr && assignment->offset) return *assignment->offset;

        std::int64_t lowest = d.event.offset;
        for (const Delivery& other : deliveries_) {
            if (samePartition(other.event, d.event)) lowest = std::min(lowest, other.event.offset);
        }
        for (const auto& [function, event] : session_.skips) {
            if (function == function_ && samePartition(event, d.event)) {
                lowest = std::min(lowest, event.offset);
            }
        }
        return lowest;
    }

    void judgeOutputs() {
        std::vector<const SentOutput*> outputs;
        for (const SentOutput& output : session_.outputs) {
            const auto call = session_.calls.find(output.invocation);
            if (call != session_.calls.end() && call->second.function == function_)
                outputs.push_back(&output);
        }
        std::map<const SentOutput*, std::map<Scope, std::int64_t>> highest;
        for (const SentOutput* output : outputs) {
            for (const Place& cause : output->causes) {
                const auto [entry, is_new] = highest[output].insert({scopeOf(cause), cause.offset});
                if (!is_new) entry->second = std::max(entry->second, cause.offset);
            }
        }
        for (const SentOutput* u : outputs) {
            const SentOutput* against = nullptr;
            Severity severity = Severity::Note;
            for (const SentOutput* v : outputs) {
                if (!samePartition(u->place, v->place) || v->place.offset >= u->place.offset) continue;
                bool broken = false;
                for (const auto& [scope, highest_of_u] : highest[u]) {
                    const auto in_v = highest[v].find(scope);
                    if (in_v == highest[v].end() || in_v->second <= highest_of_u) continue;
                    broken = true;
                    severity = std::max(severity, noteWithoutOrder(Severity::Error, scope.topic));
                }
                if (!broken) continue;
                if (against == nullptr || v->place.offset < against->place.offset) against = v;
            }
            if (against == nullptr) continue;
            Unit unit = unitOf(Kind::OutputInversion, u->place);
            unit.severity = severity;
            unit.against = against->place;
            unit.at = u->at;
            unit.cause =
                causeOf(session_.calls.at(u->invocation), session_.calls.at(against->invocation), u->causes);
            verdict_.units.push_back(unit);
        }
    }

    void countDisplaced() {
        std::set<Scope> scopes;
        for (const auto& [event, first] : first_) scopes.insert(first.scope);
        for (const Scope& scope : scopes) {
            std::vector<std::pair<TimeNs, std::int64_t>> ends;  // and offsets
            for (const auto& [event, first] : first_) {
                if (first.scope == scope) ends.emplace_back(first.call->end, event.offset);
            }
            std::sort(ends.begin(), ends.end());
            std::vector<std::int64_t> offsets;
            offsets.reserve(ends.size());
            for (const auto& [end, offset] : ends) offsets.push_back(offset);
            verdict_.displaced += static_cast<std::int64_t>(offsets.size()) - longestRising(offsets);
        }
    }

    void judgeKeys() {
        std::map<std::pair<TopicId, std::string>, std::map<std::int32_t, TimeNs>> seen;
        for (const auto& [event, recorded] : session_.records) {
            if (!recorded.key) continue;
            auto& partitions = seen[{event.topic, *recorded.key}];
            const auto [entry, is_new] = partitions.insert({event.partition, recorded.at});
            if (!is_new) entry->second = std::min(entry->second, recorded.at);
        }
        for (const auto& [topic_and_key, partitions] : seen) {
            if (partitions.size() < 2) continue;
            std::vector<TimeNs> instants;
            instants.reserve(partitions.size());
            for (const auto& [partition, at] : partitions) instants.push_back(at);
            std::sort(instants.begin(), instants.end());
            Unit unit;
            unit.kind = Kind::KeySplit;
            unit.severity = Severity::Warn;
            unit.cause = Cause::Producer;
            unit.topic = topic_and_key.first;
            unit.key = topic_and_key.second;
            unit.at = instants[1];
            verdict_.units.push_back(unit);
        }
    }

    void judgeTimestamps(DurationNs tolerance) {
        for (const auto& [x, recorded] : session_.records) {
            if (recorded.timestamp < 0) continue;  // absent ones are far below
            TimeNs highest = -1;
            for (const auto& [y, other] : session_.records) {
                if (samePartition(x, y) && y.offset < x.offset) highest = std::max(highest, other.timestamp);
            }
            if (highest < 0 || highest - recorded.timestamp <= tolerance) continue;
            Unit unit = unitOf(Kind::Late, x);
            unit.function = {};
            unit.severity = Severity::Note;
            unit.cause = Cause::Producer;
            unit.at = recorded.at;
            unit.lateness = highest - recorded.timestamp;
            verdict_.units.push_back(unit);
        }
    }

    /// The first that fits. `unit` made the delivery (or output) that is judged, `other` what it is judged
    /// against; `events` are the unit's event, or an output's causes.
    [[nodiscard]] Cause causeOf(const Call& unit, const Call& other, const std::vector<Place>& events) const {
        if (unit.epoch && other.epoch && *unit.epoch != *other.epoch) return Cause::Rebalance;
        if (unit.split_of) return Cause::Bisect;
        if (!unit.observed && timedOutBefore(unit.start, events)) return Cause::Timeout;
        if (unit.attempt > 1) return Cause::Retry;
        const bool at_once = unit.start < other.end && other.start < unit.end;
        if (!unit.observed && !other.observed && at_once) return Cause::Concurrency;
        return Cause::Unknown;
    }

    [[nodiscard]] bool timedOutBefore(TimeNs start, const std::vector<Place>& events) const {
        return std::any_of(deliveries_.begin(), deliveries_.end(), [&](const Delivery& d) {
            // One that took no time is no earlier attempt of what starts at the same instant.
            const bool earlier = d.call->end <= start && d.call->start < start;
            return d.call->outcome == facts::Outcome::Timeout && earlier && contains(events, d.event);
        });
    }

    [[nodiscard]] Unit unitOf(Kind kind, const Place& place) const {
        Unit unit;
        unit.kind = kind;
        unit.function = function_;
        unit.topic = place.topic;
        unit.partition = place.partition;
        unit.offset = place.offset;
        return unit;
    }

    /// The first trigger of the function that is judged, for a topic; null without.
    [[nodiscard]] const facts::Trigger* triggerFor(TopicId topic) const {
        for (const auto& [id, trigger] : session_.triggers) {
            if (trigger.function != function_) continue;
            const auto& topics = trigger.topics;
            if (std::find(topics.begin(), topics.end(), topic) != topics.end()) return &trigger;
        }
        return nullptr;
    }

    [[nodiscard]] std::string orderFor(TopicId topic) const {
        const facts::Trigger* trigger = triggerFor(topic);
        return trigger == nullptr ? "partition" : trigger->order;
    }

    [[nodiscard]] Severity noteWithoutOrder(Severity severity, TopicId topic) const {
        return orderFor(topic) == "none" ? Severity::Note : severity;
    }

    [[nodiscard]] std::optional<std::string> keyOf(const Place& event) const {
        if (orderFor(event.topic) != "key") return std::nullopt;
        const auto recorded = session_.records.find(event);
        return recorded == session_.records.end() ? std::nullopt : recorded->second.key;
    }

    [[nodiscard]] Scope scopeOf(const Place& event) const {
        Scope scope{event.topic, event.partition, std::nullopt, std::nullopt};
        if (orderFor(event.topic) != "key") return scope;
        scope.key = keyOf(event);
        if (!scope.key) scope.alone = event.offset;
        return scope;
    }

    const Session session_;
    Verdict verdict_;
    // Of the function that is judged:
    FunctionId function_;
    std::vector<Delivery> deliveries_;
    std::map<Place, Delivery> first_;  ///< first(x) of each event that ever succeeded
};

std::string describe(const Place& place) {
    return std::to_string(place.topic.value) + "/" + std::to_string(place.partition) + "/" +
           std::to_string(place.offset);
}

}  // namespace

Verdict judge(const std::vector<facts::Fact>& facts, DurationNs late_tolerance) {
    return Judge(facts).verdict(late_tolerance);
}

std::string describe(const Unit& unit) {
    std::ostringstream text;
    text << word(unit.severity) << ' ' << word(unit.kind) << ' '
         << describe(Place{unit.topic, unit.partition, unit.offset});
    if (unit.function) text << " function " << unit.function.value;
    if (unit.key) text << " key \"" << *unit.key << '"';
    if (unit.against) text << " against " << describe(*unit.against);
    if (unit.invocation) text << " invocation " << unit.invocation.value;
    text << " at " << unit.at;
    if (unit.lateness != 0) text << " late by " << unit.lateness;
    if (unit.cause != Cause::Unknown) text << " cause " << word(unit.cause);
    return text.str();
}

void PrintTo(const Unit& unit, std::ostream* out) {
    *out << describe(unit);
}

}  // namespace weir::analysis::order::test
