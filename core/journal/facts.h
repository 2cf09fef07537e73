// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/record.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// The facts of the journal, as values. Names follow the text form of facts (docs/facts.md); ids stand for
/// names, which the declaring facts (topic, function, trigger, instance) carry.
namespace weir::facts {

/// Consecutive offsets of one partition whose event ids are consecutive too.
struct EventRun {
    TopicId topic;
    std::int32_t partition = 0;
    std::int64_t first = 0;
    std::int64_t last = 0;  ///< inclusive
    EventId first_event;    ///< id of `first`

    [[nodiscard]] std::int64_t count() const noexcept { return last - first + 1; }
    [[nodiscard]] EventId lastEvent() const noexcept { return EventId{first_event.value + last - first}; }
};

enum class Mode : std::uint8_t { Drive, Observe, Import };
enum class SourceKind : std::uint8_t { Kafka, Http, Range };
enum class AssignmentState : std::uint8_t { Assigned, Revoked, Lost };
enum class HoleReason : std::uint8_t { Transaction, Aborted, Compaction, Retention };
enum class SkipReason : std::uint8_t { Filtered, Expired, OnFailure, Discarded };
enum class ClosedBy : std::uint8_t { Size, Bytes, Window, End, Revoke };
enum class InstanceEndReason : std::uint8_t { Idle, Crashed, Timeout, Memory, Stopped };
enum class Outcome : std::uint8_t { Success, Partial, Error, Timeout, Throttled, Crashed, Abandoned };
enum class DecisionKind : std::uint8_t { Retry, Split, Throttle, Pause, Resume, Drain, Stop, Seek, Config };
enum class Stream : std::uint8_t { Stdout, Stderr, Weir };

struct Session {
    std::string name;
    Mode mode = Mode::Drive;
    std::string cluster;
};
struct Topic {
    TopicId id;
    std::string name;
    std::int32_t partitions = 0;
    SourceKind source = SourceKind::Kafka;
    bool declared = true;  ///< false: only named by other facts so far
};
struct Function {
    FunctionId id;
    std::string name;
    std::string target;  ///< kind of target
    bool observe = false;
    bool answers_each = false;
    int concurrency = 0;
    int memory_mb = 0;
    DurationNs timeout = 0;
    bool declared = true;
};
struct Trigger {
    TriggerId id;
    std::string name;
    FunctionId function;
    std::vector<TopicId> topics;
    std::string order;  ///< partition, key, none
    std::string group;
    int batch_size = 0;
    DurationNs batching_window = 0;
    bool declared = true;
};
struct Assignment {
    TopicId topic;
    std::int32_t partition = 0;
    AssignmentState state = AssignmentState::Assigned;
    int epoch = 0;
    std::optional<std::int64_t> offset;  ///< first position, when assigned
    std::string group;                   ///< empty: fixed assignment without a group
};
/// Records that arrived together; one text fact each.
struct Records {
    ChunkPtr chunk;
};
/// Events that other facts name and that no record has, so far: they get ids all the same.
struct Unrecorded {
    EventRun events;
};
/// The record of an event that was Unrecorded until now: one record, with that event's id.
struct LateRecord {
    ChunkPtr chunk;
};
struct Hole {
    TopicId topic;
    std::int32_t partition = 0;
    std::int64_t first = 0, last = 0;
    HoleReason reason = HoleReason::Transaction;
};
struct Skip {
    FunctionId function;
    TriggerId trigger;
    EventRun events;
    SkipReason reason = SkipReason::Discarded;
};
struct Batch {
    BatchId id;
    TriggerId trigger;
    std::vector<EventRun> events;
    ClosedBy closed_by = ClosedBy::Size;
    bool declared = true;
    std::optional<std::int64_t> number = {};  ///< its name in the facts it came from, unless that is the id
};
struct Instance {
    InstanceId id;
    std::string name;
    FunctionId function;
    bool declared = true;
};
struct InstanceReady {
    InstanceId id;
};
struct InstanceEnd {
    InstanceId id;
    InstanceEndReason reason = InstanceEndReason::Idle;
    std::string detail;
};
struct Start {
    InvocationId id;
    FunctionId function;
    TriggerId trigger;
    InstanceId instance;  ///< 0: unknown
    BatchId batch;
    int attempt = 1;
    bool cold = false;
    std::optional<int> epoch;  ///< nothing: its events do not share one
    InvocationId split_of;     ///< 0: not split
    std::vector<EventRun> events;
    std::optional<std::int64_t> number = {};  ///< its name in the facts it came from, unless that is the id
};
struct End {
    InvocationId id;
    Outcome outcome = Outcome::Success;
    std::vector<EventRun> failed;  ///< only with Outcome::Partial
    std::string error;
    bool cold = false;  ///< only its answer told that the call started cold; text facts say so in `start`
};
/// A finished call seen from outside: when it started is unknown, `at` is when its output was appended.
struct Observed {
    InvocationId id;
    FunctionId function;
    std::vector<EventRun> events;
    std::optional<std::int64_t> number = {};  ///< as in Start
};
struct Output {
    InvocationId invocation;
    TopicId topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    std::vector<EventRun> caused_by;
};
struct Commit {
    TopicId topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    std::string group;
};
struct Decision {
    DecisionKind kind = DecisionKind::Config;
    TriggerId trigger;
    std::string reason;
};
struct Log {
    InstanceId instance;
    InvocationId invocation;
    Stream stream = Stream::Stderr;
    std::string text;
};
struct Note {
    std::string text;
};

using Body = std::variant<Session, Topic, Function, Trigger, Assignment, Records, Unrecorded, LateRecord,
                          Hole, Skip, Batch, Instance, InstanceReady, InstanceEnd, Start, End, Observed,
                          Output, Commit, Decision, Log, Note>;

/// One fact. `at` never decreases along the journal.
struct Fact {
    TimeNs at = 0;
    Body body;
};

[[nodiscard]] const char* word(Mode v);
[[nodiscard]] const char* word(SourceKind v);
[[nodiscard]] const char* word(AssignmentState v);
[[nodiscard]] const char* word(HoleReason v);
[[nodiscard]] const char* word(SkipReason v);
[[nodiscard]] const char* word(ClosedBy v);
[[nodiscard]] const char* word(InstanceEndReason v);
[[nodiscard]] const char* word(Outcome v);
[[nodiscard]] const char* word(DecisionKind v);
[[nodiscard]] const char* word(Stream v);
[[nodiscard]] const char* word(TimestampType v);  ///< create, log_append; empty for None

}  // namespace weir::facts
