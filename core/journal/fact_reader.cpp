// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/fact_reader.h"

#include "journal/record_place.h"
#include "journal/schema.h"
#include "journal/session_file.h"
#include "journal/session_rows.h"

#include <queue>

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

namespace weir::journal {
namespace {

constexpr std::int64_t kSane = std::int64_t{1} << 62;  // offsets and ids below it add up without overflow
constexpr std::uint32_t kMostRecords = 1'000;          // of one fact

/// The order of facts at one instant; docs/facts.md.
enum class Rank {
    Function,
    Trigger,
    Assignment,
    Record,
    Hole,
    End,
    Skip,
    Start,
    EndOfNoTime,
    Observed,
    Output
};

struct Pending {
    facts::Fact fact;
    Rank rank = Rank::Output;
    RecordPlace place;  ///< of a record: at one instant they come by offset, whichever table they are from
    std::int64_t order = 0;

    [[nodiscard]] auto key() const { return std::tie(fact.at, rank, place, order); }
};
struct Later {
    bool operator()(const Pending& a, const Pending& b) const { return a.key() > b.key(); }
};

/// A query that is read row by row.
class Cursor {
  public:
    Cursor(SessionFile& file, const char* sql) : file_(file), statement_(file.statement(sql)) {}

    Status advance() {
        if (statement_ == nullptr) return tl::unexpected(file_.error(file_.lastCode()));
        const int rc = statement_->step();
        done_ = rc != SQLITE_ROW;
        if (rc != SQLITE_ROW && rc != SQLITE_DONE) return tl::unexpected(file_.error(rc));
        return {};
    }
    [[nodiscard]] bool done() const noexcept { return done_; }
    [[nodiscard]] RowReader row() const { return RowReader(statement_->get()); }
    [[nodiscard]] bool isNull(int column) const {
        return sqlite3_column_type(statement_->get(), column) == SQLITE_NULL;
    }
    [[nodiscard]] std::int64_t integer(int column) const {
        return sqlite3_column_int64(statement_->get(), column);
    }

  private:
    SessionFile& file_;
    sqlite::Statement* statement_;
    bool done_ = false;
};

class Reader {
  public:
    Reader(SessionFile& file, const std::function<void(const facts::Fact&)>& each)
        : file_(file),
          each_(each),
          runs_(file,
                "SELECT r.invocation_id, r.first_event_id, r.last_event_id, r.outcome, e.topic_id, "
                "e.partition, e.offset FROM delivery_run AS r JOIN event AS e ON e.id = r.first_event_id "
                "ORDER BY r.invocation_id, r.position"),
          more_causes_(file,
                       "SELECT m.output_id, m.first_cause_id, m.last_cause_id, e.topic_id, e.partition, "
                       "e.offset FROM output_more AS m JOIN event AS e ON e.id = m.first_cause_id "
                       "ORDER BY m.output_id, m.position") {}

    Status run(FactsWanted wanted);

  private:
    struct Table {
        Table(Cursor c, Status (Reader::*r)(Cursor&)) : cursor(c), read(r) {}
        Cursor cursor;
        Status (Reader::*read)(Cursor&);  ///< reads the row it stands on and goes on, past all it took
        TimeNs next_at = 0;
    };

    void push(TimeNs at, Rank rank, facts::Body body, RecordPlace place = {}) {
        pending_.push({{at, std::move(body)}, rank, place, order_++});
    }
    static RecordPlace placeOf(const RecordChunk& chunk) {
        return {chunk.topic(), chunk.partition(), chunk[0].offset};
    }
    Status look(Table& table);
    [[nodiscard]] Status damaged() const {
        return tl::unexpected(file_.damaged("a value is not of its type"));
    }
    bool eventRun(RowReader& row, facts::EventRun& run);

    Status functionRow(Cursor& c);
    Status triggerRow(Cursor& c);
    Status assignmentRow(Cursor& c);
    Status eventRows(Cursor& c);
    Status lateRow(Cursor& c);
    Status holeRow(Cursor& c);
    Status skipRow(Cursor& c);
    Status invocationRow(Cursor& c);
    Status outputRow(Cursor& c);
    void addRecord(RecordChunk& chunk, RowReader& row, std::int64_t offset);

    SessionFile& file_;
    const std::function<void(const facts::Fact&)>& each_;
    Cursor runs_, more_causes_;
    std::priority_queue<Pending, std::vector<Pending>, Later> pending_;
    std::int64_t order_ = 0;
    bool late_records_ = false;  ///< some events were named before their records
};

Status Reader::look(Table& table) {
    if (table.cursor.done()) return {};
    RowReader row = table.cursor.row();
    table.next_at = row.time();
    return row.bad() ? damaged() : Status{};
}

Status Reader::run(FactsWanted wanted) {
    const auto table = [&](const char* sql, Status (Reader::*read)(Cursor&)) {
        return Table(Cursor(file_, sql), read);
    };
    std::vector<Table> all{
        table(
            "SELECT coalesce(at_ns, 0), id, ordered_by, group_name, function_id, at_ns NOTNULL FROM trigger "
            "ORDER BY coalesce(at_ns, 0), id",
            &Reader::triggerRow),
        table("SELECT at_ns, topic_id, partition, state, epoch, offset, group_name FROM assignment "
              "ORDER BY id",
              &Reader::assignmentRow),
        table("SELECT received_ns, id, topic_id, partition, offset, timestamp_ns, key FROM event "
              "WHERE id IN (SELECT event_id FROM late_record) AND capture IS NOT 'unrecorded' "
              "ORDER BY received_ns, id",
              &Reader::lateRow),
    };
    if (wanted == FactsWanted::ForOrder) {
        all.push_back(
            table("SELECT coalesce(at_ns, 0), id, observe, answers FROM function "
                  "ORDER BY coalesce(at_ns, 0), id",
                  &Reader::functionRow));
        all.push_back(
            table("SELECT received_ns, id, topic_id, partition, offset, timestamp_ns, key FROM event "
                  "WHERE capture IS NOT 'unrecorded' "
                  "AND id NOT IN (SELECT event_id FROM late_record) ORDER BY id",
                  &Reader::eventRows));
        all.push_back(
            table("SELECT at_ns, topic_id, partition, first_offset, last_offset FROM hole ORDER BY id",
                  &Reader::holeRow));
        all.push_back(
            table("SELECT at_ns, function_id, topic_id, partition, first_offset, last_offset "
                  "FROM skip ORDER BY id",
                  &Reader::skipRow));
        all.push_back(
            table("SELECT coalesce(start_ns, end_ns), id, number, start_ns IS NULL, function_id, "
                  "trigger_id, attempt, epoch, split_of, end_ns, outcome FROM invocation ORDER BY id",
                  &Reader::invocationRow));
        all.push_back(
            table("SELECT o.at_ns, o.id, o.invocation_id, o.topic_id, o.partition, o.offset, "
                  "o.first_cause_id, o.last_cause_id, e.topic_id, e.partition, e.offset "
                  "FROM output AS o LEFT JOIN event AS e ON e.id = o.first_cause_id ORDER BY o.id",
                  &Reader::outputRow));
        if (Status s = runs_.advance(); !s) return s;
        if (Status s = more_causes_.advance(); !s) return s;
    }
    for (Table& t : all) {
        if (Status s = t.cursor.advance(); !s) return s;
        if (Status s = look(t); !s) return s;
        if (t.read == &Reader::lateRow) late_records_ = !t.cursor.done();
    }
    for (;;) {
        Table* next = nullptr;
        for (Table& t : all) {
            if (!t.cursor.done() && (next == nullptr || t.next_at < next->next_at)) next = &t;
        }
        while (!pending_.empty() && (next == nullptr || pending_.top().fact.at < next->next_at)) {
            each_(pending_.top().fact);
            pending_.pop();
        }
        if (next == nullptr) return {};
        if (Status s = (this->*next->read)(next->cursor); !s) return s;
        if (Status s = look(*next); !s) return s;
    }
}

/// Four or six columns: first and last event id, [outcome read before], place of the first.
bool Reader::eventRun(RowReader& row, facts::EventRun& run) {
    if (run.first_event.value < 0 || run.last < run.first_event.value || run.last >= kSane) return false;
    run.topic = row.id<TopicId>();
    run.partition = row.int32();
    run.first = row.integer();
    run.last = run.first + (run.last - run.first_event.value);
    return !row.bad() && run.first >= 0 && run.first < kSane && run.last >= run.first && run.last < kSane;
}

Status Reader::functionRow(Cursor& c) {
    RowReader row = c.row();
    const TimeNs at = row.time();
    facts::Function f;
    f.id = row.id<FunctionId>();
    f.observe = row.flag();
    f.answers_each = row.text() == "each";
    if (row.bad()) return damaged();
    push(at, Rank::Function, std::move(f));
    return c.advance();
}

Status Reader::triggerRow(Cursor& c) {
    RowReader row = c.row();
    const TimeNs at = row.time();
    facts::Trigger f;
    f.id = row.id<TriggerId>();
    f.order = row.text();
    f.group = row.text();
    f.function = row.id<FunctionId>();
    f.declared = row.flag();
    if (row.bad()) return damaged();
    Status topics = forEachRow(
        file_, "SELECT topic_id FROM trigger_topic WHERE trigger_id = ?1 ORDER BY position",
        [&](RowReader& r) { f.topics.push_back(r.id<TopicId>()); }, f.id.value);
    if (!topics) return topics;
    push(at, Rank::Trigger, std::move(f));
    return c.advance();
}

Status Reader::assignmentRow(Cursor& c) {
    RowReader row = c.row();
    const TimeNs at = row.time();
    facts::Assignment f;
    f.topic = row.id<TopicId>();
    f.partition = row.int32();
    f.state = row.word(facts::AssignmentState::Lost);
    f.epoch = row.int32();
    f.offset = row.maybeInteger();
    f.group = row.text();
    if (row.bad()) return damaged();
    push(at, Rank::Assignment, std::move(f));
    return c.advance();
}

void Reader::addRecord(RecordChunk& chunk, RowReader& row, std::int64_t offset) {
    const auto timestamp = row.maybeInteger();
    const std::string_view key = row.view();
    chunk.add(offset, timestamp.value_or(kNoTimestamp),
              timestamp ? TimestampType::Create : TimestampType::None, {key.data(), key.size()}, {}, {});
}

/// Records that arrived together, as far as they follow each other.
Status Reader::eventRows(Cursor& c) {
    std::shared_ptr<RecordChunk> chunk;
    TimeNs at = 0;
    std::int64_t next_offset = 0, next_id = 0;
    while (!c.done()) {
        RowReader row = c.row();
        const TimeNs received = row.time();
        const std::int64_t id = row.integer();
        const auto topic = row.id<TopicId>();
        const std::int32_t partition = row.int32();
        const std::int64_t offset = row.integer();
        if (chunk != nullptr && (received != at || topic != chunk->topic() ||
                                 partition != chunk->partition() || id != next_id || offset < next_offset ||
                                 (late_records_ && offset != next_offset) || chunk->size() >= kMostRecords)) {
            break;
        }
        if (row.bad() || offset < 0 || offset >= kSane) return damaged();
        if (chunk == nullptr) {
            chunk = std::make_shared<RecordChunk>(topic, partition);
            chunk->setFirstEvent(EventId{id});
            at = received;
        }
        addRecord(*chunk, row, offset);
        next_offset = offset + 1;
        next_id = id + 1;
        if (row.bad()) return damaged();
        if (Status s = c.advance(); !s) return s;
    }
    const RecordPlace place = placeOf(*chunk);
    push(at, Rank::Record, facts::Records{std::move(chunk)}, place);
    return {};
}

Status Reader::lateRow(Cursor& c) {
    RowReader row = c.row();
    const TimeNs at = row.time();
    const std::int64_t id = row.integer();
    const auto topic = row.id<TopicId>();
    auto chunk = std::make_shared<RecordChunk>(topic, row.int32());
    chunk->setFirstEvent(EventId{id});
    const std::int64_t offset = row.integer();
    addRecord(*chunk, row, offset);
    if (row.bad() || offset < 0 || offset >= kSane) return damaged();
    const RecordPlace place = placeOf(*chunk);
    push(at, Rank::Record, facts::LateRecord{std::move(chunk)}, place);
    return c.advance();
}

Status Reader::holeRow(Cursor& c) {
    RowReader row = c.row();
    const TimeNs at = row.time();
    facts::Hole f;
    f.topic = row.id<TopicId>();
    f.partition = row.int32();
    f.first = row.integer();
    f.last = row.integer();
    if (row.bad() || f.first < 0 || f.last < f.first || f.last >= kSane) return damaged();
    push(at, Rank::Hole, f);
    return c.advance();
}

Status Reader::skipRow(Cursor& c) {
    RowReader row = c.row();
    const TimeNs at = row.time();
    facts::Skip f;
    f.function = row.id<FunctionId>();
    f.events.topic = row.id<TopicId>();
    f.events.partition = row.int32();
    f.events.first = row.integer();
    f.events.last = row.integer();
    if (row.bad() || f.events.first < 0 || f.events.last < f.events.first || f.events.last >= kSane) {
        return damaged();
    }
    push(at, Rank::Skip, f);
    return c.advance();
}

Status Reader::invocationRow(Cursor& c) {
    RowReader row = c.row();
    const TimeNs at = row.time();
    facts::Start f;
    f.id = row.id<InvocationId>();
    f.number = row.maybeInteger();
    const bool observed = row.flag();
    f.function = row.id<FunctionId>();
    f.trigger = row.id<TriggerId>();
    f.attempt = row.int32();
    if (const auto epoch = row.maybeInteger()) f.epoch = static_cast<int>(*epoch);
    f.split_of = row.id<InvocationId>();
    const auto ended = row.maybeTime();
    const auto outcome = row.maybeWord(facts::Outcome::Abandoned);
    if (row.bad()) return damaged();

    facts::End end;
    for (; !runs_.done() && runs_.integer(0) <= f.id.value;) {
        RowReader r = runs_.row();
        const std::int64_t invocation = r.integer();
        facts::EventRun run;
        run.first_event = r.id<EventId>();
        run.last = r.integer();  // an event id, until its place is known
        const auto run_outcome = r.maybeWord(facts::Outcome::Abandoned);
        if (!eventRun(r, run) || run.count() > schema::kLongestRun) return damaged();
        if (invocation == f.id.value) {
            if (run_outcome && *run_outcome != facts::Outcome::Success) end.failed.push_back(run);
            const bool goes_on = !f.events.empty() && f.events.back().topic == run.topic &&
                                 f.events.back().partition == run.partition &&
                                 f.events.back().last + 1 == run.first;
            goes_on ? static_cast<void>(f.events.back().last = run.last) : f.events.push_back(run);
        }
        if (Status s = runs_.advance(); !s) return s;
    }
    if (observed) {
        facts::Observed seen{f.id, f.function, std::move(f.events), f.number};
        push(at, Rank::Observed, std::move(seen));
        return c.advance();
    }
    end.id = f.id;
    push(at, Rank::Start, std::move(f));
    if (ended) {
        if (!outcome || *ended < at) return damaged();
        end.outcome = *outcome;
        push(*ended, *ended == at ? Rank::EndOfNoTime : Rank::End, std::move(end));
    }
    return c.advance();
}

Status Reader::outputRow(Cursor& c) {
    RowReader row = c.row();
    const TimeNs at = row.time();
    const std::int64_t id = row.integer();
    facts::Output f;
    f.invocation = row.id<InvocationId>();
    f.topic = row.id<TopicId>();
    f.partition = row.int32();
    f.offset = row.integer();
    const auto first = row.maybeInteger();
    const auto last = row.maybeInteger();
    if (row.bad()) return damaged();
    if (first && last && !c.isNull(8)) {
        facts::EventRun run;
        run.first_event = EventId{*first};
        run.last = *last;
        if (!eventRun(row, run)) return damaged();
        f.caused_by.push_back(run);
    }
    for (; !more_causes_.done() && more_causes_.integer(0) <= id;) {
        RowReader r = more_causes_.row();
        const std::int64_t output = r.integer();
        facts::EventRun run;
        run.first_event = r.id<EventId>();
        run.last = r.integer();
        if (!eventRun(r, run)) return damaged();
        if (output == id) f.caused_by.push_back(run);
        if (Status s = more_causes_.advance(); !s) return s;
    }
    push(at, Rank::Output, std::move(f));
    return c.advance();
}

}  // namespace

Status readFacts(const std::string& path, FactsWanted wanted,
                 const std::function<void(const facts::Fact&)>& each) {
    auto file = SessionFile::open(path);
    if (!file) return passOn(file);
    auto in_use = (*file)->use();
    if (!in_use) return passOn(in_use);
    // One moment for all tables, also while they grow.
    if (const int rc = sqlite::execute((*file)->handle(), "BEGIN"); rc != SQLITE_OK) {
        return tl::unexpected((*file)->error(rc));
    }
    return Reader(**file, each).run(wanted);
}

}  // namespace weir::journal
