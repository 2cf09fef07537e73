// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/key_stats.h"
#include "base/error.h"
#include "base/histogram.h"
#include "journal/facts.h"
#include "journal/session_reader.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What a session amounts to: the figures of `weir-cli stats`. docs/stats.md explains each for people.
namespace weir::analysis {

constexpr std::size_t kOutcomes = static_cast<std::size_t>(facts::Outcome::Abandoned) + 1;

/// Calls and what they delivered: of the session, a function, a partition or an instance.
struct CallStats {
    std::int64_t invocations = 0;                    ///< started
    std::int64_t in_flight = 0;                      ///< of them without an end
    std::array<std::int64_t, kOutcomes> outcomes{};  ///< of them ended, by facts::Outcome
    std::int64_t running_most = 0;                   ///< most in flight at once
    std::int64_t batches = 0;                        ///< formed
    std::int64_t retries = 0;                        ///< of them with attempt > 1
    std::int64_t cold_starts = 0;                    ///< of them the first call of a new instance
    std::int64_t deliveries = 0;                     ///< events in all invocations, each time it was in one
    std::int64_t delivered = 0;                      ///< of them succeeded
    std::int64_t failed = 0;                         ///< of them ended otherwise
    std::int64_t outputs = 0;                        ///< records produced
    std::int64_t skipped = 0;                        ///< events passed over
    std::int64_t waiting = 0;                        ///< events that no call has taken, at the end
    std::int64_t waiting_most = 0;                   ///< and the most at any moment: the lag in events
    DurationNs lag_most = 0;  ///< longest that the oldest of them had waited: the lag in time
    Histogram gather;         ///< per batch: from the arrival of its oldest event to its forming
    Histogram queue;          ///< per batch: from its forming to the start of its first call
    Histogram wait;           ///< per delivered event: from its arrival here to the start of that invocation
    Histogram run;            ///< per ended invocation: from its start to its end
    Histogram total;          ///< per delivered event: from its arrival here to the end of that invocation
    Histogram output;         ///< per output: from the end of its invocation to when it was appended

    [[nodiscard]] std::int64_t outcome(facts::Outcome o) const {
        return outcomes[static_cast<std::size_t>(o)];
    }
    /// Share of the invocations that were cold, 0…1.
    [[nodiscard]] double coldShare() const {
        return invocations == 0 ? 0 : static_cast<double>(cold_starts) / static_cast<double>(invocations);
    }
};

struct FunctionStats {
    FunctionId id;
    std::string name;
    std::int64_t instances = 0;
    Histogram init;  ///< per instance that became ready: from its start to ready
    CallStats calls;
};

/// An invocation belongs to the partition of its first event, its deliveries each to their own.
struct PartitionStats {
    TopicId topic;
    std::string topic_name;
    std::int32_t partition = 0;
    std::int64_t events = 0;
    std::int64_t value_bytes = 0;
    std::int64_t skewed = 0;  ///< events whose timestamp lies after their arrival
    Histogram arrival;        ///< per event: from its timestamp to its arrival; skewed ones left out
    CallStats calls;
};

struct InstanceStats {
    InstanceId id;
    std::string name;
    FunctionId function;
    std::string function_name;
    std::optional<DurationNs> init;  ///< from its start to ready
    std::string end_reason;          ///< empty while it lives
    CallStats calls;
};

/// The first call of an instance, and the backlog that starting it caused.
struct ColdStartStats {
    InstanceId instance;
    std::string instance_name, function_name;
    InvocationId invocation;  ///< 0: it was never called
    TimeNs started = 0;
    std::optional<DurationNs> init;        ///< from its start to ready
    std::optional<DurationNs> first_call;  ///< from its start to its first call
    std::int64_t events = 0;               ///< in the first call
    std::int64_t waiting_before = 0;       ///< events of the function that waited at its start
    std::int64_t waiting_after = 0;        ///< and when it was ready
    std::optional<DurationNs> worked_off;  ///< from ready until no more waited than before; absent: never
    DurationNs added = 0;       ///< what the start-up added to the waits of its first call's events
    DurationNs added_most = 0;  ///< and to the one that waited longest
};

struct SessionStats {
    std::string name;
    facts::Mode mode = facts::Mode::Drive;
    TimeNs started = 0;
    std::optional<TimeNs> ended;     ///< absent: still recording, or the writer was killed
    DurationNs duration = 0;         ///< from the start to the end, or to the last fact
    std::int64_t events = 0;         ///< recorded, over all topics
    std::int64_t value_bytes = 0;    ///< of their whole values
    std::int64_t skewed = 0;         ///< of them those whose timestamp lies after their arrival
    std::int64_t findings = 0;       ///< units in which order was found broken; notes left out
    std::int64_t pruned_events = 0;  ///< of them those that are no longer in the file
    /// Events passed over, by the reason's word: filtered, expired, discarded, on-failure. Only what
    /// occurred.
    std::vector<std::pair<std::string, std::int64_t>> skipped;
    double events_per_second = 0;  ///< events ÷ time from the first arrival to the last; 0 with one instant
    double deliveries_per_second =
        0;              ///< deliveries of ended calls ÷ time from the first start to the last end
    Histogram arrival;  ///< per event: from its timestamp to its arrival; skewed ones left out
    Histogram init;     ///< of all instances
    CallStats calls;
    std::vector<FunctionStats> functions;     ///< all that were declared, in that order
    std::vector<PartitionStats> partitions;   ///< all with events or calls, by topic and partition
    std::vector<InstanceStats> instances;     ///< in order of their start
    std::vector<ColdStartStats> cold_starts;  ///< in order of their start
    std::vector<KeyStats> keys;               ///< filled on request only: see keyStats()
};

/// Where the figures come from.
enum class StatsFrom {
    Best,  ///< what was kept while recording, or the rows where nothing was or the writer was killed
    Kept,  ///< what was kept, at most a second behind: for a session that is being recorded
    Rows,  ///< counted once more: slow; pruned events are not in them
};

/// The figures of a session. What was kept is read at once, however large the session is.
Result<SessionStats> sessionStats(journal::SessionReader& reader, StatsFrom from = StatsFrom::Best);

}  // namespace weir::analysis
