// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/session_stats.h"

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>
#include <utility>

namespace weir::analysis {
namespace {

using facts::Outcome;
using journal::ArrivalRow;
using journal::DeliveryRunRow;
using journal::InvocationRow;

constexpr std::int64_t kPage = 20'000;
using Place = std::pair<std::int64_t, std::int32_t>;  // topic, partition

/// Events that arrived together, for finding an event's arrival.
struct Arrival {
    std::int64_t first_event = 0, count = 0;
    TimeNs received = 0;
    std::uint32_t partition = 0;  ///< index into Collector's partitions
};

class Collector {
  public:
    explicit Collector(journal::SessionReader& reader) : reader_(reader) {}

    Result<SessionStats> collect();

  private:
    Status describe();
    Status readArrivals();
    Status readInvocations();
    void addArrival(const ArrivalRow& row);
    void addInvocation(const InvocationRow& call);
    void addRun(const InvocationRow& call, const DeliveryRunRow& run);
    void addDeliveries(const InvocationRow& call, std::optional<Outcome> outcome, std::uint64_t events,
                       const Arrival* arrival);
    /// All groups that an invocation counts in.
    template <typename Apply>
    void forGroups(const InvocationRow& call, PartitionStats* partition, const Apply& apply);
    std::uint32_t partitionIndex(TopicId topic, std::int32_t partition);
    PartitionStats* partitionOf(const InvocationRow& call);
    void finish();

    journal::SessionReader& reader_;
    SessionStats stats_;
    std::unordered_map<std::int64_t, std::size_t> function_at_, instance_at_;
    std::unordered_map<std::int64_t, std::string> topic_names_;
    std::map<Place, std::uint32_t> partition_at_;
    std::vector<Arrival> arrivals_;
    TimeNs first_received_ = std::numeric_limits<TimeNs>::max(), last_received_ = 0;
    TimeNs first_start_ = std::numeric_limits<TimeNs>::max(), last_end_ = 0;
    std::int64_t ended_deliveries_ = 0;
};

Result<SessionStats> Collector::collect() {
    if (Status s = describe(); !s) return passOn(s);
    if (Status s = readArrivals(); !s) return passOn(s);
    if (Status s = readInvocations(); !s) return passOn(s);
    finish();
    return std::move(stats_);
}

Status Collector::describe() {
    auto info = reader_.info();
    if (!info) return passOn(info);
    auto extent = reader_.extent();
    if (!extent) return passOn(extent);
    stats_.name = info->name;
    stats_.mode = info->mode;
    stats_.started = info->started;
    stats_.ended = info->ended;
    stats_.duration = std::max<DurationNs>(0, info->ended.value_or(extent->last_at) - info->started);
    stats_.outputs = extent->outputs;
    stats_.batches = extent->batches;
    auto skipped = reader_.skipped();
    if (!skipped) return passOn(skipped);
    stats_.skipped = std::move(*skipped);

    auto topics = reader_.topics();
    if (!topics) return passOn(topics);
    for (auto& topic : *topics) topic_names_[topic.id.value] = std::move(topic.name);
    auto functions = reader_.functions();
    if (!functions) return passOn(functions);
    for (auto& f : *functions) {
        function_at_[f.id.value] = stats_.functions.size();
        stats_.functions.push_back({f.id, std::move(f.name), 0, {}, {}});
    }
    auto instances = reader_.instances();
    if (!instances) return passOn(instances);
    for (auto& i : *instances) {
        instance_at_[i.id.value] = stats_.instances.size();
        InstanceStats stats{i.id, std::move(i.name), i.function, {}, {}, std::move(i.end_reason), {}};
        if (i.ready) stats.init = std::max<DurationNs>(0, *i.ready - i.started);
        if (const auto f = function_at_.find(i.function.value); f != function_at_.end()) {
            FunctionStats& function = stats_.functions[f->second];
            stats.function_name = function.name;
            ++function.instances;
            if (stats.init) function.init.record(*stats.init);
        }
        if (stats.init) stats_.init.record(*stats.init);
        stats_.instances.push_back(std::move(stats));
    }
    return {};
}

std::uint32_t Collector::partitionIndex(TopicId topic, std::int32_t partition) {
    const auto next = static_cast<std::uint32_t>(stats_.partitions.size());
    const auto [at, added] = partition_at_.try_emplace({topic.value, partition}, next);
    if (added) stats_.partitions.push_back({topic, topic_names_[topic.value], partition, 0, 0, {}});
    return at->second;
}

PartitionStats* Collector::partitionOf(const InvocationRow& call) {
    return call.topic ? &stats_.partitions[partitionIndex(call.topic, call.partition)] : nullptr;
}

Status Collector::readArrivals() {
    for (std::int64_t next = 1;;) {
        auto page = reader_.arrivals(next, kPage);
        if (!page) return passOn(page);
        for (const ArrivalRow& row : *page) addArrival(row);
        if (static_cast<std::int64_t>(page->size()) < kPage) return {};
        next = page->back().id + 1;
    }
}

void Collector::addArrival(const ArrivalRow& row) {
    const std::uint32_t index = partitionIndex(row.topic, row.partition);
    const std::int64_t count = row.last_offset - row.first_offset + 1;
    arrivals_.push_back({row.first_event.value, count, row.received, index});
    PartitionStats& partition = stats_.partitions[index];
    partition.events += count;
    partition.value_bytes += row.value_bytes;
    first_received_ = std::min(first_received_, row.received);
    last_received_ = std::max(last_received_, row.received);
}

Status Collector::readInvocations() {
    for (InvocationId next{1};;) {
        auto page = reader_.invocations(next, kPage);
        if (!page) return passOn(page);
        if (page->empty()) return {};
        auto runs = reader_.deliveryRuns(page->front().id, page->back().id);
        if (!runs) return passOn(runs);
        auto run = runs->begin();
        for (const InvocationRow& call : *page) {
            addInvocation(call);
            while (run != runs->end() && run->invocation < call.id) ++run;
            for (; run != runs->end() && run->invocation == call.id; ++run) addRun(call, *run);
        }
        if (static_cast<std::int64_t>(page->size()) < kPage) return {};
        next = InvocationId{page->back().id.value + 1};
    }
}

template <typename Apply>
void Collector::forGroups(const InvocationRow& call, PartitionStats* partition, const Apply& apply) {
    apply(stats_.calls);
    if (const auto f = function_at_.find(call.function.value); f != function_at_.end()) {
        apply(stats_.functions[f->second].calls);
    }
    if (const auto i = instance_at_.find(call.instance.value); i != instance_at_.end()) {
        apply(stats_.instances[i->second].calls);
    }
    if (partition != nullptr) apply(partition->calls);
}

void Collector::addInvocation(const InvocationRow& call) {
    first_start_ = std::min(first_start_, call.start);
    if (call.end) last_end_ = std::max(last_end_, *call.end);
    forGroups(call, partitionOf(call), [&](CallStats& group) {
        ++group.invocations;
        group.retries += call.attempt > 1 ? 1 : 0;
        group.cold_starts += call.cold ? 1 : 0;
        if (!call.end || !call.outcome) {
            ++group.in_flight;
            return;
        }
        ++group.outcomes[static_cast<std::size_t>(*call.outcome)];
        group.run.record(*call.end - call.start);
    });
}

void Collector::addRun(const InvocationRow& call, const DeliveryRunRow& run) {
    // A partial call whose runs were not told apart failed none of them.
    std::optional<Outcome> outcome = run.outcome;
    if (outcome == Outcome::Partial) outcome = Outcome::Success;
    auto arrival = std::upper_bound(arrivals_.begin(), arrivals_.end(), run.first_event.value,
                                    [](std::int64_t id, const Arrival& a) { return id < a.first_event; });
    if (arrival != arrivals_.begin()) --arrival;
    std::int64_t next = run.first_event.value;
    for (; arrival != arrivals_.end() && arrival->first_event <= run.last_event.value; ++arrival) {
        const std::int64_t from = std::max(next, arrival->first_event);
        const std::int64_t to = std::min(run.last_event.value, arrival->first_event + arrival->count - 1);
        if (from > to) continue;
        addDeliveries(call, outcome, static_cast<std::uint64_t>(to - from + 1), &*arrival);
        next = to + 1;
    }
}

void Collector::addDeliveries(const InvocationRow& call, std::optional<Outcome> outcome, std::uint64_t events,
                              const Arrival* arrival) {
    const auto count = static_cast<std::int64_t>(events);
    if (outcome) ended_deliveries_ += count;
    forGroups(call, &stats_.partitions[arrival->partition], [&](CallStats& group) {
        group.deliveries += count;
        if (!outcome) return;
        if (*outcome != Outcome::Success) {
            group.failed += count;
            return;
        }
        group.delivered += count;
        group.wait.record(call.start - arrival->received, events);
        if (call.end) group.total.record(*call.end - arrival->received, events);
    });
}

double perSecond(std::int64_t count, TimeNs first, TimeNs last) {
    if (last <= first) return 0;
    return static_cast<double>(count) * static_cast<double>(kSecond) / static_cast<double>(last - first);
}

void Collector::finish() {
    for (const PartitionStats& p : stats_.partitions) {
        stats_.events += p.events;
        stats_.value_bytes += p.value_bytes;
    }
    stats_.events_per_second = perSecond(stats_.events, first_received_, last_received_);
    stats_.deliveries_per_second = perSecond(ended_deliveries_, first_start_, last_end_);
    std::sort(stats_.partitions.begin(), stats_.partitions.end(),
              [](const PartitionStats& a, const PartitionStats& b) {
                  return std::tie(a.topic, a.partition) < std::tie(b.topic, b.partition);
              });
}

}  // namespace

Result<SessionStats> sessionStats(journal::SessionReader& reader) {
    return Collector(reader).collect();
}

}  // namespace weir::analysis
