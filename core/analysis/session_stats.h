// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/histogram.h"
#include "base/error.h"
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
    std::int64_t retries = 0;                        ///< of them with attempt > 1
    std::int64_t cold_starts = 0;                    ///< of them the first call of a new instance
    std::int64_t deliveries = 0;                     ///< events in all invocations, each time it was in one
    std::int64_t delivered = 0;                      ///< of them succeeded
    std::int64_t failed = 0;                         ///< of them ended otherwise
    Histogram wait;   ///< per delivered event: from its arrival here to the start of that invocation
    Histogram run;    ///< per ended invocation: from its start to its end
    Histogram total;  ///< per delivered event: from its arrival here to the end of that invocation

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

struct SessionStats {
    std::string name;
    facts::Mode mode = facts::Mode::Drive;
    TimeNs started = 0;
    std::optional<TimeNs> ended;   ///< absent: still recording, or the writer was killed
    DurationNs duration = 0;       ///< from the start to the end, or to the last fact
    std::int64_t events = 0;       ///< recorded, over all topics
    std::int64_t value_bytes = 0;  ///< of their whole values
    std::int64_t batches = 0;      ///< formed
    std::int64_t outputs = 0;
    /// Events passed over, by the reason's word: filtered, expired, discarded, on-failure. Only what
    /// occurred.
    std::vector<std::pair<std::string, std::int64_t>> skipped;
    double events_per_second = 0;  ///< events ÷ time from the first arrival to the last; 0 with one instant
    double deliveries_per_second =
        0;           ///< deliveries of ended calls ÷ time from the first start to the last end
    Histogram init;  ///< of all instances
    CallStats calls;
    std::vector<FunctionStats> functions;    ///< all that were declared, in that order
    std::vector<PartitionStats> partitions;  ///< all with events or calls, by topic and partition
    std::vector<InstanceStats> instances;    ///< in order of their start
};

/// Computes the figures in one pass over arrivals and invocations. Memory: 32 bytes an arrival and some
/// kilobytes an instance and a partition.
Result<SessionStats> sessionStats(journal::SessionReader& reader);

}  // namespace weir::analysis
