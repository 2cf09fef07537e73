// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/run_set.h"
#include "replay/moment.h"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace weir::replay {

using analysis::order::Run;
using analysis::order::RunSet;

constexpr std::size_t kOutcomes = static_cast<std::size_t>(facts::Outcome::Abandoned) + 1;

struct PartitionKey {
    TopicId topic;
    std::int32_t partition = 0;
    auto operator<=>(const PartitionKey&) const = default;
};
struct GroupKey {
    std::string group;
    PartitionKey partition;
    auto operator<=>(const GroupKey&) const = default;
};
struct LaneKey {
    FunctionId function;
    PartitionKey partition;
    auto operator<=>(const LaneKey&) const = default;
};

struct PartitionState {
    RunSet read;              ///< offsets that have arrived
    std::int64_t events = 0;  ///< how many
    std::int64_t next = 0;    ///< offset after the highest of them
};
struct AssignmentNow {
    facts::AssignmentState state = facts::AssignmentState::Assigned;
    int epoch = 0;
};
/// What one function does with one partition.
struct Lane {
    std::int64_t from = 0;       ///< offsets below were never its
    RunSet taken;                ///< offsets that were in a call
    RunSet done;                 ///< offsets that succeeded, were passed over, or are holes
    std::int64_t succeeded = 0;  ///< events
    std::int64_t skipped = 0;
    std::int64_t calls = 0;  ///< started whose first event is of this partition
};
/// What waits in a lane.
struct Waiting {
    std::int64_t events = 0;
    std::int64_t again = 0;  ///< of them those that were in a call before
    std::optional<std::int64_t> first;
    std::vector<Run> runs;
};
struct FunctionState {
    std::int64_t calls = 0, cold = 0, retries = 0;
    std::int64_t in_flight = 0, events_in_flight = 0;
    std::array<std::int64_t, kOutcomes> outcomes{};
    std::int64_t delivered = 0, failed = 0;  ///< events in ended calls
    std::int64_t instances = 0, instances_ended = 0;
};
struct InstanceState {
    FunctionId function;
    TimeNs started = 0;
    std::optional<TimeNs> ready;
    std::int64_t calls = 0;
    std::vector<InvocationId> running;  ///< calls, oldest first
};
struct BatchState {
    TriggerId trigger;
    std::int64_t events = 0;
    TimeNs formed = 0;
};
struct OutputKey {
    FunctionId function;
    PartitionKey partition;
    auto operator<=>(const OutputKey&) const = default;
};
struct OutputState {
    std::int64_t count = 0;
    std::int64_t last = 0;  ///< highest offset
};

/// What does not change: which functions take events of a topic, and for which group.
struct Routes {
    struct Route {
        FunctionId function;
        std::string group;
        bool grouped = false;  ///< assignments of that group say where the function began
    };
    std::map<TopicId, std::vector<Route>> of;
};

/// How everything stands at an instant. A value.
struct State {
    std::map<PartitionKey, PartitionState> partitions;
    std::map<GroupKey, AssignmentNow> assignments;
    std::map<GroupKey, std::int64_t> commits;
    std::map<LaneKey, Lane> lanes;
    std::map<InvocationId, CallPtr> calls;  ///< in flight
    std::map<InstanceId, InstanceState> instances;
    std::map<FunctionId, FunctionState> functions;
    std::map<BatchId, BatchState> batches;  ///< formed, not called yet
    std::map<OutputKey, OutputState> outputs;
    std::map<TriggerId, facts::DecisionKind> triggers;  ///< pause, drain, stop; running when absent
    std::int64_t events = 0;                            ///< arrived
    EventId last_event;                                 ///< the newest that arrived
    BatchId last_batch;
    InvocationId last_call;

    /// Lets a moment happen; of records, those with ids up to `until`. Happening again in part is fine for
    /// records and nothing else.
    void apply(const Moment& moment, const Routes& routes, const Position& until);
    /// What waits for a function in a partition.
    [[nodiscard]] Waiting waiting(const LaneKey& lane) const;
    /// Events of a lane in calls.
    [[nodiscard]] std::int64_t inFlight(const LaneKey& lane) const;
    /// About how much memory it takes.
    [[nodiscard]] std::size_t roughBytes() const;
};

}  // namespace weir::replay
