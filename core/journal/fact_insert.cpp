// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/fact_insert.h"

#include "journal/schema.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace weir::journal {
namespace {

using facts::EventRun;

template <typename F>
std::optional<TimeNs> ifDeclared(const F& fact, TimeNs at) {
    return fact.declared ? std::optional{at} : std::nullopt;
}

/// Consecutive events of one run that share an outcome, as offsets of the run.
struct Part {
    std::int64_t first = 0, last = 0;
    bool failed = false;
};

auto placeOf(const EventRun& run) {
    return std::tuple(run.topic, run.partition, run.last);
}
bool standsBefore(const EventRun& a, const EventRun& b) {
    return placeOf(a) < placeOf(b);
}

/// What failed, in order of its places and without overlaps, so that it can be searched.
std::vector<EventRun> inPlaceOrder(std::vector<EventRun> runs) {
    std::sort(runs.begin(), runs.end(), [](const EventRun& a, const EventRun& b) {
        return std::tuple(a.topic, a.partition, a.first) < std::tuple(b.topic, b.partition, b.first);
    });
    std::vector<EventRun> result;
    for (const EventRun& run : runs) {
        const bool overlaps = !result.empty() && result.back().topic == run.topic &&
                              result.back().partition == run.partition && run.first <= result.back().last;
        if (overlaps) {
            result.back().last = std::max(result.back().last, run.last);
        } else {
            result.push_back(run);
        }
    }
    return result;
}

/// Cuts a run at the borders of what failed.
std::vector<Part> split(const EventRun& run, const std::vector<EventRun>& failed) {
    EventRun begin = run;
    begin.last = run.first;
    auto at = std::lower_bound(failed.begin(), failed.end(), begin, standsBefore);
    std::vector<Part> parts;
    std::int64_t next = run.first;
    for (; at != failed.end() && at->topic == run.topic && at->partition == run.partition &&
           at->first <= run.last;
         ++at) {
        const std::int64_t first = std::max(at->first, next);
        const std::int64_t last = std::min(at->last, run.last);
        if (first > next) parts.push_back({next, first - 1, false});
        parts.push_back({first, last, true});
        next = last + 1;
    }
    if (next <= run.last) parts.push_back({next, run.last, false});
    return parts;
}

/// Bytes of the values of a run, whole, whatever is kept of them.
std::int64_t valueBytes(const RecordChunk& chunk, const OffsetRun& run) {
    const auto count = static_cast<std::uint32_t>(run.last_offset - run.first_offset + 1);
    std::int64_t bytes = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        bytes += std::max<std::int64_t>(chunk[run.first_index + i].value_size, 0);
    }
    return bytes;
}

std::int64_t countOf(const std::vector<EventRun>& runs) {
    std::int64_t count = 0;
    for (const EventRun& run : runs) count += run.count();
    return count;
}

}  // namespace

FactInsert::FactInsert(sqlite3* db, CapturePolicy capture)
    : events_(db, std::move(capture)),
      causes_(db),
      session_(db, "UPDATE session SET name=?, mode=?, cluster=?, started_ns=?, last_ns=?"),
      topic_(db,
             "INSERT INTO topic VALUES (?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET "
             "partitions=excluded.partitions, source=excluded.source, at_ns=coalesce(at_ns, excluded.at_ns)"),
      function_(db,
                "INSERT INTO function VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET "
                "target=excluded.target, observe=excluded.observe, answers=excluded.answers, "
                "at_ns=excluded.at_ns WHERE at_ns IS NULL"),
      trigger_(db,
               "INSERT INTO trigger VALUES (?,?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET "
               "function_id=excluded.function_id, ordered_by=excluded.ordered_by, "
               "group_name=excluded.group_name, at_ns=excluded.at_ns WHERE at_ns IS NULL"),
      trigger_topic_(db, "INSERT OR IGNORE INTO trigger_topic VALUES (?,?,?)"),
      assignment_(db, "INSERT INTO assignment VALUES (NULL,?,?,?,?,?,?,?)"),
      event_run_(db, "INSERT INTO event_run VALUES (NULL,?,?,?,?,?,?,?)"),
      unrecorded_(db,
                  "INSERT INTO event(id, topic_id, partition, offset, received_ns, capture) "
                  "VALUES (?,?,?,?,?,'unrecorded')"),
      forget_event_(db, "DELETE FROM event WHERE id=?"),
      forget_event_run_(db, "DELETE FROM event_run WHERE topic_id=? AND partition=? AND first_offset=?"),
      late_record_(db, "INSERT INTO late_record VALUES (?,?)"),
      hole_(db, "INSERT INTO hole VALUES (NULL,?,?,?,?,?,?)"),
      skip_(db, "INSERT INTO skip VALUES (NULL,?,?,?,?,?,?,?,?,?)"),
      batch_(db, "INSERT INTO batch VALUES (?,?,?,?,?,?)"),
      batch_run_(db, "INSERT INTO batch_run VALUES (?,?,?,?)"),
      instance_(
          db,
          "INSERT INTO instance(id, name, function_id, started_ns) VALUES (?,?,?,?) ON CONFLICT(id) DO "
          "UPDATE "
          "SET function_id=excluded.function_id, started_ns=excluded.started_ns WHERE started_ns IS NULL"),
      instance_ready_(db, "UPDATE instance SET ready_ns=? WHERE id=?"),
      instance_end_(db, "UPDATE instance SET ended_ns=?, end_reason=?, end_detail=? WHERE id=?"),
      start_(db, "INSERT INTO invocation VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,NULL)"),
      end_(db, "UPDATE invocation SET end_ns=?, outcome=?, error=?, cold=max(cold,?) WHERE id=?"),
      delivery_run_(db, "INSERT INTO delivery_run VALUES (?,?,?,?,?)"),
      forget_runs_(db, "DELETE FROM delivery_run WHERE invocation_id=?"),
      output_(db, "INSERT INTO output VALUES (NULL,?,?,?,?,?,?,?)"),
      output_more_(db, "INSERT INTO output_more VALUES (?,?,?,?)"),
      commit_(db, "INSERT INTO offset_commit VALUES (NULL,?,?,?,?,?)"),
      decision_(db, "INSERT INTO decision VALUES (NULL,?,?,?,?)"),
      log_(db, "INSERT INTO log VALUES (NULL,?,?,?,?,?)"),
      note_(db, "INSERT INTO note VALUES (NULL,?,?)") {}

int FactInsert::prepared() const noexcept {
    if (events_.prepared() != SQLITE_OK) return events_.prepared();
    if (causes_.prepared() != SQLITE_OK) return causes_.prepared();
    for (const sqlite::Statement* s : {&session_,
                                       &topic_,
                                       &function_,
                                       &trigger_,
                                       &trigger_topic_,
                                       &assignment_,
                                       &event_run_,
                                       &unrecorded_,
                                       &forget_event_,
                                       &forget_event_run_,
                                       &late_record_,
                                       &hole_,
                                       &skip_,
                                       &batch_,
                                       &batch_run_,
                                       &instance_,
                                       &instance_ready_,
                                       &instance_end_,
                                       &start_,
                                       &end_,
                                       &delivery_run_,
                                       &forget_runs_,
                                       &output_,
                                       &output_more_,
                                       &commit_,
                                       &decision_,
                                       &log_,
                                       &note_}) {
        if (s->prepared() != SQLITE_OK) return s->prepared();
    }
    return SQLITE_OK;
}

int FactInsert::insert(const facts::Fact& fact) {
    return std::visit([&](const auto& body) { return add(fact.at, body); }, fact.body);
}

int FactInsert::add(TimeNs at, const facts::Session& f) {
    return session_.run(f.name, word(f.mode), f.cluster, at, at);
}

int FactInsert::add(TimeNs at, const facts::Topic& f) {
    return topic_.run(f.id, f.name, f.partitions, word(f.source), ifDeclared(f, at));
}

int FactInsert::add(TimeNs at, const facts::Function& f) {
    return function_.run(f.id, f.name, f.target, f.observe, f.answers_each ? "each" : "some", f.concurrency,
                         f.memory_mb, f.timeout, ifDeclared(f, at));
}

int FactInsert::add(TimeNs at, const facts::Trigger& f) {
    int rc = trigger_.run(f.id, f.name, f.function.value, f.order, f.group, f.batch_size, f.batching_window,
                          ifDeclared(f, at));
    std::int64_t position = 0;
    for (const TopicId topic : f.topics) {
        if (rc != SQLITE_OK) break;
        rc = trigger_topic_.run(f.id, position++, topic);
    }
    return rc;
}

int FactInsert::add(TimeNs at, const facts::Assignment& f) {
    return assignment_.run(f.topic, f.partition, word(f.state), f.epoch, f.offset, f.group, at);
}

int FactInsert::add(TimeNs at, const facts::Records& f) {
    const RecordChunk& chunk = *f.chunk;
    for (const OffsetRun& run : chunk.runs()) {
        const int rc = event_run_.run(chunk.topic(), chunk.partition(), run.first_offset, run.last_offset,
                                      chunk.eventId(run.first_index), valueBytes(chunk, run), at);
        if (rc != SQLITE_OK) return rc;
    }
    const int rc = events_.insert(chunk, at);
    return rc == SQLITE_OK ? causes_.insert(chunk) : rc;
}

/// One row of event_run each: the record of one of them may come later.
int FactInsert::add(TimeNs at, const facts::Unrecorded& f) {
    const EventRun& run = f.events;
    for (std::int64_t i = 0; i < run.count(); ++i) {
        const std::int64_t id = run.first_event.value + i;
        const std::int64_t offset = run.first + i;
        int rc = event_run_.run(run.topic, run.partition, offset, offset, id, nullptr, at);
        if (rc == SQLITE_OK) rc = unrecorded_.run(id, run.topic, run.partition, offset, at);
        if (rc != SQLITE_OK) return rc;
    }
    return SQLITE_OK;
}

int FactInsert::add(TimeNs at, const facts::LateRecord& f) {
    const RecordChunk& chunk = *f.chunk;
    int rc = forget_event_.run(chunk.eventId(0));
    if (rc == SQLITE_OK) rc = forget_event_run_.run(chunk.topic(), chunk.partition(), chunk[0].offset);
    if (rc == SQLITE_OK) rc = late_record_.run(chunk.eventId(0), at);
    return rc == SQLITE_OK ? add(at, facts::Records{f.chunk}) : rc;
}

int FactInsert::add(TimeNs at, const facts::Hole& f) {
    return hole_.run(f.topic, f.partition, f.first, f.last, word(f.reason), at);
}

int FactInsert::add(TimeNs at, const facts::Skip& f) {
    const EventRun& run = f.events;
    return skip_.run(f.function, f.trigger, run.topic, run.partition, run.first, run.last, run.first_event,
                     word(f.reason), at);
}

int FactInsert::add(TimeNs at, const facts::Batch& f) {
    int rc = batch_.run(f.id, f.trigger, word(f.closed_by), countOf(f.events), f.number, ifDeclared(f, at));
    std::int64_t position = 0;
    for (const EventRun& run : f.events) {
        if (rc != SQLITE_OK) break;
        rc = batch_run_.run(f.id, position, run.first_event, run.lastEvent());
        position += run.count();
    }
    return rc;
}

int FactInsert::add(TimeNs at, const facts::Instance& f) {
    return instance_.run(f.id, f.name, f.function.value, ifDeclared(f, at));
}

int FactInsert::add(TimeNs at, const facts::InstanceReady& f) {
    return instance_ready_.run(at, f.id);
}

int FactInsert::add(TimeNs at, const facts::InstanceEnd& f) {
    return instance_end_.run(at, word(f.reason), f.detail, f.id);
}

int FactInsert::add(TimeNs at, const facts::Start& f) {
    const int rc = addInvocation(f, at, std::nullopt, nullptr);
    if (rc == SQLITE_OK) in_flight_[f.id.value] = f.events;
    return rc;
}

int FactInsert::add(TimeNs at, const facts::Observed& f) {
    facts::Start call;
    call.id = f.id;
    call.function = f.function;
    call.events = f.events;
    call.number = f.number;
    return addInvocation(call, std::nullopt, at, word(facts::Outcome::Success));
}

int FactInsert::addInvocation(const facts::Start& f, std::optional<TimeNs> start, std::optional<TimeNs> end,
                              const char* outcome) {
    std::optional<std::int64_t> partition, first, last;
    TopicId topic;
    if (!f.events.empty()) {
        const EventRun& run = f.events.front();
        topic = run.topic;
        partition = run.partition;
        first = run.first;
        last = run.last;
    }
    int rc =
        start_.run(f.id, f.function, f.trigger, f.instance, f.batch, f.attempt, f.cold, f.epoch, f.split_of,
                   topic, partition, first, last, countOf(f.events), f.number, start, end, outcome);
    std::int64_t position = 0;
    for (const EventRun& run : f.events) {
        if (rc != SQLITE_OK) return rc;
        rc = addDeliveryRun(f.id, position, run.first_event, run.count(), nullptr);
    }
    return rc;
}

int FactInsert::addDeliveryRun(InvocationId invocation, std::int64_t& position, EventId first,
                               std::int64_t count, const char* outcome) {
    for (std::int64_t done = 0; done < count; done += schema::kLongestRun) {
        const std::int64_t n = std::min(count - done, schema::kLongestRun);
        const std::int64_t from = first.value + done;
        const int rc = delivery_run_.run(invocation, position, from, from + n - 1, outcome);
        if (rc != SQLITE_OK) return rc;
        position += n;
    }
    return SQLITE_OK;
}

int FactInsert::add(TimeNs at, const facts::End& f) {
    const std::string_view error = f.error.empty() ? std::string_view{} : std::string_view{f.error};
    const int rc = end_.run(at, word(f.outcome), error, f.cold, f.id);
    auto node = in_flight_.extract(f.id.value);
    if (rc != SQLITE_OK || node.empty() || f.outcome != facts::Outcome::Partial) return rc;
    if (sqlite3_changes(sqlite3_db_handle(end_.get())) == 0) return rc;  // it was pruned while it ran
    return rewriteRuns(f.id, node.mapped(), inPlaceOrder(f.failed));
}

int FactInsert::rewriteRuns(InvocationId invocation, const Runs& runs, const Runs& failed) {
    if (const int rc = forget_runs_.run(invocation); rc != SQLITE_OK) return rc;
    std::int64_t position = 0;
    for (const EventRun& run : runs) {
        for (const Part& part : split(run, failed)) {
            const int rc =
                addDeliveryRun(invocation, position, EventId{run.first_event.value + part.first - run.first},
                               part.last - part.first + 1,
                               word(part.failed ? facts::Outcome::Error : facts::Outcome::Success));
            if (rc != SQLITE_OK) return rc;
        }
    }
    return SQLITE_OK;
}

int FactInsert::add(TimeNs at, const facts::Output& f) {
    EventId first, last;
    if (!f.caused_by.empty()) {
        first = f.caused_by.front().first_event;
        last = f.caused_by.front().lastEvent();
    }
    int rc = output_.run(f.invocation, f.topic, f.partition, f.offset, first, last, at);
    if (f.caused_by.size() < 2) return rc;
    const std::int64_t output = sqlite3_last_insert_rowid(sqlite3_db_handle(output_.get()));
    for (std::size_t i = 1; i < f.caused_by.size() && rc == SQLITE_OK; ++i) {
        rc = output_more_.run(output, i, f.caused_by[i].first_event, f.caused_by[i].lastEvent());
    }
    return rc;
}

int FactInsert::add(TimeNs at, const facts::Commit& f) {
    return commit_.run(f.topic, f.partition, f.offset, f.group, at);
}

int FactInsert::add(TimeNs at, const facts::Decision& f) {
    return decision_.run(word(f.kind), f.trigger, f.reason, at);
}

int FactInsert::add(TimeNs at, const facts::Log& f) {
    return log_.run(f.instance, f.invocation, word(f.stream), f.text, at);
}

int FactInsert::add(TimeNs at, const facts::Note& f) {
    return note_.run(f.text, at);
}

}  // namespace weir::journal
