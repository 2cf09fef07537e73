// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/text/facts_export.h"

#include "journal/bytes_json.h"
#include "journal/headers_json.h"
#include "journal/record_place.h"
#include "journal/session_file.h"
#include "journal/session_rows.h"
#include "journal/text/fact_line.h"
#include "journal/text/fact_order.h"

#include <queue>

#include <algorithm>
#include <functional>
#include <ostream>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace weir::journal {
namespace {

#define WEIR_RECORD_COLUMNS                                                                                 \
    "received_ns, topic_id, partition, offset, timestamp_ns, timestamp_type, key, size, capture, headers, " \
    "value"

constexpr std::size_t kBufferBytes = 256 * 1024;
constexpr std::int64_t kSane = std::int64_t{1} << 62;  // ids below it add up without overflow

struct Line {
    TimeNs at = 0;
    FactRank rank = FactRank::Note;
    RecordPlace place;       ///< of a record, where some came late: at one instant they go by offset
    std::int64_t order = 0;  ///< among those of one instant and rank
    std::string text;

    [[nodiscard]] auto key() const { return std::tie(at, rank, place, order); }
    [[nodiscard]] auto due() const { return std::tie(at, rank); }
};
struct Later {
    bool operator()(const Line& a, const Line& b) const { return a.key() > b.key(); }
};

using Names = std::unordered_map<std::int64_t, std::string>;

/// One run of consecutive events as stored, with the place of its first event.
struct StoredRun {
    NamedRun named;
    std::int64_t first_event = 0, last_event = 0;
    bool failed = false;
};

class Exporter {
  public:
    Exporter(SessionFile& file, std::ostream& sink, ExportOptions options)
        : file_(file), sink_(sink), options_(options) {}

    Status run();

  private:
    /// A table in the order of its facts, one line read ahead.
    struct Table {
        FactRank rank;  ///< of the lines that its rows give at their instant
        const char* sql;
        std::function<void(RowReader&)> read;  ///< pushes the row's lines
        sqlite::Statement* statement = nullptr;
        TimeNs next_at = 0;  ///< of the row that the statement stands on
        bool done = false;

        [[nodiscard]] auto next() const { return std::tie(next_at, rank); }
    };

    [[nodiscard]] FactLine fact(std::string_view name) const { return {name, options_.times}; }
    /// A line that is due now goes out, any other waits for its turn.
    void push(TimeNs at, FactRank rank, std::string text) {
        if (reading_ != nullptr && at == reading_->next_at && rank == reading_->rank) {
            buffer_ += text;
        } else {
            pending_.push({at, rank, {}, order_++, std::move(text)});
        }
    }
    /// Whether all lines of that instant and rank must be there before the first of them goes out.
    [[nodiscard]] bool waitsForAll(FactRank rank) const { return rank == FactRank::Record && late_records_; }

    Status loadNames();
    Status loadNames(const char* sql, Names& names);
    Status lookForLateRecords();
    [[nodiscard]] std::string_view name(Names& names, std::int64_t id);
    std::string_view topic(std::int64_t id) { return name(topics_, id); }
    Status runsOf(const char* sql, std::int64_t id, std::vector<StoredRun>& runs);
    std::vector<NamedRun> joined(const std::vector<StoredRun>& runs, bool only_failed = false) const;

    Status session();
    Status merge();
    Status advance(Table& table);
    Status readRow(Table& table);
    Status write();
    std::vector<Table> tables();

    void topicRow(RowReader& row);
    void functionRow(RowReader& row);
    void triggerRow(RowReader& row);
    void assignmentRow(RowReader& row);
    void eventRow(RowReader& row);
    void holeRow(RowReader& row);
    void skipRow(RowReader& row);
    void batchRow(RowReader& row);
    void instanceRow(RowReader& row);
    void invocationRow(RowReader& row);
    void outputRow(RowReader& row);
    void commitRow(RowReader& row);
    void decisionRow(RowReader& row);
    void logRow(RowReader& row);
    void noteRow(RowReader& row);

    SessionFile& file_;
    std::ostream& sink_;
    const ExportOptions options_;
    Names topics_, functions_, triggers_, instances_;
    std::priority_queue<Line, std::vector<Line>, Later> pending_;
    std::int64_t order_ = 0;
    const Table* reading_ = nullptr;  ///< whose row is read
    bool late_records_ = false;       ///< some events were named before their records
    std::string buffer_;
    Status nested_;  ///< of a query made while a row was read
};

Status Exporter::run() {
    if (Status s = loadNames(); !s) return s;
    if (Status s = lookForLateRecords(); !s) return s;
    if (Status s = session(); !s) return s;
    if (Status s = merge(); !s) return s;
    if (Status s = write(); !s) return s;
    sink_.flush();
    return sink_ ? Status{} : write();
}

Status Exporter::loadNames(const char* sql, Names& names) {
    return forEachRow(file_, sql, [&](RowReader& row) {
        const std::int64_t id = row.integer();
        names[id] = row.text();
    });
}

Status Exporter::loadNames() {
    if (Status s = loadNames("SELECT id, name FROM topic", topics_); !s) return s;
    if (Status s = loadNames("SELECT id, name FROM function", functions_); !s) return s;
    if (Status s = loadNames("SELECT id, name FROM trigger", triggers_); !s) return s;
    return loadNames("SELECT id, name FROM instance", instances_);
}

Status Exporter::lookForLateRecords() {
    return forEachRow(file_, "SELECT 1 FROM late_record LIMIT 1", [&](RowReader&) { late_records_ = true; });
}

/// The name of an id; one that nothing declared gets its number. Empty for "none".
std::string_view Exporter::name(Names& names, std::int64_t id) {
    if (id == 0) return {};
    const auto [at, unknown] = names.try_emplace(id);
    if (unknown) at->second = "#" + std::to_string(id);
    return at->second;
}

Status Exporter::runsOf(const char* sql, std::int64_t id, std::vector<StoredRun>& runs) {
    return forEachRow(
        file_, sql,
        [&](RowReader& row) {
            StoredRun run;
            run.first_event = row.integer();
            run.last_event = row.integer();
            row.require(run.first_event >= 0 && run.last_event >= run.first_event && run.last_event < kSane);
            run.failed = row.maybeWord(facts::Outcome::Abandoned).value_or(facts::Outcome::Success) !=
                         facts::Outcome::Success;
            const auto topic_id = row.maybeInteger();
            if (!topic_id || row.bad()) return;  // pruned, or never recorded
            run.named.topic = topic(*topic_id);
            run.named.partition = row.int32();
            run.named.first = row.integer();
            const std::int64_t more = run.last_event - run.first_event;
            row.require(run.named.first >= 0 &&
                        !__builtin_add_overflow(run.named.first, more, &run.named.last));
            if (row.bad()) return;
            runs.push_back(run);
        },
        id);
}

/// Runs that continue each other as one, also where records of other partitions came in between.
std::vector<NamedRun> Exporter::joined(const std::vector<StoredRun>& runs, bool only_failed) const {
    std::vector<NamedRun> result;
    for (const StoredRun& run : runs) {
        if (only_failed && !run.failed) continue;
        const bool goes_on = !result.empty() && result.back().topic == run.named.topic &&
                             result.back().partition == run.named.partition &&
                             result.back().last == run.named.first - 1;
        if (goes_on) {
            result.back().last = run.named.last;
        } else {
            result.push_back(run.named);
        }
    }
    return result;
}

Status Exporter::session() {
    return forEachRow(file_, "SELECT name, mode, started_ns FROM session", [&](RowReader& row) {
        FactLine line = fact("session");
        line.integer("version", 1).text("name", row.text());
        line.text("mode", word(row.word(facts::Mode::Import)));
        const TimeNs at = row.time();
        push(at, FactRank::Session, line.end(at));
    });
}

std::vector<Exporter::Table> Exporter::tables() {
    const auto table = [this](FactRank rank, const char* sql, void (Exporter::*row)(RowReader&)) {
        return Table{rank, sql, [this, row](RowReader& r) { (this->*row)(r); }};
    };
    // The first column of each is the instant. Ids rise with time, so that no table needs sorting.
    return {
        table(FactRank::Topic,
              "SELECT at_ns, id, partitions, source FROM topic WHERE at_ns NOTNULL ORDER BY at_ns, id",
              &Exporter::topicRow),
        table(
            FactRank::Function,
            "SELECT at_ns, id, target, observe, answers FROM function WHERE at_ns NOTNULL ORDER BY at_ns, id",
            &Exporter::functionRow),
        table(FactRank::Trigger,
              "SELECT at_ns, id, function_id, ordered_by, group_name FROM trigger WHERE at_ns NOTNULL ORDER "
              "BY at_ns, id",
              &Exporter::triggerRow),
        table(
            FactRank::Assignment,
            "SELECT at_ns, topic_id, partition, state, epoch, offset, group_name FROM assignment ORDER BY id",
            &Exporter::assignmentRow),
        table(FactRank::Record,
              "SELECT " WEIR_RECORD_COLUMNS " FROM event WHERE capture IS NOT 'unrecorded' "
              "AND id NOT IN (SELECT event_id FROM late_record) ORDER BY id",
              &Exporter::eventRow),
        table(FactRank::Record,
              "SELECT " WEIR_RECORD_COLUMNS
              " FROM event WHERE id IN (SELECT event_id FROM late_record) ORDER BY received_ns, id",
              &Exporter::eventRow),
        table(FactRank::Hole,
              "SELECT at_ns, topic_id, partition, first_offset, last_offset, reason FROM hole ORDER BY id",
              &Exporter::holeRow),
        table(FactRank::Skip,
              "SELECT at_ns, function_id, trigger_id, topic_id, partition, first_offset, last_offset, reason "
              "FROM skip ORDER BY id",
              &Exporter::skipRow),
        table(FactRank::Batch,
              "SELECT at_ns, id, coalesce(number, id), trigger_id, closed_by FROM batch "
              "WHERE at_ns NOTNULL ORDER BY id",
              &Exporter::batchRow),
        // Of an instance that others named first, what came first may be any of the three.
        table(
            FactRank::Instance,
            "SELECT min(coalesce(started_ns, ready_ns, ended_ns), coalesce(ready_ns, ended_ns, started_ns), "
            "coalesce(ended_ns, started_ns, ready_ns)) AS at_ns, id, function_id, started_ns, "
            "ready_ns, ended_ns, end_reason FROM instance WHERE at_ns NOTNULL ORDER BY at_ns, id",
            &Exporter::instanceRow),
        table(FactRank::Start,
              "SELECT coalesce(i.start_ns, i.end_ns), i.id, coalesce(i.number, i.id), i.start_ns IS NULL, "
              "i.function_id, i.trigger_id, i.instance_id, "
              "(SELECT coalesce(b.number, b.id) FROM batch AS b WHERE b.id = i.batch_id), i.attempt, i.cold, "
              "i.epoch, (SELECT coalesce(o.number, o.id) FROM invocation AS o WHERE o.id = i.split_of), "
              "i.end_ns, i.outcome, i.error FROM invocation AS i ORDER BY i.id",
              &Exporter::invocationRow),
        table(FactRank::Output,
              "SELECT o.at_ns, o.id, coalesce(i.number, o.invocation_id), o.topic_id, o.partition, o.offset "
              "FROM output AS o LEFT JOIN invocation AS i ON i.id = o.invocation_id ORDER BY o.id",
              &Exporter::outputRow),
        table(FactRank::Commit,
              "SELECT at_ns, topic_id, partition, offset, group_name FROM offset_commit ORDER BY id",
              &Exporter::commitRow),
        table(FactRank::Decision, "SELECT at_ns, kind, trigger_id, reason FROM decision ORDER BY id",
              &Exporter::decisionRow),
        table(FactRank::Log,
              "SELECT l.at_ns, l.instance_id, coalesce(i.number, l.invocation_id), l.stream, l.text "
              "FROM log AS l LEFT JOIN invocation AS i ON i.id = l.invocation_id ORDER BY l.id",
              &Exporter::logRow),
        table(FactRank::Note, "SELECT at_ns, text FROM note ORDER BY at_ns, id", &Exporter::noteRow),
    };
}

Status Exporter::advance(Table& table) {
    const int rc = table.statement->step();
    if (rc == SQLITE_DONE) {
        table.done = true;
        return {};
    }
    if (rc != SQLITE_ROW) return tl::unexpected(file_.error(rc));
    RowReader row(table.statement->get());
    table.next_at = row.time();
    if (row.bad()) return tl::unexpected(file_.damaged("a time is not a number"));
    return {};
}

Status Exporter::readRow(Table& table) {
    RowReader row(table.statement->get());
    reading_ = &table;
    table.read(row);
    reading_ = nullptr;
    if (!nested_) return nested_;
    if (row.bad()) return tl::unexpected(file_.damaged("a value is not of its type"));
    return advance(table);
}

/// Reads the row that comes next, by time and rank, from whichever table has it. What a row says of a later
/// instant or rank waits in pending_.
Status Exporter::merge() {
    std::vector<Table> all = tables();
    for (Table& table : all) {
        table.statement = file_.statement(table.sql);
        if (table.statement == nullptr) return tl::unexpected(file_.error(file_.lastCode()));
        if (Status s = advance(table); !s) return s;
    }
    for (;;) {
        Table* next = nullptr;
        for (Table& table : all) {
            if (!table.done && (next == nullptr || table.next() < next->next())) next = &table;
        }
        const auto isDue = [&](const Line& line) {
            return next == nullptr || line.due() < next->next() ||
                   (line.due() == next->next() && !waitsForAll(line.rank));
        };
        while (!pending_.empty() && isDue(pending_.top())) {
            buffer_ += pending_.top().text;
            pending_.pop();
            if (Status s = buffer_.size() < kBufferBytes ? Status{} : write(); !s) return s;
        }
        if (next == nullptr) return {};
        if (Status s = readRow(*next); !s) return s;
        if (Status s = buffer_.size() < kBufferBytes ? Status{} : write(); !s) return s;
    }
}

Status Exporter::write() {
    sink_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    buffer_.clear();
    if (!sink_)
        return fail(ErrorCode::FileNotWritable, "Writing the facts failed", "Is there room on the disk?");
    return {};
}

void Exporter::topicRow(RowReader& row) {
    const TimeNs at = row.time();
    FactLine line = fact("topic");
    line.text("topic", topic(row.integer()));
    line.integer("partitions", row.integer());
    line.text("source", word(row.word(facts::SourceKind::Range)));
    push(at, FactRank::Topic, line.end(at));
}

void Exporter::functionRow(RowReader& row) {
    const TimeNs at = row.time();
    FactLine line = fact("function");
    line.text("function", name(functions_, row.integer()));
    line.textIf("target", row.text());
    line.trueIf("observe", row.flag());
    if (row.text() == "each") line.text("answers", "each");
    push(at, FactRank::Function, line.end(at));
}

void Exporter::triggerRow(RowReader& row) {
    const TimeNs at = row.time();
    const std::int64_t id = row.integer();
    std::vector<std::string_view> topics;
    nested_ = forEachRow(
        file_, "SELECT topic_id FROM trigger_topic WHERE trigger_id = ?1 ORDER BY position",
        [&](RowReader& r) { topics.push_back(topic(r.integer())); }, id);
    FactLine line = fact("trigger");
    line.textIf("trigger", name(triggers_, id)).text("function", name(functions_, row.integer()));
    line.texts("topics", topics);
    line.text("order", row.text());
    line.textIf("group", row.text());
    push(at, FactRank::Trigger, line.end(at));
}

void Exporter::assignmentRow(RowReader& row) {
    const TimeNs at = row.time();
    FactLine line = fact("assignment");
    line.text("topic", topic(row.integer()));
    line.integer("partition", row.integer());
    line.text("state", word(row.word(facts::AssignmentState::Lost)));
    line.integer("epoch", row.integer());
    line.integerIf("offset", row.maybeInteger());
    line.textIf("group", row.text());
    push(at, FactRank::Assignment, line.end(at));
}

void Exporter::eventRow(RowReader& row) {
    const TimeNs at = row.time();
    RecordPlace place{row.id<TopicId>(), row.int32(), 0};
    place.offset = row.integer();
    FactLine line = fact("record");
    line.text("topic", topic(place.topic.value));
    line.integer("partition", place.partition);
    line.integer("offset", place.offset);
    if (const auto timestamp = row.maybeInteger()) line.time("timestamp", *timestamp);
    const auto type = row.maybeInteger();
    if (type == 1) line.text("timestamp_type", facts::word(TimestampType::Create));
    if (type == 2) line.text("timestamp_type", facts::word(TimestampType::LogAppend));
    const std::string_view key = row.view();
    line.bytes("key", {key.data(), key.size()});
    const auto size = row.maybeInteger();
    const std::string capture = row.textOrEmpty();
    const std::string headers = row.textOrEmpty();
    const std::string_view value = row.view();
    if (capture != "none") line.bytes("value", {value.data(), value.size()});
    line.trueIf("truncated", capture == "prefix");
    if (!capture.empty()) line.integerIf("size", size);
    if (!headers.empty()) {
        // Read and written again: a line must be JSON whatever the file holds.
        const StoredHeaders stored = parseHeaders(headers);
        std::vector<Header> list;
        for (const auto& [n, v] : stored) list.push_back({n, v ? Bytes{v->data(), v->size()} : Bytes{}});
        std::string json;
        appendHeadersJson(json, list);
        line.json("headers", json);
    }
    if (waitsForAll(FactRank::Record)) {
        pending_.push({at, FactRank::Record, place, order_++, line.end(at)});
    } else {
        push(at, FactRank::Record, line.end(at));
    }
}

void Exporter::holeRow(RowReader& row) {
    const TimeNs at = row.time();
    FactLine line = fact("hole");
    line.text("topic", topic(row.integer()));
    line.integer("partition", row.integer());
    line.integer("first", row.integer());
    line.integer("last", row.integer());
    line.text("reason", word(row.word(facts::HoleReason::Retention)));
    push(at, FactRank::Hole, line.end(at));
}

void Exporter::skipRow(RowReader& row) {
    const TimeNs at = row.time();
    const std::string_view function = name(functions_, row.integer());
    const std::string_view trigger = name(triggers_, row.maybeInteger().value_or(0));
    NamedRun run{topic(row.integer()), row.int32(), row.integer(), row.integer()};
    const char* reason = word(row.word(facts::SkipReason::Discarded));
    constexpr std::int64_t kMost = 1'000'000;  // more in one row is damage, not a skip
    if (row.bad() || run.first < 0 || run.last < run.first || run.last - run.first > kMost) {
        nested_ = tl::unexpected(file_.damaged("a skip names impossible offsets"));
        return;
    }
    for (std::int64_t i = 0; i <= run.last - run.first; ++i) {
        const std::int64_t offset = run.first + i;
        FactLine line = fact("skip");
        line.text("function", function).textIf("trigger", trigger);
        line.event("event", {run.topic, run.partition, offset, offset});
        push(at, FactRank::Skip, line.text("reason", reason).end(at));
    }
}

void Exporter::batchRow(RowReader& row) {
    const TimeNs at = row.time();
    const std::int64_t id = row.integer();
    std::vector<StoredRun> runs;
    nested_ = runsOf(
        "SELECT r.first_event_id, r.last_event_id, NULL, e.topic_id, e.partition, e.offset FROM batch_run AS "
        "r "
        "LEFT JOIN event AS e ON e.id = r.first_event_id WHERE r.batch_id = ?1 ORDER BY r.position",
        id, runs);
    FactLine line = fact("batch");
    line.integer("batch", row.integer()).text("trigger", name(triggers_, row.maybeInteger().value_or(0)));
    line.runs("events", joined(runs)).text("closed_by", word(row.word(facts::ClosedBy::Revoke)));
    push(at, FactRank::Batch, line.end(at));
}

void Exporter::instanceRow(RowReader& row) {
    (void)row.time();  // the first of those that follow
    const std::string_view instance = name(instances_, row.integer());
    const std::string_view function = name(functions_, row.integer());
    if (const auto started = row.maybeTime()) {
        FactLine line = fact("instance");
        line.text("instance", instance).text("function", function);
        push(*started, FactRank::Instance, line.end(*started));
    }
    if (const auto ready = row.maybeTime()) {
        push(*ready, FactRank::InstanceReady, fact("instance-ready").text("instance", instance).end(*ready));
    }
    if (const auto ended = row.maybeTime()) {
        FactLine end = fact("instance-end");
        end.text("instance", instance).text("reason", word(row.word(facts::InstanceEndReason::Stopped)));
        push(*ended, FactRank::InstanceEnd, end.end(*ended));
    }
}

void Exporter::invocationRow(RowReader& row) {
    const TimeNs at = row.time();
    const std::int64_t id = row.integer();
    std::vector<StoredRun> runs;
    nested_ = runsOf(
        "SELECT r.first_event_id, r.last_event_id, r.outcome, e.topic_id, e.partition, e.offset "
        "FROM delivery_run AS r LEFT JOIN event AS e ON e.id = r.first_event_id "
        "WHERE r.invocation_id = ?1 ORDER BY r.position",
        id, runs);
    const std::int64_t number = row.integer();
    const bool observed = row.flag();
    FactLine line = fact(observed ? "observed" : "start");
    line.integer("invocation", number).text("function", name(functions_, row.integer()));
    if (observed) {
        push(at, FactRank::Observed, line.runs("events", joined(runs)).end(at));
        return;
    }
    line.textIf("trigger", name(triggers_, row.maybeInteger().value_or(0)));
    line.textIf("instance", name(instances_, row.maybeInteger().value_or(0)));
    line.integerIf("batch", row.maybeInteger());
    line.integer("attempt", row.integer());
    line.trueIf("cold", row.flag());
    line.integerIf("epoch", row.maybeInteger());
    line.integerIf("split_of", row.maybeInteger());
    push(at, FactRank::Start, line.runs("events", joined(runs)).end(at));

    const auto ended = row.maybeTime();
    if (!ended) return;
    const auto outcome = row.word(facts::Outcome::Abandoned);
    FactLine end = fact("end");
    end.integer("invocation", number).text("outcome", word(outcome));
    if (outcome == facts::Outcome::Partial) end.runs("failed", joined(runs, true));
    end.textIf("error", row.textOrEmpty());
    push(*ended, *ended == at ? FactRank::EndOfNoTime : FactRank::End, end.end(*ended));
}

void Exporter::outputRow(RowReader& row) {
    const TimeNs at = row.time();
    const std::int64_t id = row.integer();
    std::vector<StoredRun> causes;
    nested_ = runsOf(
        "SELECT c.first_cause_id, c.last_cause_id, NULL, e.topic_id, e.partition, e.offset FROM "
        "(SELECT -1 AS position, first_cause_id, last_cause_id FROM output WHERE id = ?1 AND first_cause_id "
        "NOTNULL "
        "UNION ALL SELECT position, first_cause_id, last_cause_id FROM output_more WHERE output_id = ?1) AS "
        "c "
        "LEFT JOIN event AS e ON e.id = c.first_cause_id ORDER BY c.position",
        id, causes);
    FactLine line = fact("output");
    line.integer("invocation", row.integer());
    NamedRun place{topic(row.integer()), row.int32(), row.integer(), 0};
    place.last = place.first;
    line.event("event", place).runs("caused_by", joined(causes));
    push(at, FactRank::Output, line.end(at));
}

void Exporter::commitRow(RowReader& row) {
    const TimeNs at = row.time();
    FactLine line = fact("commit");
    line.text("topic", topic(row.integer()));
    line.integer("partition", row.integer());
    line.integer("offset", row.integer());
    line.textIf("group", row.text());
    push(at, FactRank::Commit, line.end(at));
}

void Exporter::decisionRow(RowReader& row) {
    const TimeNs at = row.time();
    FactLine line = fact("decision");
    line.text("kind", word(row.word(facts::DecisionKind::Config)));
    line.textIf("trigger", name(triggers_, row.maybeInteger().value_or(0)));
    line.text("reason", row.text());
    push(at, FactRank::Decision, line.end(at));
}

void Exporter::logRow(RowReader& row) {
    const TimeNs at = row.time();
    FactLine line = fact("log");
    line.textIf("instance", name(instances_, row.maybeInteger().value_or(0)));
    line.integerIf("invocation", row.maybeInteger());
    line.text("stream", row.text());
    line.text("text", row.text());
    push(at, FactRank::Log, line.end(at));
}

void Exporter::noteRow(RowReader& row) {
    const TimeNs at = row.time();
    push(at, FactRank::Note, fact("note").text("text", row.text()).end(at));
}

}  // namespace

Status exportFacts(const std::string& path, std::ostream& sink, ExportOptions options) {
    auto file = SessionFile::open(path);
    if (!file) return passOn(file);
    auto in_use = (*file)->use();
    if (!in_use) return passOn(in_use);
    // One moment for all tables, also while they grow.
    if (const int rc = sqlite::execute((*file)->handle(), "BEGIN"); rc != SQLITE_OK) {
        return tl::unexpected((*file)->error(rc));
    }
    return Exporter(**file, sink, options).run();
}

}  // namespace weir::journal
