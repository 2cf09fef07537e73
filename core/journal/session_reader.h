// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"
#include "journal/facts.h"
#include "journal/finding_rows.h"
#include "journal/rollup.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct sqlite3;

namespace weir::journal {

class RollupSink;
class SessionFile;

/// How much a session holds now. Ids count without gaps from 1, so the largest id is the count of what came;
/// what was pruned is missing from the lower end.
struct SessionExtent {
    EventId first_event;            ///< the oldest that is still there; 0: none is
    InvocationId first_invocation;  ///< as above
    std::int64_t events = 0;
    std::int64_t invocations = 0;
    std::int64_t arrivals = 0;  ///< rows of event_run
    std::int64_t logs = 0;
    std::int64_t outputs = 0;
    std::int64_t batches = 0;
    TimeNs first_at = 0, last_at = 0;
};

struct SessionInfo {
    std::string name;
    facts::Mode mode = facts::Mode::Drive;
    std::string cluster;
    std::string weir_version;  ///< that wrote it
    int schema_version = 0;    ///< of the file; older ones read as if they were current
    TimeNs started = 0;
    std::optional<TimeNs> ended;                ///< absent: still recording, or the writer was killed
    std::int64_t file_bytes = 0;                ///< the file and its -wal
    std::string capture;                        ///< of values: whole, prefix, none
    std::optional<std::int64_t> capture_bytes;  ///< of a prefix
    std::string mask;                           ///< rules as JSON; empty: none
    std::optional<std::int64_t> max_bytes;      ///< limits, beyond which the oldest events were pruned
    std::optional<DurationNs> max_age;

    /// The version that this Weir writes.
    [[nodiscard]] static int currentVersion() noexcept;
};
struct NoteRow {
    std::int64_t id = 0;
    TimeNs at = 0;
    std::string text;
};
/// What the order check found while recording, in numbers.
struct OrderOverview {
    struct Kind {
        std::string kind, severity;
        std::int64_t units = 0;
    };
    std::int64_t events = 0, deliveries = 0, open = 0, displaced = 0;
    std::vector<Kind> kinds;
};

struct TopicRow {
    TopicId id;
    std::string name;
    std::int32_t partitions = 0;
};
struct FunctionRow {
    FunctionId id;
    std::string name, target;
    int concurrency = 0, memory_mb = 0;
    DurationNs timeout = 0;
    bool observed = false;      ///< run by someone else
    bool answers_each = false;  ///< every event is expected to cause an output
};
struct TriggerRow {
    TriggerId id;
    std::string name;
    FunctionId function;
    std::vector<TopicId> topics;
    std::string order, group;
    int batch_size = 0;
    DurationNs batching_window = 0;
};
struct InstanceRow {
    InstanceId id;
    std::string name;
    FunctionId function;
    TimeNs started = 0;
    std::optional<TimeNs> ready, ended;
    std::string end_reason;  ///< empty while it lives
};
struct InvocationRow {
    InvocationId id;
    FunctionId function;
    TriggerId trigger;
    InstanceId instance;
    BatchId batch;
    int attempt = 1, epoch = 0;
    bool cold = false;
    InvocationId split_of;
    TopicId topic;  ///< of its first event
    std::int32_t partition = 0;
    std::int64_t first_offset = 0, last_offset = 0, events = 0;
    bool observed = false;      ///< seen from outside, so that `start` is only known to be at most `end`
    TimeNs start = 0;           ///< of an observed call: its end
    std::optional<TimeNs> end;  ///< absent: in flight
    std::optional<facts::Outcome> outcome;
    std::string error;
};
/// Records that arrived together: what the backlog of a partition is computed from.
struct ArrivalRow {
    std::int64_t id = 0;
    TopicId topic;
    std::int32_t partition = 0;
    std::int64_t first_offset = 0, last_offset = 0;
    EventId first_event;
    std::int64_t value_bytes = 0;  ///< of the whole values, whatever was captured of them
    TimeNs received = 0;
};
/// A row of the events table; the value is cut to a preview.
struct EventRow {
    EventId id;
    TopicId topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    std::optional<TimeNs> timestamp;
    TimeNs received = 0;
    std::optional<std::string> key;  ///< bytes; nothing: null
    std::string type;                ///< CloudEvents type from its headers, else empty
    std::optional<std::string>
        preview;            ///< first `preview_bytes` of the value; nothing: null or not captured
    std::int64_t size = 0;  ///< of the whole value, −1 when it is null
    bool recorded = true;   ///< false: calls name it, but no record of it is known
};
/// The whole event, for the inspector.
struct EventDetail {
    EventRow row;
    std::optional<std::string> value;  ///< bytes as captured
    bool captured = true, truncated = false;
    std::vector<std::pair<std::string, std::optional<std::string>>> headers;  ///< bytes
};
/// One delivery of one event.
struct DeliveryRow {
    EventId event;
    InvocationId invocation;
    FunctionId function;
    InstanceId instance;
    int attempt = 1, epoch = 0;
    bool cold = false;
    bool observed = false;  ///< as in InvocationRow
    TimeNs start = 0;
    std::optional<TimeNs> end;
    std::optional<facts::Outcome> outcome;  ///< of this event
    std::string error;
};
/// Consecutive events of one invocation that share an outcome.
struct DeliveryRunRow {
    InvocationId invocation;
    EventId first_event, last_event;
    std::optional<facts::Outcome> outcome;  ///< of these events; absent: in flight
};
struct OutputRow {
    InvocationId invocation;
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
};
/// A record that a call produced.
struct OutputPlaceRow {
    std::int64_t id = 0;
    InvocationId invocation;
    TopicId topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    TimeNs at = 0;
};
/// Events that a function passed over.
struct SkipRow {
    FunctionId function;
    TriggerId trigger;
    std::int64_t first_offset = 0, last_offset = 0;
    facts::SkipReason reason = facts::SkipReason::Discarded;
    TimeNs at = 0;
};
/// Deliveries from a topic to a function, by outcome.
struct DeliveryCountRow {
    FunctionId function;
    TopicId topic;
    std::optional<facts::Outcome> outcome;  ///< of the events; absent: in flight
    std::int64_t calls = 0, deliveries = 0;
};
struct SkipCountRow {
    FunctionId function;
    TopicId topic;
    facts::SkipReason reason = facts::SkipReason::Discarded;
    std::int64_t events = 0;
};
/// Outputs of one function in one topic, counted.
struct OutputCountRow {
    FunctionId function;
    TopicId topic;
    std::int64_t outputs = 0;
};
/// The calls of a function whose first event is of a topic, in numbers, and what they are billed for.
struct CallTotalsRow {
    FunctionId function;
    TopicId topic;                ///< none: the first event is not known
    std::int64_t events = 0;      ///< in the calls, each time
    std::int64_t failed = 0;      ///< of them in calls that neither succeeded nor succeeded in part
    std::int64_t delivered = 0;   ///< of them those that succeeded
    std::int64_t requests = 0;    ///< calls, without the throttled ones
    std::int64_t unfinished = 0;  ///< of them without an end
    std::int64_t throttled = 0;
    std::int64_t cold = 0;  ///< of the requests
    DurationNs billed = 0;  ///< of the requests with start and end, each rounded
};
struct LogRow {
    std::int64_t id = 0;
    TimeNs at = 0;
    InstanceId instance;
    InvocationId invocation;
    std::string stream, text;
};

/// What was left out to keep the session within its limits, or when it was compacted.
struct PrunedRow {
    std::string reason;  ///< size, age, compact
    std::int64_t events = 0, invocations = 0;
    EventId first_event;            ///< events below are gone
    InvocationId first_invocation;  ///< calls below are gone
    TimeNs before = 0;              ///< what is gone happened before
    TimeNs at = 0;                  ///< when it was last done
};

/// Reads a session file, finished or still being written by another process or thread. Never changes a byte
/// of it. Every call may fail with FileCorrupt when the file is damaged.
///
/// Threads: one thread at a time; interrupt() from any.
class SessionReader {
  public:
    /// Opens a session: not SQLite, not a session, damaged, too new and unreadable are told apart.
    static Result<std::unique_ptr<SessionReader>> open(const std::string& path);
    ~SessionReader();
    SessionReader(const SessionReader&) = delete;
    SessionReader& operator=(const SessionReader&) = delete;

    Result<SessionInfo> info();
    Result<SessionExtent> extent();
    Result<std::vector<NoteRow>> notes();
    /// Nothing when the order was not checked.
    Result<std::optional<OrderOverview>> orderOverview();
    Result<std::vector<TopicRow>> topics();
    Result<std::vector<FunctionRow>> functions();
    Result<std::vector<TriggerRow>> triggers();
    Result<std::vector<InstanceRow>> instances();
    /// How many events were passed over, by the reason's word; once for each function that they were for.
    Result<std::vector<std::pair<std::string, std::int64_t>>> skipped();

    /// Up to `limit` events with ids from `first` on, in order.
    Result<std::vector<EventRow>> events(EventId first, std::int64_t limit, std::size_t preview_bytes = 200);
    Result<EventDetail> event(EventId id);
    /// The event at that place, 0 when it was not recorded.
    Result<EventId> findEvent(TopicId topic, std::int32_t partition, std::int64_t offset);

    /// All deliveries of the events first…last, by event, then by start.
    Result<std::vector<DeliveryRow>> deliveries(EventId first, EventId last);
    /// What the invocations that delivered this event produced because of it.
    Result<std::vector<OutputRow>> outputs(EventId cause);

    // Lineage: each finds its rows by an index, whatever the session holds.
    /// What the invocations that delivered this event produced because of it; `limit` at most.
    Result<std::vector<OutputPlaceRow>> outputsOf(EventId cause, std::int64_t limit);
    /// The outputs that stand at this place: one, unless facts came from elsewhere.
    Result<std::vector<OutputPlaceRow>> outputsAt(TopicId topic, std::int32_t partition, std::int64_t offset);
    /// The runs of events that caused an output, at most `limit` runs.
    Result<std::vector<std::pair<EventId, EventId>>> causesOf(std::int64_t output, std::int64_t limit);
    /// The functions that passed over the event at this place.
    Result<std::vector<SkipRow>> skipsAt(TopicId topic, std::int32_t partition, std::int64_t offset);
    /// The headers of an event as they are stored (headers_json.h), empty when it has none.
    Result<std::string> headers(EventId id);
    /// Runs of events among which are all whose headers name this place as a cause; the headers decide.
    Result<std::vector<std::pair<EventId, EventId>>> namedAsCause(const std::string& topic,
                                                                  std::int32_t partition, std::int64_t offset,
                                                                  std::int64_t limit);

    // Lineage of all events together; these read whole tables.
    Result<std::vector<std::pair<TopicId, std::int64_t>>> eventsByTopic();
    Result<std::vector<DeliveryCountRow>> deliveryCounts();
    Result<std::vector<SkipCountRow>> skipCounts();
    /// Topics that headers name as causes, with the topics of the events that name them.
    Result<std::vector<std::pair<std::string, TopicId>>> namedTopics();

    /// One pass over all calls. Their time is rounded up to `round` (> 0), at least `least`. With
    /// `init_billed` the start of an instance is time of its first call, else it is taken off where it lies
    /// in that call.
    Result<std::vector<CallTotalsRow>> callTotals(DurationNs round, DurationNs least, bool init_billed);
    /// Outputs with ids first…last, counted by function and topic.
    Result<std::vector<OutputCountRow>> outputCounts(std::int64_t first, std::int64_t last);
    /// The id of the first output at or after the instant; one more than the last when there is none.
    Result<std::int64_t> firstOutputAt(TimeNs time);

    /// Invocations with ids from `first` on.
    Result<std::vector<InvocationRow>> invocations(InvocationId first, std::int64_t limit);
    /// Those of the given ids: to learn how calls that were in flight have ended.
    Result<std::vector<InvocationRow>> invocationsById(const std::vector<InvocationId>& ids);
    /// The runs of events of the invocations first…last, by invocation, then by position.
    Result<std::vector<DeliveryRunRow>> deliveryRuns(InvocationId first, InvocationId last);
    Result<std::vector<ArrivalRow>> arrivals(std::int64_t first, std::int64_t limit);
    Result<std::vector<LogRow>> logs(InvocationId invocation, std::int64_t limit);
    /// Log lines with ids from `first` on, in the order in which they came.
    Result<std::vector<LogRow>> allLogs(std::int64_t first, std::int64_t limit);

    // Order findings and what they rest on: session_reader_findings.cpp
    /// Up to `limit` findings with ids from `first` on. Findings are only ever added.
    Result<std::vector<FindingRow>> findings(std::int64_t first, std::int64_t limit);
    /// Nothing when the session's order was not checked.
    Result<std::optional<OrderSummaryRow>> orderSummary();
    /// Where the offsets first…last of a partition stand among the events, by offset.
    Result<std::vector<EventStretchRow>> eventStretches(TopicId topic, std::int32_t partition,
                                                        std::int64_t first, std::int64_t last);
    /// The outputs at the offsets first…last of a partition, by offset; a row for each run of causes.
    Result<std::vector<OutputCauseRow>> outputCauses(TopicId topic, std::int32_t partition,
                                                     std::int64_t first, std::int64_t last);
    /// What became of a partition between two instants.
    Result<std::vector<AssignmentRow>> assignments(TopicId topic, std::int32_t partition, TimeNs from,
                                                   TimeNs to);
    /// Broken units by kind and severity; those without any are left out.
    Result<std::vector<FindingCountRow>> findingCounts();
    /// The same, of those that a filter lets through.
    Result<std::vector<FindingRow>> findings(const FindingFilter& filter, std::int64_t first,
                                             std::int64_t limit);
    /// Whether any invocation has a number of its own, as imported ones may.
    Result<bool> hasInvocationNumbers();
    /// What the facts call an invocation: its number, else its id.
    Result<std::int64_t> invocationNumber(InvocationId id);

    /// Figures over from…to without a look at the rows: buckets at least `finest` wide (kRollupWidths), in
    /// order of time, that do not overlap. Where little happened they are wider; where nothing happened there
    /// are none, and what is measured (waiting) stays as in the one before. An instance has none. While
    /// recording, they are at most a second behind; finest 0 is the finest there is.
    Result<std::vector<RollupRow>> rollups(const RollupKey& key, DurationNs finest, TimeNs from, TimeNs to);
    /// Figures of the whole session, of each function, partition and instance. Pruned events are in them.
    /// After a crash they may lack the last second.
    Result<std::vector<RollupTotal>> rollupTotals();
    /// Counts all rows again and hands the figures to the sink (rollup_book.h): slow, and right even where
    /// figures were not kept. Pruned events are not in them. Memory: as RollupBook, and a page of each table.
    Status recount(RollupSink& sink);
    /// Instances that were called, by id.
    Result<std::vector<ColdStart>> coldStarts();
    /// Empty when all that was recorded is there.
    Result<std::vector<PrunedRow>> pruned();

    /// Makes a running call return with Cancelled soon. Any thread.
    void interrupt();

    /// The file below, for queries that core puts together itself. The same thread contract; not while a call
    /// of this reader runs.
    [[nodiscard]] SessionFile& file() noexcept;

  private:
    /// False: an early session of this version, without the table.
    Result<bool> hasHeaderCauses();

    struct Impl;
    explicit SessionReader(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace weir::journal
