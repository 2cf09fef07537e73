// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/time.h"
#include "journal/facts.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace weir::views {

/// The end of a call that is still in flight.
constexpr TimeNs kOpenEnd = std::numeric_limits<TimeNs>::max();

/// What must stay visible however far one zooms out.
enum class Mark : std::uint8_t { Cold, Retry, Failed };
constexpr int kMarks = 3;

/// One invocation, prepared for drawing: what the reader gave, without texts.
struct Call {
    InvocationId id;
    FunctionId function;
    TriggerId trigger;
    InstanceId instance;
    TopicId topic;
    std::int32_t partition = 0;
    std::int32_t attempt = 1;
    std::int64_t first_offset = 0, last_offset = 0;
    std::int64_t events = 0;
    TimeNs start = 0, end = kOpenEnd;
    facts::Outcome outcome = facts::Outcome::Success;  ///< means nothing while in flight
    bool cold = false;

    [[nodiscard]] bool open() const { return end == kOpenEnd; }
    [[nodiscard]] TimeNs endOr(TimeNs now) const { return open() ? std::max(now, start) : end; }
    [[nodiscard]] bool failed() const {
        return !open() && outcome != facts::Outcome::Success && outcome != facts::Outcome::Abandoned;
    }
    [[nodiscard]] bool retry() const { return attempt > 1; }
    [[nodiscard]] bool has(Mark mark) const {
        switch (mark) {
            case Mark::Cold:
                return cold;
            case Mark::Retry:
                return retry();
            case Mark::Failed:
                return failed();
        }
        return false;
    }
};

/// Records of a partition that arrived together.
struct Arrival {
    TopicId topic;
    std::int32_t partition = 0;
    std::int64_t first_offset = 0, last_offset = 0;
    TimeNs at = 0;
};

/// What the session grew by. Calls stand in the order of their ids; `ended` are calls known before.
struct LaneUpdate {
    std::vector<Call> started;
    std::vector<Call> ended;
    std::vector<Arrival> arrivals;
};

}  // namespace weir::views
