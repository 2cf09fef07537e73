// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/session_stats.h"

#include "journal/rollup_book.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace weir::analysis {
namespace {

using facts::Outcome;
using journal::RollupCount;
using journal::RollupScope;
using journal::RollupTotal;

/// Figures that nobody wants in a file.
class Collected final : public journal::RollupSink {
  public:
    void bucket(const journal::RollupKey&, DurationNs, TimeNs, bool, const journal::RollupCell&) override {}
    void total(const RollupTotal& total) override { totals.push_back(total); }
    void coldStart(const journal::ColdStart& cold) override { cold_starts.push_back(cold); }

    std::vector<RollupTotal> totals;
    std::vector<journal::ColdStart> cold_starts;
};

CallStats callsOf(RollupTotal& t) {
    const journal::RollupCounts& c = t.counts;
    CallStats s;
    s.invocations = c[RollupCount::Invocations];
    std::int64_t ended = 0;
    for (std::size_t o = 0; o < kOutcomes; ++o) {
        s.outcomes[o] = c.outcome(static_cast<Outcome>(o));
        ended += s.outcomes[o];
    }
    s.in_flight = s.invocations - ended;
    s.running_most = t.gauges.running_most;
    s.batches = c[RollupCount::Batches];
    s.retries = c[RollupCount::Retries];
    s.cold_starts = c[RollupCount::ColdStarts];
    s.deliveries = c[RollupCount::Deliveries];
    s.delivered = c[RollupCount::Delivered];
    s.failed = c[RollupCount::Failed];
    s.outputs = c[RollupCount::Outputs];
    s.skipped = c[RollupCount::Skipped];
    s.waiting = t.gauges.waiting;
    s.waiting_most = t.gauges.waiting_most;
    s.lag_most = t.gauges.lag_most;
    s.gather = std::move(t.gather);
    s.queue = std::move(t.queue);
    s.wait = std::move(t.wait);
    s.run = std::move(t.run);
    s.total = std::move(t.total);
    s.output = std::move(t.output);
    return s;
}

double perSecond(std::int64_t count, std::optional<TimeNs> first, std::optional<TimeNs> last) {
    if (!first || !last || *last <= *first) return 0;
    return static_cast<double>(count) * static_cast<double>(kSecond) / static_cast<double>(*last - *first);
}

class Collector {
  public:
    explicit Collector(journal::SessionReader& reader) : reader_(reader) {}

    Result<SessionStats> collect(StatsFrom from);

  private:
    Status describe();
    Status readFigures(StatsFrom from, Collected& figures);
    void add(RollupTotal& total);
    void add(const journal::ColdStart& cold);

    journal::SessionReader& reader_;
    SessionStats stats_;
    std::unordered_map<std::int64_t, std::size_t> function_at_, instance_at_;
    std::unordered_map<std::int64_t, std::string> topic_names_;
};

Result<SessionStats> Collector::collect(StatsFrom from) {
    if (Status s = describe(); !s) return passOn(s);
    Collected figures;
    if (Status s = readFigures(from, figures); !s) return passOn(s);
    for (RollupTotal& total : figures.totals) add(total);
    for (const journal::ColdStart& cold : figures.cold_starts) add(cold);
    std::sort(stats_.partitions.begin(), stats_.partitions.end(),
              [](const PartitionStats& a, const PartitionStats& b) {
                  return std::tie(a.topic, a.partition) < std::tie(b.topic, b.partition);
              });
    std::sort(stats_.cold_starts.begin(), stats_.cold_starts.end(),
              [](const ColdStartStats& a, const ColdStartStats& b) {
                  return std::tie(a.started, a.instance) < std::tie(b.started, b.instance);
              });
    return std::move(stats_);
}

/// What was kept, when it is whole; else counted from the rows.
Status Collector::readFigures(StatsFrom from, Collected& figures) {
    if (from != StatsFrom::Rows) {
        auto totals = reader_.rollupTotals();
        if (!totals) return passOn(totals);
        if (!totals->empty() && (stats_.ended || from == StatsFrom::Kept)) {
            auto cold = reader_.coldStarts();
            if (!cold) return passOn(cold);
            figures.totals = std::move(*totals);
            figures.cold_starts = std::move(*cold);
            return {};
        }
    }
    return reader_.recount(figures);
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
    auto skipped = reader_.skipped();
    if (!skipped) return passOn(skipped);
    stats_.skipped = std::move(*skipped);
    auto pruned = reader_.pruned();
    if (!pruned) return passOn(pruned);
    for (const journal::PrunedRow& row : *pruned) stats_.pruned_events += row.events;

    auto findings = reader_.findingCounts();
    if (!findings) return passOn(findings);
    for (const journal::FindingCountRow& row : *findings) {
        if (row.severity != "note") stats_.findings += row.units;
    }

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
        }
        stats_.instances.push_back(std::move(stats));
    }
    return {};
}

void Collector::add(RollupTotal& total) {
    const journal::RollupCounts& c = total.counts;
    switch (total.key.scope) {
        case RollupScope::Session:
            stats_.events = c[RollupCount::Events];
            stats_.value_bytes = c[RollupCount::ValueBytes];
            stats_.skewed = c[RollupCount::Skewed];
            stats_.events_per_second = perSecond(stats_.events, total.arrivals.first, total.arrivals.last);
            stats_.deliveries_per_second = perSecond(c[RollupCount::Delivered] + c[RollupCount::Failed],
                                                     total.starts.first, total.ends.last);
            stats_.arrival = std::move(total.arrival);
            stats_.init = std::move(total.init);
            stats_.calls = callsOf(total);
            break;
        case RollupScope::Function:
            if (const auto f = function_at_.find(total.key.id); f != function_at_.end()) {
                stats_.functions[f->second].init = std::move(total.init);
                stats_.functions[f->second].calls = callsOf(total);
            }
            break;
        case RollupScope::Partition: {
            if (c.weight() == 0) break;  // only awaited
            const TopicId topic{total.key.id};
            PartitionStats p{topic,
                             topic_names_[topic.value],
                             total.key.partition,
                             c[RollupCount::Events],
                             c[RollupCount::ValueBytes],
                             c[RollupCount::Skewed],
                             std::move(total.arrival),
                             {}};
            p.calls = callsOf(total);
            stats_.partitions.push_back(std::move(p));
            break;
        }
        case RollupScope::Instance:
            if (const auto i = instance_at_.find(total.key.id); i != instance_at_.end()) {
                stats_.instances[i->second].calls = callsOf(total);
            }
            break;
    }
}

void Collector::add(const journal::ColdStart& cold) {
    ColdStartStats s;
    s.instance = cold.instance;
    if (const auto i = instance_at_.find(cold.instance.value); i != instance_at_.end()) {
        s.instance_name = stats_.instances[i->second].name;
        s.function_name = stats_.instances[i->second].function_name;
    }
    s.invocation = cold.invocation;
    s.started = cold.started;
    if (cold.ready) s.init = std::max<DurationNs>(0, *cold.ready - cold.started);
    if (cold.called) s.first_call = std::max<DurationNs>(0, *cold.called - cold.started);
    s.events = cold.events;
    s.waiting_before = cold.waiting_before;
    s.waiting_after = cold.waiting_after;
    if (cold.worked_off) {
        s.worked_off = std::max<DurationNs>(
            0, *cold.worked_off - cold.ready.value_or(cold.called.value_or(cold.started)));
    }
    s.added = cold.added;
    s.added_most = cold.added_most;
    stats_.cold_starts.push_back(std::move(s));
}

}  // namespace

Result<SessionStats> sessionStats(journal::SessionReader& reader, StatsFrom from) {
    return Collector(reader).collect(from);
}

}  // namespace weir::analysis
