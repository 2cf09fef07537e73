// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/consumer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace weir::invoke {

/// What can be asked of a running recording. Triggers and functions go by the names that the flow gives them.
/// Each is a `decision` fact.
namespace control {

/// No new call starts. Calls in flight finish, and what is queued stays.
struct Pause {
    std::string trigger;
};
/// Ends a pause or a drain.
struct Resume {
    std::string trigger;
};
/// Nothing more is read; what is queued is still delivered, retries included.
struct Drain {
    std::string trigger;
};
/// For good: no new call starts, calls in flight finish and are committed, then the group is left.
struct Stop {
    std::string trigger;
};
/// Goes on from another offset, backwards (what was delivered is delivered again) or forwards (what lies
/// between is never delivered). Calls in flight finish first. The group's committed offset moves along.
struct Seek {
    std::string trigger;
    std::string topic;                      ///< empty: the trigger's only topic
    std::optional<std::int32_t> partition;  ///< nothing: every partition that this process has
    kafka::StartAt to;                      ///< Earliest, Latest or Offset
};
/// The most calls of a function at once, over all its triggers; 1…10 000.
struct SetConcurrency {
    std::string function;
    int concurrency = 1;
};
/// The most events in a batch, from the next one on; 1…10 000.
struct SetBatchSize {
    std::string trigger;
    int batch_size = 1;
};

using Command = std::variant<Pause, Resume, Drain, Stop, Seek, SetConcurrency, SetBatchSize>;

}  // namespace control

enum class TriggerState {
    Running,
    Paused,
    Draining,
    Drained,  ///< nothing of it waits or runs; resume goes on
    Stopped,  ///< for good: asked for, or because a batch failed too often
};

/// A snapshot of one trigger.
struct TriggerStatus {
    std::string name;
    std::string function;
    TriggerState state = TriggerState::Running;
    int batch_size = 0;
    int concurrency = 0;         ///< of its function, now
    std::int64_t queued = 0;     ///< events received, not yet in a call
    std::int64_t in_flight = 0;  ///< calls
};

}  // namespace weir::invoke
