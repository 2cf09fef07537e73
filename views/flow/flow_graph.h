// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lanes/lane_store.h"
#include "order/finding_group.h"
#include "session/catalog.h"
#include "session/selection.h"

#include <QString>

#include <map>
#include <optional>
#include <vector>

namespace weir::views {

/// Units of order findings. What is only late does not count, nor what ran at once where that was asked for.
struct OrderHealth {
    std::int64_t errors = 0, warnings = 0;
    std::int64_t notes = 0;  ///< out of order where no order was asked for
    void add(const FindingGroup& group);
};

/// A topic, a function or something outside of Kafka, with what it did in a stretch of time.
struct FlowNode {
    enum class Kind { Topic, Function, Processor, Outside };
    Kind kind = Kind::Topic;
    QString key;  ///< stable while the session grows: positions are kept by it
    QString name;
    TopicId topic;
    FunctionId function;

    double rate = 0;  ///< topic: events/s, function: calls/s
    std::int64_t partitions = 0;
    std::vector<float> spark;  ///< topic: events per bucket of the range

    std::int64_t calls = 0, failed = 0, cold = 0;
    int running = 0;  ///< calls at the end of the range
    int limit = 0;    ///< concurrency; 0: unknown
    std::optional<DurationNs> run_p95;
    OrderHealth health;
    bool dimmed = false;  ///< a filter is set and holds for none of its calls

    [[nodiscard]] double errorShare() const {
        return calls == 0 ? 0 : static_cast<double>(failed) / static_cast<double>(calls);
    }
    [[nodiscard]] bool isTopic() const { return topic.value != 0; }
};

/// Events that go from a topic to a function, or outputs from a function to a topic.
struct FlowEdge {
    enum class Trend { Steady, Rising, Falling };
    int from = 0, to = 0;  ///< indices of nodes
    TriggerId trigger;     ///< of a delivery; none: an output
    double rate = 0;       ///< events/s
    std::int64_t lag = 0;  ///< events waiting at the end of the range
    std::optional<DurationNs> lag_time;
    Trend trend = Trend::Steady;
    std::int64_t calls = 0, failed = 0;
    std::optional<DurationNs> total_p50;
    QString order;
    OrderHealth health;
    bool dimmed = false;

    [[nodiscard]] bool delivery() const { return trigger.value != 0; }
    [[nodiscard]] double errorShare() const {
        return calls == 0 ? 0 : static_cast<double>(failed) / static_cast<double>(calls);
    }
};

/// How many outputs a function put into a topic.
using OutputCounts = std::map<std::pair<FunctionId, TopicId>, std::int64_t>;

struct FlowGraph {
    std::vector<FlowNode> nodes;
    std::vector<FlowEdge> edges;

    [[nodiscard]] int indexOf(TopicId topic) const;
    [[nodiscard]] int indexOf(FunctionId function) const;
};

/// The graph of a session with its figures over `range`. `known` are outputs of the whole session: they say
/// which edges there are; `outputs` those of the range. With `matching`, figures of calls are of those in its
/// lanes, and what has none is dimmed. Its cost follows lanes, not calls.
[[nodiscard]] FlowGraph flowGraph(const Catalog& catalog, const LaneStore& store, const LaneStore* matching,
                                  TimeRange range, const OutputCounts& known, const OutputCounts& outputs,
                                  const std::vector<FindingGroup>& findings);

}  // namespace weir::views
