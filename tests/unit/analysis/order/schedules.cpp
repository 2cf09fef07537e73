// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/analysis/order/schedules.h"

#include "unit/analysis/order/script.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <variant>

namespace weir::analysis::order::test {
namespace {

using facts::Outcome;

constexpr TimeNs kBegin = 1'000;
constexpr int kMostCalls = 60;

using PartitionId = std::pair<TopicId, std::int32_t>;

PartitionId partitionOf(const Place& place) {
    return {place.topic, place.partition};
}

std::string named(std::string name, std::int64_t number) {
    name += std::to_string(number);
    return name;
}

/// How often things go wrong, in percent.
struct Faults {
    std::int64_t failed_call = 0;
    std::int64_t lost_event = 0;
    std::int64_t swapped = 0;
    std::int64_t too_early = 0;  ///< the next call starts before the one before it has ended
    std::int64_t replay = 0;
    std::int64_t filtered = 0;
};

struct Call {
    FunctionId function;
    TriggerId trigger;
    std::vector<Place> events;
    TimeNs start = 0;
    std::optional<TimeNs> end;
    Outcome outcome = Outcome::Success;
    std::vector<Place> failed = {};
    int attempt = 1;
    std::optional<int> epoch = {};
    InvocationId split_of = {};
};

struct Epoch {
    TimeNs since = 0;
    int number = 0;
};

class Schedule {
  public:
    explicit Schedule(std::uint64_t seed) : dice_(seed), script_(dice_) {}

    std::vector<facts::Fact> write() {
        script_.add(kBegin, Rank::Session, facts::Session{"random", facts::Mode::Import, ""});
        planTempo();
        planTopics();
        planFunctions();
        planAssignments();
        for (const facts::Function& function : functions_) {
            calls_left_ = kMostCalls / static_cast<int>(functions_.size());
            if (dice_.percent(wild_percent_)) {
                runWild(function);
            } else {
                runOrderly(function);
            }
        }
        if (dice_.oneIn(10)) delayArrivals();
        std::map<Place, Entry> entries;
        for (const auto& [partition, log] : logs_) {
            for (const Entry& entry : log) {
                entries.insert({entry.place, entry});
                if (!entry.recorded) continue;
                script_.add(entry.arrived, Rank::Record, facts::Records{}, {entry.place});
            }
        }
        return script_.write(entries);
    }

  private:
    void planTempo() {
        pace_ = dice_.pick<std::int64_t>({0, 1, 2, 5, 30});
        slowness_ = dice_.pick<std::int64_t>({0, 1, 3, 10, 60});
        span_ = dice_.pick<std::int64_t>({4, 10, 40, 300});
        wild_percent_ = dice_.pick<std::int64_t>({0, 0, 20, 100});
        epochs_percent_ = dice_.pick<std::int64_t>({0, 50, 100, 100});
        const std::int64_t much = dice_.pick<std::int64_t>({0, 1, 5, 15, 40});
        const auto some = [&] { return dice_.oneIn(3) ? 0 : much; };
        faults_ = {some(), some(), some(), some(), some(), some()};
    }

    std::int64_t duration() { return dice_.oneIn(4) ? 0 : dice_.between(0, slowness_); }
    std::int64_t pause() { return dice_.oneIn(2) ? 0 : dice_.between(0, 2); }

    // --- topics and what stands in them

    void planTopics() {
        const std::int64_t topics = dice_.between(1, 3);
        std::int64_t events_left = dice_.between(5, 60);
        std::vector<PartitionId> partitions;
        for (std::int64_t t = 1; t <= topics; ++t) {
            const TopicId id{t};
            const auto count = static_cast<std::int32_t>(dice_.between(1, 3));
            topics_.push_back(id);
            script_.add(kBegin, Rank::Topic, facts::Topic{id, named("in-", t), count});
            for (std::int32_t p = 0; p < count; ++p) partitions.emplace_back(id, p);
        }
        outputs_ = {TopicId{topics + 1}};
        script_.add(kBegin, Rank::Topic, facts::Topic{outputs_.front(), "out", 2});
        if (dice_.oneIn(3)) outputs_.push_back(dice_.pick(topics_));

        keys_ = dice_.pick<std::int64_t>({1, 2, 3, 5, 20});
        null_key_percent_ = dice_.pick<std::int64_t>({0, 10, 50});
        split_key_percent_ = dice_.pick<std::int64_t>({0, 10, 100});
        late_percent_ = dice_.pick<std::int64_t>({0, 10, 40});
        no_timestamp_percent_ = dice_.pick<std::int64_t>({0, 10, 100});
        hole_percent_ = dice_.pick<std::int64_t>({0, 0, 5, 20});
        unrecorded_percent_ = dice_.pick<std::int64_t>({0, 0, 3, 10});

        for (std::size_t i = 0; i < partitions.size(); ++i) {
            const auto partitions_left = static_cast<std::int64_t>(partitions.size() - i);
            const std::int64_t share =
                partitions_left == 1
                    ? events_left
                    : std::min(events_left, dice_.between(0, 2 * events_left / partitions_left));
            events_left -= share;
            fill(partitions[i], share);
        }
    }

    void fill(const PartitionId& partition, std::int64_t count) {
        std::vector<Entry>& log = logs_[partition];
        TimeNs now = kBegin + (dice_.oneIn(2) ? 0 : dice_.below(pace_ + 1));
        TimeNs clock = dice_.between(0, 100);  // of the producer
        std::int64_t offset = dice_.pick<std::int64_t>({0, 0, 3, 1'000});
        for (std::int64_t i = 0; i < count; ++i) {
            const TimeNs before = now;
            now += dice_.oneIn(3) ? 0 : dice_.between(0, pace_);
            if (dice_.percent(hole_percent_)) offset = addHole(partition, offset, dice_.between(before, now));
            if (dice_.oneIn(40)) ++offset;  // of which nothing is ever heard

            Entry entry;
            entry.place = {partition.first, partition.second, offset++};
            entry.recorded = !dice_.percent(unrecorded_percent_);
            entry.arrived = now;
            clock += dice_.between(0, 5);
            entry.timestamp = timestamp(clock);
            entry.key = key(partition.second);
            log.push_back(entry);
        }
        if (dice_.percent(hole_percent_)) addHole(partition, offset, now + dice_.below(3));
    }

    /// Returns the offset after it.
    std::int64_t addHole(const PartitionId& partition, std::int64_t first, TimeNs at) {
        const std::int64_t last = first + dice_.below(4);
        const auto reason = static_cast<facts::HoleReason>(dice_.below(4));
        script_.add(at, Rank::Hole, facts::Hole{partition.first, partition.second, first, last, reason});
        return last + 1;
    }

    TimeNs timestamp(TimeNs clock) {
        if (dice_.percent(no_timestamp_percent_)) {
            return dice_.pick<TimeNs>({kNoTimestamp, kNoTimestamp, -1, -7});
        }
        if (dice_.oneIn(300)) return std::numeric_limits<TimeNs>::max();
        return dice_.percent(late_percent_) ? std::max<TimeNs>(0, clock - dice_.between(1, 30)) : clock;
    }

    std::optional<std::string> key(std::int32_t partition) {
        if (dice_.percent(null_key_percent_)) return std::nullopt;
        const std::int64_t number = dice_.below(keys_);
        if (!dice_.percent(split_key_percent_)) {
            return named(named("p", partition) + "-", number);
        }
        return number == 0 ? "" : named("k", number);  // an empty key is not a null one
    }

    /// Records from some offset on arrive later than the calls that name them expect.
    void delayArrivals() {
        for (auto& [partition, log] : logs_) {
            if (log.empty() || dice_.oneIn(3)) continue;
            const DurationNs delay = dice_.between(1, span_);
            const auto from = static_cast<std::size_t>(dice_.below(static_cast<std::int64_t>(log.size())));
            for (std::size_t i = from; i < log.size(); ++i) log[i].arrived += delay;
        }
    }

    // --- functions, triggers, assignments

    void planFunctions() {
        const std::int64_t functions = dice_.between(1, 3);
        const bool late_triggers = dice_.oneIn(20);
        TimeNs declared = kBegin;
        for (std::int64_t f = 1; f <= functions; ++f) {
            facts::Function function{FunctionId{f}, named("f-", f), "builtin"};
            function.observe = dice_.oneIn(5);
            function.answers_each = function.observe && dice_.oneIn(2);
            functions_.push_back(function);
            script_.add(kBegin, Rank::Function, function);
            if (dice_.oneIn(3)) {
                instances_[function.id] = InstanceId{f};
                script_.add(kBegin, Rank::Instance,
                            facts::Instance{InstanceId{f}, named("i-", f), function.id});
            }
            if (dice_.oneIn(6)) continue;  // no trigger
            std::vector<TopicId> topics = topics_;
            dice_.shuffle(topics);
            if (topics.size() > 1 && dice_.oneIn(5)) topics.pop_back();
            while (!topics.empty()) {
                const auto count =
                    static_cast<std::size_t>(dice_.between(1, static_cast<std::int64_t>(topics.size())));
                const auto from = topics.end() - static_cast<std::ptrdiff_t>(count);
                std::vector<TopicId> taken(from, topics.end());
                topics.erase(from, topics.end());
                if (dice_.oneIn(15)) taken.push_back(dice_.pick(topics_));  // two for one topic, if imported
                std::sort(taken.begin(), taken.end());
                taken.erase(std::unique(taken.begin(), taken.end()), taken.end());
                if (late_triggers) declared += dice_.below(span_);
                addTrigger(function.id, taken, declared);
            }
        }
    }

    void addTrigger(FunctionId function, const std::vector<TopicId>& topics, TimeNs at) {
        facts::Trigger trigger;
        trigger.id = TriggerId{static_cast<std::int64_t>(triggers_.size()) + 1};
        trigger.name = named("t-", trigger.id.value);
        trigger.function = function;
        trigger.topics = topics;
        trigger.order = dice_.pick<std::string>({"partition", "partition", "key", "key", "none"});
        trigger.group = dice_.pick<std::string>({"", "g-1", "g-2"});
        triggers_.push_back(trigger);
        script_.add(at, Rank::Trigger, trigger);
    }

    void planAssignments() {
        if (dice_.oneIn(3)) return;
        tell_assignments_ = true;
        for (const auto& [partition, log] : logs_) {
            for (const char* group : {"", "g-1", "g-2"}) {
                if (dice_.oneIn(6)) continue;
                const TimeNs at = dice_.oneIn(4) ? kBegin + dice_.below(span_) : kBegin;
                assign(partition, group, 1, at, someOffset(log, true));
                if (!dice_.percent(wild_percent_)) continue;
                for (std::int64_t more = dice_.below(4); more > 0; --more) {  // wild: in any order
                    const auto epoch = static_cast<int>(dice_.between(1, 3));
                    const TimeNs since = kBegin + dice_.below(span_);
                    assign(partition, group, epoch, since, someOffset(log, false));
                }
            }
        }
    }

    std::optional<std::int64_t> someOffset(const std::vector<Entry>& log, bool mostly_the_first) {
        if (log.empty() || dice_.oneIn(4)) return std::nullopt;
        if (mostly_the_first && !dice_.oneIn(4)) return log.front().place.offset;
        const std::int64_t near = dice_.pick(log).place.offset;
        return near + dice_.between(-1, 1);
    }

    void assign(const PartitionId& partition, const std::string& group, int epoch, TimeNs at,
                std::optional<std::int64_t> offset) {
        if (offset && *offset < 0) offset = 0;
        script_.add(at, Rank::Assignment,
                    facts::Assignment{partition.first, partition.second, facts::AssignmentState::Assigned,
                                      epoch, offset, group});
        epochs_[{partition, group}].push_back({at, epoch});
    }

    const facts::Trigger* triggerFor(FunctionId function, TopicId topic) const {
        for (const facts::Trigger& trigger : triggers_) {
            const auto& topics = trigger.topics;
            if (trigger.function == function &&
                std::find(topics.begin(), topics.end(), topic) != topics.end()) {
                return &trigger;
            }
        }
        return nullptr;
    }

    // --- calls

    struct Made {
        InvocationId id;
        FunctionId function;
        TimeNs start = 0;
    };

    InvocationId add(const Call& call) {
        const InvocationId id{++last_call_};
        facts::Start start;
        start.id = id;
        start.function = call.function;
        start.trigger = call.trigger;
        if (const auto instance = instances_.find(call.function); instance != instances_.end()) {
            start.instance = instance->second;
        }
        start.attempt = call.attempt;
        start.epoch = call.epoch;
        start.split_of = call.split_of;
        script_.add(call.start, Rank::Start, start, call.events);
        if (call.end) {
            const Rank rank = *call.end == call.start ? Rank::EndOfNoTime : Rank::End;
            script_.add(*call.end, rank, facts::End{id, call.outcome, {}, ""}, {}, call.failed);
        }
        const bool succeeded =
            call.end && (call.outcome == Outcome::Success || call.outcome == Outcome::Partial);
        if (succeeded ? dice_.oneIn(2) : dice_.oneIn(10)) {
            addOutputs(id, call.events, call.start, call.end.value_or(call.start + 3));
        }
        if (succeeded && dice_.oneIn(4)) {
            const Place& place = call.events.back();
            script_.add(*call.end, Rank::Commit,
                        facts::Commit{place.topic, place.partition, place.offset + 1, ""});
        }
        calls_.push_back({id, call.function, call.start});
        --calls_left_;
        return id;
    }

    void addObserved(FunctionId function, const std::vector<Place>& events, TimeNs at) {
        const InvocationId id{++last_call_};
        script_.add(at, Rank::Observed, facts::Observed{id, function, {}}, events);
        addOutputs(id, events, at, at);
        --calls_left_;
    }

    void addOutputs(InvocationId call, const std::vector<Place>& events, TimeNs from, TimeNs to) {
        const TopicId topic = dice_.pick(outputs_);
        const auto partition = static_cast<std::int32_t>(dice_.below(2));
        TimeNs at = dice_.oneIn(2) ? to : dice_.between(from, to);
        for (std::size_t i = 0; i < events.size();) {
            const auto count = static_cast<std::size_t>(dice_.between(1, 3));
            std::vector<Place> causes;
            for (; i < events.size() && causes.size() < count; ++i) causes.push_back(events[i]);
            if (dice_.oneIn(12)) causes = {dice_.pick(events)};
            if (dice_.oneIn(40)) causes.clear();
            if (dice_.oneIn(30)) addCauseFromElsewhere(causes);
            script_.add(at, Rank::Output, facts::Output{call, topic, partition, 0, {}}, causes);
            if (dice_.oneIn(3)) break;
            at = dice_.between(at, to);
        }
    }

    void addCauseFromElsewhere(std::vector<Place>& causes) {
        const auto log = logs_.find({dice_.pick(topics_), 0});
        if (log == logs_.end() || log->second.empty()) return;
        const Entry& entry = dice_.pick(log->second);
        const bool known = std::find(causes.begin(), causes.end(), entry.place) != causes.end();
        if (entry.recorded && entry.arrived > kBegin) return;  // may not be there yet
        if (!known) causes.push_back(entry.place);
    }

    /// The epoch that all share at an instant, if it is told.
    std::optional<int> epochOf(const std::vector<Place>& events, const std::string& group, TimeNs at) {
        if (!tell_assignments_ || !dice_.percent(epochs_percent_)) return std::nullopt;
        std::set<int> epochs;
        for (const Place& event : events) {
            int latest = 0;
            for (const Epoch& epoch : epochs_[{partitionOf(event), group}]) {
                if (epoch.since <= at) latest = epoch.number;
            }
            if (latest == 0) return std::nullopt;
            epochs.insert(latest);
        }
        return epochs.size() == 1 ? std::optional{*epochs.begin()} : std::nullopt;
    }

    // --- a dispatcher, nearly well-behaved

    /// What is delivered one call after the other.
    struct Lane {
        FunctionId function;
        TriggerId trigger;
        std::string group;
        std::vector<Entry> entries;
        std::int64_t batch_size = 1;
        int most_attempts = 1;
        bool bisect = false;
    };

    void runOrderly(const facts::Function& function) {
        for (Lane& lane : lanesOf(function)) {
            for (std::size_t i = 1; i < lane.entries.size(); ++i) {
                if (dice_.percent(faults_.swapped)) std::swap(lane.entries[i - 1], lane.entries[i]);
            }
            if (function.observe) {
                runObserved(lane);
            } else {
                run(lane);
            }
        }
    }

    std::vector<Lane> lanesOf(const facts::Function& function) {
        // Events that wait for each other carry the same name.
        std::map<std::tuple<TriggerId, std::string>, Lane> lanes;
        const bool together = dice_.oneIn(5);  // calls over several partitions
        const bool two_lanes = dice_.oneIn(2);
        const auto batch_size = dice_.pick<std::int64_t>({1, 3, 10});
        const auto most_attempts = static_cast<int>(dice_.between(1, 4));
        const bool bisect = dice_.oneIn(2);
        for (const auto& [partition, log] : logs_) {
            const facts::Trigger* trigger = triggerFor(function.id, partition.first);
            if (trigger == nullptr && dice_.oneIn(4)) continue;
            const std::string order = trigger == nullptr ? "partition" : trigger->order;
            const TriggerId id = trigger == nullptr ? TriggerId{} : trigger->id;
            for (const Entry& entry : log) {
                std::string name;
                if (!together) name = named(named("", partition.first.value) + "/", partition.second);
                if (order == "key") {
                    const std::string key = entry.recorded ? entry.key.value_or("null") : "null";
                    const bool odd = !key.empty() && key.back() % 2 != 0;
                    if (two_lanes) {
                        name += odd ? ":odd" : ":even";
                    } else {
                        name += ":" + key;
                    }
                }
                if (order == "none") name += named(":", dice_.below(3));
                Lane& lane = lanes[{id, name}];
                lane.function = function.id;
                lane.trigger = id;
                lane.group = trigger == nullptr ? "" : trigger->group;
                lane.batch_size = batch_size;
                lane.most_attempts = most_attempts;
                lane.bisect = bisect;
                lane.entries.push_back(entry);
            }
        }
        std::vector<Lane> all;
        for (auto& [name, lane] : lanes) {
            if (together) {
                std::stable_sort(lane.entries.begin(), lane.entries.end(),
                                 [](const Entry& a, const Entry& b) { return a.arrived < b.arrived; });
            }
            all.push_back(std::move(lane));
        }
        dice_.shuffle(all);
        return all;
    }

    /// The next events of a lane that are still to be delivered, from `next` on; `now` becomes the instant
    /// when all of them are there.
    std::vector<Place> takeBatch(const Lane& lane, std::size_t& next, TimeNs& now) {
        std::vector<Place> batch;
        const std::int64_t count = dice_.between(1, lane.batch_size);
        for (std::int64_t i = 0; i < count && next < lane.entries.size(); ++i) {
            const Entry& entry = lane.entries[next++];
            now = std::max(now, entry.arrived);
            if (dice_.percent(faults_.lost_event)) continue;
            if (dice_.percent(faults_.filtered)) {
                skip(lane, {entry.place}, now, facts::SkipReason::Filtered);
                continue;
            }
            batch.push_back(entry.place);
        }
        return batch;
    }

    void skip(const Lane& lane, const std::vector<Place>& events, TimeNs at, facts::SkipReason reason) {
        script_.add(at, Rank::Skip, facts::Skip{lane.function, lane.trigger, {}, reason}, events);
    }

    void runObserved(const Lane& lane) {
        TimeNs now = kBegin;
        for (std::size_t next = 0; next < lane.entries.size() && calls_left_ > 0;) {
            const std::vector<Place> batch = takeBatch(lane, next, now);
            now += duration();
            if (batch.empty()) continue;
            addObserved(lane.function, batch, now);
            if (calls_left_ > 0 && dice_.percent(faults_.replay)) {
                addObserved(lane.function, batch, now + duration());
            }
        }
    }

    void run(const Lane& lane) {
        TimeNs now = kBegin;
        for (std::size_t next = 0; next < lane.entries.size() && calls_left_ > 0;) {
            const std::vector<Place> batch = takeBatch(lane, next, now);
            if (batch.empty()) continue;
            const TimeNs began = now;
            now = deliver(lane, batch, now, 1, {});
            if (dice_.percent(faults_.too_early)) now = dice_.between(began, now);
            if (dice_.percent(faults_.replay)) {
                next -= std::min(next, static_cast<std::size_t>(dice_.below(lane.batch_size + 3)));
                if (next < lane.entries.size()) moveTo(lane, lane.entries[next].place, now);
            }
        }
    }

    /// A rebalance: the partition comes back, from that place on.
    void moveTo(const Lane& lane, const Place& place, TimeNs& now) {
        if (!tell_assignments_) return;
        const PartitionId partition = partitionOf(place);
        int epoch = 0;
        for (const Epoch& known : epochs_[{partition, lane.group}]) {
            if (known.since > now) return;  // another lane was moved later
            epoch = std::max(epoch, known.number);
        }
        if (epoch != 0) {
            const auto state =
                dice_.oneIn(2) ? facts::AssignmentState::Revoked : facts::AssignmentState::Lost;
            script_.add(
                now, Rank::Assignment,
                facts::Assignment{partition.first, partition.second, state, epoch, std::nullopt, lane.group});
        }
        now += pause();
        assign(partition, lane.group, epoch + 1, now,
               dice_.oneIn(5) ? std::nullopt : std::optional{place.offset});
    }

    /// All attempts; returns when the lane is free again.
    TimeNs deliver(const Lane& lane, const std::vector<Place>& batch, TimeNs start, int attempt,
                   InvocationId split_of) {
        if (calls_left_ <= 0) return start;
        const TimeNs end = start + duration();
        Call call{lane.function, lane.trigger, batch, start, end};
        call.attempt = attempt;
        call.split_of = split_of;
        call.epoch = epochOf(batch, lane.group, start);
        if (!dice_.percent(faults_.failed_call)) {
            add(call);
            return end + pause();
        }
        switch (dice_.below(8)) {
            case 0:
                call.end.reset();  // nothing is heard of it again
                add(call);
                return dice_.oneIn(2) ? end : deliver(lane, batch, end + pause(), 1, {});
            case 1:
                call.outcome = Outcome::Abandoned;
                add(call);
                return dice_.oneIn(2) ? end : deliver(lane, batch, end + pause(), 1, {});
            case 2:
            case 3: {
                call.outcome = Outcome::Partial;
                const auto good = dice_.below(static_cast<std::int64_t>(batch.size()));
                call.failed.assign(batch.begin() + good, batch.end());
                if (dice_.oneIn(4))
                    call.failed = {batch[static_cast<std::size_t>(good)]};  // later ones stand
                const InvocationId id = add(call);
                return tryAgain(lane, call.failed, end, attempt, id);
            }
            default: {
                call.outcome = dice_.pick<Outcome>({Outcome::Error, Outcome::Timeout, Outcome::Timeout,
                                                    Outcome::Throttled, Outcome::Crashed});
                const InvocationId id = add(call);
                return tryAgain(lane, batch, end, attempt, id);
            }
        }
    }

    TimeNs tryAgain(const Lane& lane, const std::vector<Place>& batch, TimeNs now, int attempt,
                    InvocationId failed_call) {
        if (attempt >= lane.most_attempts) {
            if (!dice_.percent(faults_.lost_event)) skip(lane, batch, now, facts::SkipReason::OnFailure);
            return now;
        }
        if (lane.bisect && batch.size() > 1) {
            const auto half = static_cast<std::ptrdiff_t>(batch.size() / 2);
            const std::vector<Place> left(batch.begin(), batch.begin() + half);
            const std::vector<Place> right(batch.begin() + half, batch.end());
            const TimeNs between = deliver(lane, left, now + pause(), attempt, failed_call);
            return deliver(lane, right, between, attempt + static_cast<int>(dice_.below(2)), failed_call);
        }
        return deliver(lane, batch, now + pause(), attempt + 1, {});
    }

    // --- anything at all

    void runWild(const facts::Function& function) {
        const std::int64_t calls = dice_.between(std::min(3, calls_left_), calls_left_);
        for (std::int64_t i = 0; i < calls; ++i) {
            std::vector<Entry> entries = wildEvents();
            if (dice_.oneIn(7)) {
                for (const Entry& more : wildEvents()) addOnce(entries, more);
            }
            if (dice_.oneIn(4)) dice_.shuffle(entries);
            if (entries.empty()) continue;
            Call call;
            call.function = function.id;
            call.start = kBegin + dice_.below(span_);
            for (const Entry& entry : entries) {
                call.events.push_back(entry.place);
                call.start = std::max(call.start, entry.arrived);
            }
            // A function is observed or run; now and then someone's facts claim both.
            if (function.observe != dice_.oneIn(40)) {
                addObserved(function.id, call.events, call.start);
            } else {
                runWild(call);
            }
        }
    }

    void runWild(Call& call) {
        const facts::Trigger* trigger = triggerFor(call.function, call.events.front().topic);
        if (trigger != nullptr && !dice_.oneIn(4)) call.trigger = trigger->id;
        if (dice_.oneIn(12)) {
            const Lane lane{call.function, call.trigger, "", {}};
            skip(lane, call.events, call.start, static_cast<facts::SkipReason>(dice_.below(4)));
            return;
        }
        if (!dice_.oneIn(12)) call.end = call.start + duration();
        if (call.end && dice_.oneIn(3)) call.outcome = static_cast<Outcome>(dice_.below(7));
        if (call.outcome == Outcome::Partial) {
            for (const Place& event : call.events) {
                if (dice_.oneIn(3)) call.failed.push_back(event);
            }
        }
        if (dice_.oneIn(4)) call.attempt = static_cast<int>(dice_.between(2, 3));
        if (dice_.percent(epochs_percent_ / 2)) call.epoch = static_cast<int>(dice_.between(1, 3));
        if (dice_.oneIn(6)) {
            const auto before = std::find_if(calls_.begin(), calls_.end(), [&](const Made& other) {
                return other.function == call.function && other.start <= call.start;
            });
            if (before != calls_.end()) call.split_of = before->id;
        }
        add(call);
    }

    /// Some events of one partition, in rising offsets.
    std::vector<Entry> wildEvents() {
        std::vector<PartitionId> partitions;
        for (const auto& [partition, log] : logs_) {
            if (!log.empty()) partitions.push_back(partition);
        }
        const std::vector<Entry>& log = logs_.at(dice_.pick(partitions));
        const std::int64_t most = dice_.pick<std::int64_t>({1, 2, 4, 8});
        const bool thinned = dice_.oneIn(4);
        std::vector<Entry> events;
        const auto from = static_cast<std::size_t>(dice_.below(static_cast<std::int64_t>(log.size())));
        for (std::size_t i = from; i < log.size() && static_cast<std::int64_t>(events.size()) < most; ++i) {
            if (!thinned || dice_.oneIn(2)) events.push_back(log[i]);
        }
        return events;
    }

    static void addOnce(std::vector<Entry>& entries, const Entry& more) {
        for (const Entry& entry : entries) {
            if (entry.place == more.place) return;
        }
        entries.push_back(more);
    }

    Dice dice_;
    Script script_;

    // Tempo and temper.
    std::int64_t pace_ = 0;      ///< most between two records
    std::int64_t slowness_ = 0;  ///< most of a call
    std::int64_t span_ = 0;      ///< of wild calls and assignments
    std::int64_t wild_percent_ = 0;
    std::int64_t epochs_percent_ = 0;
    Faults faults_;

    // What the log holds.
    std::int64_t keys_ = 1;
    std::int64_t null_key_percent_ = 0, split_key_percent_ = 0;
    std::int64_t late_percent_ = 0, no_timestamp_percent_ = 0;
    std::int64_t hole_percent_ = 0, unrecorded_percent_ = 0;
    std::vector<TopicId> topics_, outputs_;
    std::map<PartitionId, std::vector<Entry>> logs_;

    std::vector<facts::Function> functions_;
    std::vector<facts::Trigger> triggers_;
    std::map<FunctionId, InstanceId> instances_;
    bool tell_assignments_ = false;
    std::map<std::pair<PartitionId, std::string>, std::vector<Epoch>> epochs_;

    std::int64_t last_call_ = 0;
    int calls_left_ = 0;
    std::vector<Made> calls_;
};

}  // namespace

std::vector<facts::Fact> randomSchedule(std::uint64_t seed) {
    return Schedule(seed).write();
}

}  // namespace weir::analysis::order::test
