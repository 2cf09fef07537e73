// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/session_reader.h"

#include "journal/headers_json.h"
#include "journal/schema.h"
#include "journal/session_reader_impl.h"
#include "journal/session_rows.h"

#include <algorithm>
#include <filesystem>
#include <limits>

namespace weir::journal {
namespace {

using facts::Outcome;

// Nothing that Weir writes comes near; sums of what passes cannot overflow.
constexpr std::int64_t kSaneCount = std::int64_t{1} << 32;
constexpr std::int64_t kSaneBytes = std::int64_t{1} << 48;

#define WEIR_INVOCATION_COLUMNS                                                                      \
    "id, function_id, trigger_id, instance_id, batch_id, attempt, epoch, cold, split_of, topic_id, " \
    "partition, first_offset, last_offset, event_count, start_ns, end_ns, outcome, error"

#define WEIR_EVENT_COLUMNS                                                                        \
    "id, topic_id, partition, offset, timestamp_ns, received_ns, key, headers, size, capture IS " \
    "'unrecorded', "

InvocationRow invocationRow(RowReader& row) {
    InvocationRow r;
    r.id = row.id<InvocationId>();
    r.function = row.id<FunctionId>();
    r.trigger = row.id<TriggerId>();
    r.instance = row.id<InstanceId>();
    r.batch = row.id<BatchId>();
    r.attempt = row.int32();
    r.epoch = static_cast<int>(row.maybeInteger().value_or(0));
    r.cold = row.flag();
    r.split_of = row.id<InvocationId>();
    r.topic = row.id<TopicId>();
    r.partition = static_cast<std::int32_t>(row.maybeInteger().value_or(0));
    r.first_offset = row.maybeInteger().value_or(0);
    r.last_offset = row.maybeInteger().value_or(0);
    r.events = row.integer();
    const auto start = row.maybeTime();
    r.end = row.maybeTime();
    row.require(start || r.end);
    r.observed = !start;
    r.start = start ? *start : r.end.value_or(0);
    r.outcome = row.maybeWord(Outcome::Abandoned);
    r.error = row.textOrEmpty();
    return r;
}

/// The columns of WEIR_EVENT_COLUMNS; the CloudEvents type is in the headers.
EventRow eventRow(RowReader& row, std::string& headers) {
    EventRow r;
    r.id = row.id<EventId>();
    r.topic = row.id<TopicId>();
    r.partition = row.int32();
    r.offset = row.integer();
    r.timestamp = row.maybeInteger();
    r.received = row.time();
    r.key = row.bytes();
    headers = row.textOrEmpty();
    r.type = cloudEventType(headers);
    r.size = row.maybeInteger().value_or(-1);
    r.recorded = !row.flag();
    return r;
}

OutputRow outputRow(RowReader& row) {
    OutputRow r;
    r.invocation = row.id<InvocationId>();
    r.topic = row.text();
    r.partition = row.int32();
    r.offset = row.integer();
    return r;
}

}  // namespace

SessionReader::SessionReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SessionReader::~SessionReader() = default;

Result<std::unique_ptr<SessionReader>> SessionReader::open(const std::string& path) {
    auto file = SessionFile::open(path);
    if (!file) return passOn(file);
    auto impl = std::make_unique<Impl>();
    impl->file = std::move(*file);
    std::unique_ptr<SessionReader> reader(new SessionReader(std::move(impl)));
    if (auto info = reader->info(); !info) return passOn(info);
    return reader;
}

Result<SessionInfo> SessionReader::info() {
    auto row = firstOf(collectRows(*impl_->file,
                                   "SELECT name, mode, cluster, weir_version, started_ns, ended_ns, capture, "
                                   "capture_bytes, mask, max_bytes, max_age_ns FROM session",
                                   [this](RowReader& row) {
                                       SessionInfo r;
                                       r.name = row.text();
                                       r.mode = row.word(facts::Mode::Import);
                                       r.cluster = row.text();
                                       r.weir_version = row.text();
                                       r.started = row.time();
                                       r.ended = row.maybeTime();
                                       r.schema_version = impl_->file->version();
                                       r.capture = row.text();
                                       r.capture_bytes = row.maybeInteger();
                                       r.mask = row.textOrEmpty();
                                       r.max_bytes = row.maybeInteger();
                                       r.max_age = row.maybeInteger();
                                       return r;
                                   }));
    if (!row) return passOn(row);
    if (!*row) return tl::unexpected(impl_->file->damaged("it does not describe its session"));
    for (const char* suffix : {"", "-wal"}) {
        std::error_code error;
        const auto size = std::filesystem::file_size(impl_->file->path() + suffix, error);
        if (!error) (*row)->file_bytes += static_cast<std::int64_t>(size);
    }
    return std::move(**row);
}

Result<SessionExtent> SessionReader::extent() {
    auto row = firstOf(collectRows(*impl_->file,
                                   "SELECT (SELECT max(id) FROM event), (SELECT max(id) FROM invocation), "
                                   "(SELECT max(id) FROM event_run), "
                                   "(SELECT max(id) FROM log), (SELECT max(id) FROM output), (SELECT max(id) "
                                   "FROM batch), started_ns, last_ns, (SELECT min(id) FROM event), "
                                   "(SELECT min(id) FROM invocation) FROM session",
                                   [](RowReader& row) {
                                       SessionExtent r;
                                       r.events = row.maybeInteger().value_or(0);
                                       r.invocations = row.maybeInteger().value_or(0);
                                       r.arrivals = row.maybeInteger().value_or(0);
                                       r.logs = row.maybeInteger().value_or(0);
                                       r.outputs = row.maybeInteger().value_or(0);
                                       r.batches = row.maybeInteger().value_or(0);
                                       r.first_at = row.time();
                                       r.last_at = row.time();
                                       r.first_event = row.id<EventId>();
                                       r.first_invocation = row.id<InvocationId>();
                                       return r;
                                   }));
    if (!row) return passOn(row);
    return row->value_or(SessionExtent{});
}

Result<std::vector<std::pair<std::string, std::int64_t>>> SessionReader::skipped() {
    return collectRows(
        *impl_->file,
        "SELECT reason, sum(last_offset - first_offset + 1) FROM skip GROUP BY reason ORDER BY reason",
        [](RowReader& row) {
            std::string reason = row.text();
            return std::pair{std::move(reason), row.maybeInteger().value_or(0)};
        });
}

Result<std::vector<TopicRow>> SessionReader::topics() {
    return collectRows(*impl_->file, "SELECT id, name, partitions FROM topic ORDER BY id",
                       [](RowReader& row) {
                           TopicRow r;
                           r.id = row.id<TopicId>();
                           r.name = row.text();
                           r.partitions = row.int32();
                           return r;
                       });
}

Result<std::vector<FunctionRow>> SessionReader::functions() {
    return collectRows(*impl_->file,
                       "SELECT id, name, target, concurrency, memory_mb, timeout_ns, observe, answers = "
                       "'each' FROM function "
                       "ORDER BY id",
                       [](RowReader& row) {
                           FunctionRow r;
                           r.id = row.id<FunctionId>();
                           r.name = row.text();
                           r.target = row.text();
                           r.concurrency = row.int32();
                           r.memory_mb = row.int32();
                           r.timeout = row.integer();
                           r.observed = row.flag();
                           r.answers_each = row.flag();
                           return r;
                       });
}

Result<std::vector<TriggerRow>> SessionReader::triggers() {
    auto rows = collectRows(*impl_->file,
                            "SELECT id, name, function_id, ordered_by, group_name, batch_size, "
                            "batching_window_ns FROM trigger ORDER BY id",
                            [](RowReader& row) {
                                TriggerRow r;
                                r.id = row.id<TriggerId>();
                                r.name = row.text();
                                r.function = row.id<FunctionId>();
                                r.order = row.text();
                                r.group = row.text();
                                r.batch_size = row.int32();
                                r.batching_window = row.integer();
                                return r;
                            });
    if (!rows) return rows;
    auto topics = collectRows(*impl_->file,
                              "SELECT trigger_id, topic_id FROM trigger_topic ORDER BY trigger_id, position",
                              [](RowReader& row) {
                                  const auto trigger = row.id<TriggerId>();
                                  return std::pair{trigger, row.id<TopicId>()};
                              });
    if (!topics) return passOn(topics);
    for (const auto& [trigger, topic] : *topics) {
        const auto owner = std::find_if(rows->begin(), rows->end(),
                                        [id = trigger](const TriggerRow& t) { return t.id == id; });
        if (owner != rows->end()) owner->topics.push_back(topic);
    }
    return rows;
}

Result<std::vector<InstanceRow>> SessionReader::instances() {
    return collectRows(
        *impl_->file,
        "SELECT id, name, function_id, started_ns, ready_ns, ended_ns, end_reason FROM instance "
        "ORDER BY id",
        [](RowReader& row) {
            InstanceRow r;
            r.id = row.id<InstanceId>();
            r.name = row.text();
            r.function = row.id<FunctionId>();
            r.started = row.maybeTime().value_or(0);
            r.ready = row.maybeTime();
            r.ended = row.maybeTime();
            r.end_reason = row.textOrEmpty();
            return r;
        });
}

Result<std::vector<EventRow>> SessionReader::events(EventId first, std::int64_t limit,
                                                    std::size_t preview_bytes) {
    std::string headers;
    return collectRows(
        *impl_->file,
        "SELECT " WEIR_EVENT_COLUMNS
        "coalesce(substr(CAST(value AS BLOB), 1, ?3), substr(value, 1, 0)) FROM event WHERE id >= ?1 ORDER "
        "BY id LIMIT ?2",
        [&](RowReader& row) {
            EventRow r = eventRow(row, headers);
            r.preview = row.bytes();
            return r;
        },
        first.value, limit, preview_bytes);
}

Result<EventDetail> SessionReader::event(EventId id) {
    auto row = firstOf(collectRows(
        *impl_->file, "SELECT " WEIR_EVENT_COLUMNS "capture, value FROM event WHERE id = ?1",
        [](RowReader& row) {
            EventDetail r;
            std::string headers;
            r.row = eventRow(row, headers);
            r.headers = parseHeaders(headers);
            const std::string capture = row.textOrEmpty();
            r.captured = capture != "none" && capture != "unrecorded";
            r.truncated = capture == "prefix";
            r.value = row.bytes();
            if (r.value) r.row.preview = r.value->substr(0, 200);
            return r;
        },
        id.value));
    if (!row) return passOn(row);
    if (!*row) return tl::unexpected(impl_->noEvent(id));
    return std::move(**row);
}

Result<EventId> SessionReader::findEvent(TopicId topic, std::int32_t partition, std::int64_t offset) {
    auto found = firstOf(collectRows(
        *impl_->file,
        "SELECT first_offset, last_offset, first_event_id FROM event_run INDEXED BY event_run_place "
        "WHERE topic_id = ?1 AND partition = ?2 AND first_offset <= ?3 ORDER BY first_offset DESC LIMIT 1",
        [&](RowReader& row) {
            const std::int64_t first = row.integer();
            const std::int64_t last = row.integer();
            const std::int64_t id = row.integer();
            std::int64_t event = 0;
            if (offset > last || __builtin_add_overflow(id, offset - first, &event)) return EventId{};
            return EventId{event};
        },
        topic, partition, offset));
    if (!found) return passOn(found);
    return found->value_or(EventId{});
}

Result<std::vector<DeliveryRow>> SessionReader::deliveries(EventId first, EventId last) {
    struct Run {
        EventId first, last;
        DeliveryRow row;
    };
    const std::int64_t from = std::max<std::int64_t>(first.value, 1);
    auto runs = collectRows(
        *impl_->file,
        "SELECT r.first_event_id, r.last_event_id, i.id, i.function_id, i.instance_id, i.attempt, i.epoch, "
        "i.cold, i.start_ns, i.end_ns, coalesce(r.outcome, i.outcome), i.error FROM delivery_run AS r "
        "INDEXED BY delivery_run_event JOIN invocation AS i ON i.id = r.invocation_id "
        "WHERE r.first_event_id BETWEEN ?1 AND ?2 AND r.last_event_id >= ?3",
        [](RowReader& row) {
            Run r;
            r.first = row.id<EventId>();
            r.last = row.id<EventId>();
            r.row.invocation = row.id<InvocationId>();
            r.row.function = row.id<FunctionId>();
            r.row.instance = row.id<InstanceId>();
            r.row.attempt = row.int32();
            r.row.epoch = static_cast<int>(row.maybeInteger().value_or(0));
            r.row.cold = row.flag();
            const auto start = row.maybeTime();
            r.row.end = row.maybeTime();
            row.require(start || r.row.end);
            r.row.observed = !start;
            r.row.start = start ? *start : r.row.end.value_or(0);
            r.row.outcome = row.maybeWord(Outcome::Abandoned);
            r.row.error = row.textOrEmpty();
            return r;
        },
        from - schema::kLongestRun + 1, last.value, from);
    if (!runs) return passOn(runs);

    std::vector<DeliveryRow> rows;
    for (const Run& run : *runs) {
        const std::int64_t end =
            std::min({last.value, run.last.value, run.first.value + schema::kLongestRun - 1});
        for (std::int64_t id = std::max(from, run.first.value); id <= end; ++id) {
            rows.push_back(run.row);
            rows.back().event = EventId{id};
        }
    }
    std::sort(rows.begin(), rows.end(), [](const DeliveryRow& a, const DeliveryRow& b) {
        return std::tie(a.event, a.start, a.invocation) < std::tie(b.event, b.start, b.invocation);
    });
    return rows;
}

Result<std::vector<OutputRow>> SessionReader::outputs(EventId cause) {
    return collectRows(
        *impl_->file,
        "SELECT o.invocation_id, coalesce(t.name, ''), o.partition, o.offset "
        "FROM delivery_run AS r INDEXED BY delivery_run_event "
        "JOIN output AS o INDEXED BY output_invocation ON o.invocation_id = r.invocation_id "
        "LEFT JOIN topic AS t ON t.id = o.topic_id "
        "WHERE r.first_event_id BETWEEN ?1 - ?2 AND ?1 AND r.last_event_id >= ?1 AND "
        "(?1 BETWEEN o.first_cause_id AND o.last_cause_id OR EXISTS (SELECT 1 FROM output_more AS m "
        "WHERE m.output_id = o.id AND ?1 BETWEEN m.first_cause_id AND m.last_cause_id)) ORDER BY o.id",
        outputRow, cause.value, schema::kLongestRun - 1);
}

Result<std::vector<InvocationRow>> SessionReader::invocations(InvocationId first, std::int64_t limit) {
    return collectRows(*impl_->file,
                       "SELECT " WEIR_INVOCATION_COLUMNS
                       " FROM invocation WHERE id >= ?1 ORDER BY id LIMIT ?2",
                       invocationRow, first.value, limit);
}

Result<std::vector<InvocationRow>> SessionReader::invocationsById(const std::vector<InvocationId>& ids) {
    std::vector<InvocationRow> rows;
    rows.reserve(ids.size());
    for (const InvocationId id : ids) {
        auto found =
            collectRows(*impl_->file, "SELECT " WEIR_INVOCATION_COLUMNS " FROM invocation WHERE id = ?1",
                        invocationRow, id.value);
        if (!found) return found;
        rows.insert(rows.end(), std::make_move_iterator(found->begin()),
                    std::make_move_iterator(found->end()));
    }
    return rows;
}

Result<std::vector<DeliveryRunRow>> SessionReader::deliveryRuns(InvocationId first, InvocationId last) {
    return collectRows(
        *impl_->file,
        "SELECT r.invocation_id, r.first_event_id, r.last_event_id, coalesce(r.outcome, i.outcome) "
        "FROM delivery_run AS r JOIN invocation AS i ON i.id = r.invocation_id "
        "WHERE r.invocation_id BETWEEN ?1 AND ?2 ORDER BY r.invocation_id, r.position",
        [](RowReader& row) {
            DeliveryRunRow r;
            r.invocation = row.id<InvocationId>();
            r.first_event = row.id<EventId>();
            r.last_event = row.id<EventId>();
            r.outcome = row.maybeWord(Outcome::Abandoned);
            row.require(r.first_event.value >= 0 && r.last_event >= r.first_event);
            row.require(r.last_event.value - r.first_event.value < schema::kLongestRun);
            return r;
        },
        first.value, last.value);
}

Result<std::vector<ArrivalRow>> SessionReader::arrivals(std::int64_t first, std::int64_t limit) {
    return collectRows(
        *impl_->file,
        "SELECT id, topic_id, partition, first_offset, last_offset, first_event_id, value_bytes, received_ns "
        "FROM event_run WHERE id >= ?1 AND value_bytes NOTNULL ORDER BY id LIMIT ?2",
        [](RowReader& row) {
            ArrivalRow r;
            r.id = row.integer();
            r.topic = row.id<TopicId>();
            r.partition = row.int32();
            r.first_offset = row.integer();
            r.last_offset = row.integer();
            r.first_event = row.id<EventId>();
            r.value_bytes = row.integer();
            r.received = row.time();
            row.require(r.first_offset >= 0 && r.last_offset >= r.first_offset && r.first_event.value > 0);
            row.require(r.last_offset - r.first_offset < kSaneCount && r.value_bytes >= 0);
            row.require(r.value_bytes < kSaneBytes);
            return r;
        },
        first, limit);
}

namespace {
LogRow logRow(RowReader& row) {
    LogRow r;
    r.id = row.integer();
    r.at = row.time();
    r.instance = row.id<InstanceId>();
    r.invocation = row.id<InvocationId>();
    r.stream = row.text();
    r.text = row.text();
    return r;
}
}  // namespace

Result<std::vector<LogRow>> SessionReader::logs(InvocationId invocation, std::int64_t limit) {
    return collectRows(*impl_->file,
                       "SELECT id, at_ns, instance_id, invocation_id, stream, text FROM log "
                       "WHERE invocation_id = ?1 ORDER BY id LIMIT ?2",
                       logRow, invocation.value, limit);
}

Result<std::vector<LogRow>> SessionReader::allLogs(std::int64_t first, std::int64_t limit) {
    return collectRows(*impl_->file,
                       "SELECT id, at_ns, instance_id, invocation_id, stream, text FROM log "
                       "WHERE id >= ?1 ORDER BY id LIMIT ?2",
                       logRow, first, limit);
}

Result<std::int64_t> SessionReader::firstOutputAt(TimeNs time) {
    // Ids grow with time, so the place is found by halving.
    auto all = extent();
    if (!all) return passOn(all);
    std::int64_t low = 1;
    std::int64_t high = all->outputs + 1;
    while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        auto at = firstOf(collectRows(
            *impl_->file, "SELECT at_ns FROM output WHERE id >= ?1 ORDER BY id LIMIT 1",
            [](RowReader& row) { return row.time(); }, middle));
        if (!at) return passOn(at);
        if (*at && **at < time) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

SessionFile& SessionReader::file() noexcept {
    return *impl_->file;
}

void SessionReader::interrupt() {
    impl_->file->interrupt();
}

}  // namespace weir::journal
