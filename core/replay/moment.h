// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/time.h"
#include "journal/facts.h"

#include <compare>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// A saved session, instant by instant.
namespace weir::replay {

/// What happens, in the order of docs/facts.md at one instant.
enum class Kind : std::uint8_t {
    Assignment,
    Record,
    Hole,
    Instance,
    InstanceReady,
    End,
    Skip,
    Batch,
    Start,
    EndOfNoTime,  ///< the end of a call that took no time at all
    Observed,
    Output,
    Commit,
    Decision,
    InstanceEnd,
    Finding,
    Last  ///< after all of its instant
};
/// A word for people and JSON: assignment, record, …; both ends are `end`; empty for Last.
[[nodiscard]] const char* word(Kind kind) noexcept;

/// A place among all that happened: after the moment of this name. Any place is one, also where nothing
/// happened; two of them compare as they follow each other.
struct Position {
    TimeNs at = 0;
    Kind kind = Kind::Assignment;
    std::int64_t id = 0;    ///< of the event, batch, call, output, finding, or of the row
    std::int64_t part = 0;  ///< of a call: which of its deliveries the cursor stands on

    auto operator<=>(const Position&) const = default;

    /// Before everything.
    [[nodiscard]] static Position start() noexcept {
        return {std::numeric_limits<TimeNs>::min(), Kind::Assignment, 0, 0};
    }
    /// After all that happened until an instant, itself included.
    [[nodiscard]] static Position after(TimeNs at) noexcept {
        return {at, Kind::Last, std::numeric_limits<std::int64_t>::max(), 0};
    }
};

/// Consecutive offsets of a partition whose event ids are consecutive too.
struct Stretch {
    TopicId topic;
    std::int32_t partition = 0;
    std::int64_t first = 0, last = 0;  ///< offsets, inclusive
    EventId first_event;
    std::optional<facts::Outcome> outcome = {};  ///< where it differs from its call's

    [[nodiscard]] std::int64_t count() const noexcept { return last - first + 1; }
};

struct Call {
    InvocationId id;
    FunctionId function;
    TriggerId trigger;
    InstanceId instance;
    BatchId batch;
    int attempt = 1;
    bool cold = false;
    bool observed = false;
    std::int64_t events = 0;
    TimeNs start = 0;
    std::optional<TimeNs> end;
    std::optional<facts::Outcome> outcome;
    std::vector<Stretch> stretches;
};
using CallPtr = std::shared_ptr<const Call>;

struct AssignmentMoment {
    TopicId topic;
    std::int32_t partition = 0;
    facts::AssignmentState state = facts::AssignmentState::Assigned;
    int epoch = 0;
    std::optional<std::int64_t> offset;
    std::string group;
};
struct RecordMoment {
    Stretch events;
};
struct HoleMoment {
    TopicId topic;
    std::int32_t partition = 0;
    std::int64_t first = 0, last = 0;
};
struct InstanceMoment {  ///< started, ready or ended, as the kind says
    InstanceId id;
    FunctionId function;
};
struct SkipMoment {
    FunctionId function;
    Stretch events;
};
struct BatchMoment {
    BatchId id;
    TriggerId trigger;
    std::int64_t events = 0;
};
struct StartMoment {  ///< also of an observed call
    CallPtr call;
};
struct EndMoment {
    InvocationId call;
};
struct OutputMoment {
    FunctionId function;
    TopicId topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
};
struct CommitMoment {
    TopicId topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    std::string group;
};
struct DecisionMoment {
    facts::DecisionKind kind = facts::DecisionKind::Config;
    TriggerId trigger;
};

struct Moment {
    Position position;  ///< of records: of the last of them
    std::variant<AssignmentMoment, RecordMoment, HoleMoment, InstanceMoment, SkipMoment, BatchMoment,
                 StartMoment, EndMoment, OutputMoment, CommitMoment, DecisionMoment>
        body;

    /// Where it begins to be so: of records, the first of them.
    [[nodiscard]] Position first() const noexcept {
        Position p = position;
        if (const auto* records = std::get_if<RecordMoment>(&body)) p.id = records->events.first_event.value;
        return p;
    }
};

/// When a call ends, if it does.
[[nodiscard]] inline std::optional<Position> endOf(const Call& call) {
    if (call.observed || !call.end) return std::nullopt;
    const bool no_time = *call.end <= call.start;
    return Position{*call.end, no_time ? Kind::EndOfNoTime : Kind::End, call.id.value, 0};
}

}  // namespace weir::replay
