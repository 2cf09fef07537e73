// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace weir::journal {

/// A row of `finding`: broken units that share everything but the offset. Kinds, severities and causes are
/// the words of the contract.
struct FindingRow {
    std::int64_t id = 0;
    std::string kind, severity, cause;  ///< cause: empty when none is known
    FunctionId function;
    TopicId topic;
    std::int32_t partition = 0;
    std::int64_t first_offset = 0, last_offset = 0;
    std::optional<std::string> key;
    TopicId against_topic;  ///< 0: against nothing
    std::int32_t against_partition = 0;
    std::int64_t against_offset = 0;
    InvocationId invocation;
    DurationNs lateness = 0;
    TimeNs at = 0;
};

/// Which findings to read; what is not set does not matter.
struct FindingFilter {
    std::string kind, severity;
    FunctionId function;
    TopicId topic;
    std::optional<std::int32_t> partition;
};

/// How many units are broken.
struct FindingCountRow {
    std::string kind, severity;
    std::int64_t units = 0;
};

/// What the order check of a session came to. While it is recorded: as of the last flush, without gaps, and
/// `open` counts all that is queued or in flight.
struct OrderSummaryRow {
    std::int64_t events = 0, deliveries = 0, open = 0, displaced = 0;
    std::string bounded;  ///< not empty: which bound of memory was met
};

/// A stretch of a partition whose events have consecutive ids.
struct EventStretchRow {
    std::int64_t first_offset = 0, last_offset = 0;
    EventId first_event;
};

/// An output and what caused it.
struct OutputCauseRow {
    std::int64_t offset = 0;
    InvocationId invocation;
    EventId first_cause, last_cause;  ///< none when no cause is known
    TimeNs at = 0;
};

struct AssignmentRow {
    std::string state;
    int epoch = 0;
    std::string group;
    TimeNs at = 0;
};

}  // namespace weir::journal
