// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>

/// What a filter is judged on: an event, a call and a finding, each of which may be absent.
namespace weir::filter {

struct EventPart {
    std::int64_t id = 0;  ///< 0: no record stands at the place
    std::int64_t topic = 0;
    std::optional<std::int64_t> partition, offset;  ///< nothing for a key-split finding
    std::optional<std::string> key;                 ///< bytes
    std::optional<std::int64_t> size;
    std::optional<TimeNs> received, timestamp;
    std::string headers;               ///< as the session stores them
    std::optional<std::string> value;  ///< bytes as captured
    std::optional<bool> recorded, truncated;
};

struct CallPart {
    std::int64_t invocation = 0;  ///< 0: only the function is known
    std::int64_t function = 0, instance = 0, trigger = 0, batch = 0;
    std::int64_t attempt = 1, events = 0;
    std::optional<std::int64_t> epoch;
    bool cold = false, split = false;
    std::optional<std::int64_t> outcome;  ///< number of its word
    std::optional<std::string> error;
    std::optional<TimeNs> start, end;
};

struct FindingPart {
    std::int64_t id = 0;
    std::int64_t kind = 0, severity = 0;
    std::optional<std::int64_t> cause;
    TimeNs at = 0;
    std::optional<DurationNs> lateness;
    std::int64_t function = 0, topic = 0, invocation = 0;  ///< 0: none
    std::optional<std::int64_t> partition;                 ///< nothing: key-split
    std::int64_t first = 0, last = 0;                      ///< offsets
    std::optional<std::string> key;
};

struct Row {
    const EventPart* event = nullptr;
    const CallPart* call = nullptr;
    const FindingPart* finding = nullptr;
};

}  // namespace weir::filter
