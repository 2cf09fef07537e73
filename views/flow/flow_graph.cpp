// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/flow_graph.h"

#include <algorithm>

namespace weir::views {
namespace {

constexpr std::size_t kMostSamples = 2'000;  ///< calls looked at per lane for a percentile
constexpr int kSparkBuckets = 40;

std::optional<DurationNs> percentile(std::vector<DurationNs>& values, double share) {
    if (values.empty()) return std::nullopt;
    const auto rank = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank), values.end());
    return values[rank];
}

/// When the event at that offset arrived, if it did.
std::optional<TimeNs> arrivedAt(const ArrivalTrack& track, std::int64_t offset) {
    const auto at = std::upper_bound(track.next.begin(), track.next.end(), offset);
    if (at == track.next.end()) return std::nullopt;
    return track.at[static_cast<std::size_t>(at - track.next.begin())];
}

/// What one lane did in a stretch of time.
struct LaneSums {
    std::int64_t calls = 0, failed = 0, cold = 0, events = 0;
};

class Builder {
  public:
    Builder(const Catalog& catalog, const LaneStore& store, const LaneStore* matching, TimeRange range)
        : catalog_(catalog),
          store_(store),
          matching_(matching),
          from_(range.first),
          to_(std::max(range.second, range.first + 1)),
          seconds_(static_cast<double>(to_ - from_) / static_cast<double>(kSecond)) {}

    FlowGraph build(const OutputCounts& known, const OutputCounts& outputs,
                    const std::vector<FindingGroup>& findings) {
        for (const auto& topic : catalog_.topics) addTopic(topic);
        for (const auto& function : catalog_.functions) addFunction(function);
        for (const auto& trigger : catalog_.triggers) addDeliveries(trigger);
        for (const auto& [ends, count] : known) addOutput(ends, outputs);
        for (const FindingGroup& group : findings) addFindings(group);
        addLanes();
        finish();
        if (matching_ != nullptr) dim();
        return std::move(graph_);
    }

  private:
    void addTopic(const journal::TopicRow& topic) {
        FlowNode node;
        const bool outside = topic.name.starts_with("http:");
        node.kind = outside ? FlowNode::Kind::Outside : FlowNode::Kind::Topic;
        node.key = QStringLiteral("topic:") + text(topic.name);
        node.name = text(topic.name);
        node.topic = topic.id;
        node.partitions = topic.partitions;
        node.spark.assign(kSparkBuckets, 0);
        std::int64_t events = 0;
        for (const auto& [place, track] : store_.allArrivals()) {
            if (place.first != topic.id) continue;
            std::int64_t before = track.totalAt(from_);
            events += track.totalAt(to_) - before;
            for (int b = 0; b < kSparkBuckets; ++b) {
                const auto end =
                    from_ + static_cast<TimeNs>(static_cast<double>(to_ - from_) * (b + 1) / kSparkBuckets);
                const std::int64_t after = track.totalAt(end);
                node.spark[static_cast<std::size_t>(b)] += static_cast<float>(after - before);
                before = after;
            }
        }
        node.rate = static_cast<double>(events) / seconds_;
        graph_.nodes.push_back(std::move(node));
    }

    void addFunction(const journal::FunctionRow& function) {
        FlowNode node;
        node.kind = function.target == "builtin" ? FlowNode::Kind::Processor : FlowNode::Kind::Function;
        node.key = QStringLiteral("function:") + text(function.name);
        node.name = text(function.name);
        node.function = function.id;
        node.limit = function.concurrency;
        graph_.nodes.push_back(std::move(node));
    }

    void addDeliveries(const journal::TriggerRow& trigger) {
        const int to = graph_.indexOf(trigger.function);
        if (to < 0) return;
        for (const TopicId topic : trigger.topics) {
            const int from = graph_.indexOf(topic);
            if (from < 0) continue;
            FlowEdge edge;
            edge.from = from;
            edge.to = to;
            edge.trigger = trigger.id;
            edge.order = text(trigger.order);
            graph_.edges.push_back(std::move(edge));
            totals_.emplace_back();
            before_.push_back(0);
        }
    }

    void addOutput(const std::pair<FunctionId, TopicId>& ends, const OutputCounts& outputs) {
        const int from = graph_.indexOf(ends.first);
        const int to = graph_.indexOf(ends.second);
        if (from < 0 || to < 0) return;
        FlowEdge edge;
        edge.from = from;
        edge.to = to;
        const auto count = outputs.find(ends);
        if (count != outputs.end()) edge.rate = static_cast<double>(count->second) / seconds_;
        graph_.edges.push_back(std::move(edge));
        totals_.emplace_back();
        before_.push_back(0);
    }

    /// A finding is about a function's way from a topic, or of an output to its topic; without a function
    /// about the topic.
    void addFindings(const FindingGroup& group) {
        const int function = graph_.indexOf(group.function);
        const int topic = graph_.indexOf(group.topic);
        if (function < 0) {
            if (topic >= 0) graph_.nodes[static_cast<std::size_t>(topic)].health.add(group);
            return;
        }
        // An output that stands in the wrong place is told on its own edge, so that no number adds up two.
        const bool output = group.kind == analysis::order::Kind::OutputInversion;
        if (!output) graph_.nodes[static_cast<std::size_t>(function)].health.add(group);
        for (FlowEdge& edge : graph_.edges) {
            const bool mine = output ? edge.from == function && edge.to == topic
                                     : edge.from == topic && edge.to == function;
            if (mine) edge.health.add(group);
        }
    }

    void dim() {
        std::vector<char> touched(graph_.nodes.size(), 0);
        for (FlowEdge& edge : graph_.edges) {
            const auto& function =
                graph_.nodes[static_cast<std::size_t>(edge.delivery() ? edge.to : edge.from)];
            edge.dimmed = edge.delivery() ? edge.calls == 0 : function.calls == 0;
            if (edge.dimmed) continue;
            touched[static_cast<std::size_t>(edge.from)] = 1;
            touched[static_cast<std::size_t>(edge.to)] = 1;
        }
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
            graph_.nodes[i].dimmed = touched[i] == 0 && graph_.nodes[i].calls == 0;
    }

    LaneSums sums(const Lane& lane, std::size_t first, std::size_t last) const {
        LaneSums s;
        s.calls = static_cast<std::int64_t>(last - first);
        const auto count = [&](Mark mark) {
            const auto& marks = lane.marks[static_cast<std::size_t>(mark)];
            return std::lower_bound(marks.begin(), marks.end(), last) -
                   std::lower_bound(marks.begin(), marks.end(), first);
        };
        s.failed = count(Mark::Failed);
        s.cold = count(Mark::Cold);
        if (matching_ != nullptr) {
            // Offsets between the matches are not theirs.
            for (std::size_t i = first; i < last; ++i) s.events += store_.calls()[lane.calls[i]].events;
        } else if (last > first) {
            const std::int64_t base =
                first > 0 ? lane.started[first - 1] : store_.calls()[lane.calls[0]].first_offset;
            s.events = lane.started[last - 1] - base;
        }
        return s;
    }

    void addLanes() {
        for (const Lane& lane : store_.lanes()) {
            const int node = graph_.indexOf(lane.key.function);
            if (node < 0) continue;
            if (lane.key.instance) {
                countRunning(lane, graph_.nodes[static_cast<std::size_t>(node)]);
            } else {
                addLane(lane, graph_.nodes[static_cast<std::size_t>(node)]);
            }
        }
    }

    void countRunning(const Lane& lane, FlowNode& node) const {
        const std::size_t last = store_.firstStartingAt(lane, to_);
        if (last > 0 && store_.calls()[lane.calls[last - 1]].end > to_) ++node.running;
    }

    void addLane(const Lane& whole, FlowNode& node) {
        FlowEdge* edge = nullptr;
        std::vector<DurationNs>* totals = nullptr;
        for (std::size_t e = 0; e < graph_.edges.size(); ++e) {
            FlowEdge& candidate = graph_.edges[e];
            if (!candidate.delivery() || candidate.trigger != whole.key.trigger) continue;
            if (graph_.nodes[static_cast<std::size_t>(candidate.from)].topic != whole.key.topic) continue;
            edge = &candidate;
            totals = &totals_[e];
            before_[e] += store_.backlog(whole, from_ + (to_ - from_) * 2 / 3);
        }
        if (edge != nullptr) edge->lag += store_.backlog(whole, to_);
        const Lane* const shown = matching_ == nullptr ? &whole : matching_->lane(whole.key);
        if (shown == nullptr) return;
        const Lane& lane = *shown;
        const std::size_t first = store_.firstStartingAt(lane, from_);
        const std::size_t last = store_.firstStartingAt(lane, to_, first);
        const LaneSums s = sums(lane, first, last);
        node.calls += s.calls;
        node.failed += s.failed;
        node.cold += s.cold;
        auto& runs = runs_[node.function];
        const ArrivalTrack* track = store_.arrivals(lane.key.topic, lane.key.partition);
        const std::size_t step = std::max<std::size_t>(1, (last - first) / kMostSamples);
        for (std::size_t i = first; i < last; i += step) {
            const Call& call = store_.calls()[lane.calls[i]];
            if (call.open()) continue;
            runs.push_back(call.end - call.start);
            if (totals == nullptr || track == nullptr) continue;
            if (const auto arrived = arrivedAt(*track, call.first_offset))
                totals->push_back(std::max<DurationNs>(0, call.end - *arrived));
        }
        if (edge == nullptr) return;
        edge->calls += s.calls;
        edge->failed += s.failed;
        edge->rate += static_cast<double>(s.events) / seconds_;
    }

    void finish() {
        for (FlowNode& node : graph_.nodes) {
            if (node.isTopic()) continue;
            node.rate = static_cast<double>(node.calls) / seconds_;
            node.run_p95 = percentile(runs_[node.function], 0.95);
        }
        for (std::size_t e = 0; e < graph_.edges.size(); ++e) {
            FlowEdge& edge = graph_.edges[e];
            if (!edge.delivery()) continue;
            edge.total_p50 = percentile(totals_[e], 0.5);
            if (edge.rate > 0)
                edge.lag_time = static_cast<DurationNs>(static_cast<double>(edge.lag) / edge.rate * 1e9);
            const double grown = static_cast<double>(edge.lag - before_[e]);
            const double noise = 0.1 * static_cast<double>(before_[e]) + edge.rate * 0.5 + 2;
            edge.trend = grown > noise    ? FlowEdge::Trend::Rising
                         : grown < -noise ? FlowEdge::Trend::Falling
                                          : FlowEdge::Trend::Steady;
        }
    }

    const Catalog& catalog_;
    const LaneStore& store_;
    const LaneStore* const matching_;
    const TimeNs from_, to_;
    const double seconds_;
    FlowGraph graph_;
    std::map<FunctionId, std::vector<DurationNs>> runs_;
    std::vector<std::vector<DurationNs>> totals_;  ///< of each edge
    std::vector<std::int64_t> before_;             ///< of each edge: its lag earlier in the range
};

}  // namespace

void OrderHealth::add(const FindingGroup& group) {
    using analysis::order::Kind;
    using analysis::order::Severity;
    if (group.kind == Kind::Late) return;
    // Calls that run at once where no order was asked for are no break of order.
    if (group.kind == Kind::Overlap && group.severity == Severity::Note) return;
    (group.severity == Severity::Error  ? errors
     : group.severity == Severity::Warn ? warnings
                                        : notes) += group.units;
}

int FlowGraph::indexOf(TopicId topic) const {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].topic == topic && topic) return static_cast<int>(i);
    }
    return -1;
}

int FlowGraph::indexOf(FunctionId function) const {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].function == function && function) return static_cast<int>(i);
    }
    return -1;
}

FlowGraph flowGraph(const Catalog& catalog, const LaneStore& store, const LaneStore* matching,
                    TimeRange range, const OutputCounts& known, const OutputCounts& outputs,
                    const std::vector<FindingGroup>& findings) {
    return Builder(catalog, store, matching, range).build(known, outputs, findings);
}

}  // namespace weir::views
