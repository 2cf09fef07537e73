// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/extract/extraction.h"

#include "analysis/extract/table_copy.h"
#include "journal/partial_file.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace weir::analysis {
namespace {

using journal::sqlite::Statement;

constexpr std::int64_t kLongestRun = 256;  // events in a row of delivery_run

/// Keeps what was its number: the number it had, or the id.
void keepNumber(TableCopy& copy, int number, std::int64_t id, std::int64_t new_id) {
    if (copy.null(number) && id != new_id) copy.set(number, id);
}

}  // namespace

Extraction::Extraction(journal::SessionFile& from, sqlite3* to, std::string to_path, What what)
    : from_(from), to_(to), to_path_(std::move(to_path)), what_(std::move(what)), events_(what_.events) {}

Status Extraction::done(int rc, bool reading) const {
    if (rc == SQLITE_OK || rc == SQLITE_DONE) return {};
    return tl::unexpected(reading ? from_.error(rc) : journal::rewriteError(to_, to_path_, rc));
}

Status Extraction::done(int rc, const TableCopy& copy) const {
    return done(rc, copy.reading());
}

void Extraction::seen(TimeNs at) {
    if (at == 0) return;
    first_at_ = first_at_ == 0 ? at : std::min(first_at_, at);
    last_at_ = std::max(last_at_, at);
}

bool Extraction::keeps(FunctionId function) const {
    const auto& wanted = what_.functions;
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), function) != wanted.end();
}

Status Extraction::run() {
    for (const auto part :
         {&Extraction::declarations, &Extraction::arrivals, &Extraction::records, &Extraction::chooseCalls,
          &Extraction::calls, &Extraction::batches, &Extraction::outputs, &Extraction::instances,
          &Extraction::skips, &Extraction::headerCauses, &Extraction::context, &Extraction::logs,
          &Extraction::session}) {
        if (Status s = (this->*part)(); !s) return s;
    }
    return {};
}

Status Extraction::whole(std::string_view table, std::string_view rest) {
    TableCopy copy(from_.handle(), to_, table, rest);
    int rc = copy.prepared();
    if (rc == SQLITE_OK) rc = copy.rows([&] { return copy.put(); });
    return done(rc, copy);
}

Status Extraction::declarations() {
    if (Status s = whole("topic"); !s) return s;
    if (Status s = whole("parent"); !s) return s;
    TableCopy function(from_.handle(), to_, "function");
    int rc = function.prepared();
    const auto kept = [&](TableCopy& copy, int column) {
        return keeps(FunctionId{copy.integer(column)}) ? copy.put() : SQLITE_OK;
    };
    if (rc == SQLITE_OK) rc = function.rows([&] { return kept(function, function.column("id")); });
    if (Status s = done(rc, function); !s) return s;
    TableCopy trigger(from_.handle(), to_, "trigger");
    rc = trigger.prepared();
    if (rc == SQLITE_OK) rc = trigger.rows([&] { return kept(trigger, trigger.column("function_id")); });
    if (Status s = done(rc, trigger); !s) return s;
    return whole("trigger_topic");
}

/// The chosen parts of what arrived together; from here on it is known where the chosen events stand.
Status Extraction::arrivals() {
    TableCopy copy(from_.handle(), to_, "event_run", "ORDER BY id");
    Statement size(from_.handle(), "SELECT sum(size) FROM event WHERE id BETWEEN ?1 AND ?2");
    int rc = copy.prepared() == SQLITE_OK ? size.prepared() : copy.prepared();
    if (rc != SQLITE_OK) return done(rc, true);
    const int id = copy.column("id"), topic = copy.column("topic_id"), partition = copy.column("partition"),
              first_offset = copy.column("first_offset"), last_offset = copy.column("last_offset"),
              first_event = copy.column("first_event_id"), bytes = copy.column("value_bytes"),
              received = copy.column("received_ns");
    rc = copy.rows([&] {
        const std::int64_t event = copy.integer(first_event), offset = copy.integer(first_offset);
        const std::int64_t last = event + copy.integer(last_offset) - offset;
        int put = SQLITE_OK;
        events_.clip(event, last, [&](std::int64_t a, std::int64_t b, std::int64_t new_first) {
            if (put != SQLITE_OK) return;
            places_.add(TopicId{copy.integer(topic)}, static_cast<std::int32_t>(copy.integer(partition)),
                        {offset + a - event, offset + b - event});
            copy.setNull(id);
            copy.set(first_offset, offset + a - event);
            copy.set(last_offset, offset + b - event);
            copy.set(first_event, new_first);
            if (!copy.null(bytes) && (a > event || b < last)) {
                size.bind(1, a);
                size.bind(2, b);
                size.step();
                copy.set(bytes, sqlite3_column_int64(size.get(), 0));
                size.reset();
            }
            seen(copy.integer(received));
            put = copy.put();
        });
        return put;
    });
    places_.sort();
    return done(rc, copy);
}

Status Extraction::records() {
    TableCopy copy(from_.handle(), to_, "event", "WHERE id BETWEEN ?1 AND ?2 ORDER BY id");
    TableCopy late(from_.handle(), to_, "late_record", "WHERE event_id BETWEEN ?1 AND ?2");
    int rc = copy.prepared() == SQLITE_OK ? late.prepared() : copy.prepared();
    if (rc != SQLITE_OK) return done(rc, true);
    const int capture = copy.column("capture"), value = copy.column("value");
    for (const IdRun& run : events_.runs()) {
        const std::int64_t moved = events_.of(run.first) - run.first;
        rc = copy.rows(
            [&] {
                copy.set(0, copy.integer(0) + moved);
                if (!what_.values && !copy.null(value)) {
                    copy.setNull(value);
                    copy.setText(capture, "none");
                }
                return copy.put();
            },
            run.first, run.last);
        if (Status s = done(rc, copy); !s) return s;
        rc = late.rows(
            [&] {
                late.set(0, late.integer(0) + moved);
                return late.put();
            },
            run.first, run.last);
        if (Status s = done(rc, late); !s) return s;
    }
    return {};
}

/// All ids of a table.
Status Extraction::addAll(const char* table, Renumbered& to) {
    Statement ids(from_.handle(), std::string("SELECT id FROM ") + table + " ORDER BY id", 0);
    int rc = ids.prepared();
    if (rc != SQLITE_OK) return done(rc, true);
    std::vector<std::int64_t> all;
    while ((rc = ids.step()) == SQLITE_ROW) all.push_back(sqlite3_column_int64(ids.get(), 0));
    to = Renumbered::of(std::move(all));
    return done(rc, true);
}

/// The calls that had a chosen event.
Status Extraction::chooseCalls() {
    if (what_.all) return addAll("invocation", invocations_);
    Statement with(
        from_.handle(),
        "SELECT r.invocation_id, i.function_id FROM delivery_run AS r JOIN invocation AS i ON i.id "
        "= r.invocation_id WHERE r.first_event_id BETWEEN ?1 AND ?2 AND r.last_event_id >= ?3");
    if (with.prepared() != SQLITE_OK) return done(with.prepared(), true);
    std::vector<std::int64_t> ids;
    for (const IdRun& run : events_.runs()) {
        with.bind(1, run.first - (kLongestRun - 1));
        with.bind(2, run.last);
        with.bind(3, run.first);
        int rc = SQLITE_OK;
        while ((rc = with.step()) == SQLITE_ROW) {
            if (keeps(FunctionId{sqlite3_column_int64(with.get(), 1)}))
                ids.push_back(sqlite3_column_int64(with.get(), 0));
        }
        with.reset();
        if (rc != SQLITE_DONE) return done(rc, true);
    }
    invocations_ = Renumbered::of(std::move(ids));
    return {};
}

/// Copies the rows of delivery_run or batch_run of what was kept: the chosen parts of the runs.
Status Extraction::runsOf(const char* table, const char* owner, const Renumbered& owners) {
    const std::string order =
        std::string("WHERE ") + owner + " BETWEEN ?1 AND ?2 ORDER BY " + owner + ", position";
    TableCopy copy(from_.handle(), to_, table, order);
    if (copy.prepared() != SQLITE_OK) return done(copy.prepared(), true);
    const int own = copy.column(owner), position = copy.column("position"),
              first = copy.column("first_event_id"), last = copy.column("last_event_id");
    std::int64_t current = 0, at = 0;
    for (const IdRun& run : owners.runs()) {
        const int rc = copy.rows(
            [&] {
                const std::int64_t id = copy.integer(own);
                if (id != current) at = 0;
                current = id;
                int put = SQLITE_OK;
                events_.clip(copy.integer(first), copy.integer(last),
                             [&](std::int64_t a, std::int64_t b, std::int64_t new_first) {
                                 if (put != SQLITE_OK) return;
                                 copy.set(own, owners.of(id));
                                 copy.set(position, at);
                                 copy.set(first, new_first);
                                 copy.set(last, new_first + b - a);
                                 at += b - a + 1;
                                 put = copy.put();
                             });
                return put;
            },
            run.first, run.last);
        if (Status s = done(rc, copy); !s) return s;
    }
    return {};
}

/// Batches and instances of these calls, to be known before they are named.
Status Extraction::chooseWhatTheyName() {
    if (what_.all) {
        if (Status s = addAll("batch", batches_); !s) return s;
        return addAll("instance", instances_);
    }
    Statement of(from_.handle(), "SELECT batch_id, instance_id FROM invocation WHERE id BETWEEN ?1 AND ?2");
    if (of.prepared() != SQLITE_OK) return done(of.prepared(), true);
    std::vector<std::int64_t> batches, instances;
    for (const IdRun& run : invocations_.runs()) {
        of.bind(1, run.first);
        of.bind(2, run.last);
        int rc = SQLITE_OK;
        while ((rc = of.step()) == SQLITE_ROW) {
            batches.push_back(sqlite3_column_int64(of.get(), 0));
            const std::int64_t instance = sqlite3_column_int64(of.get(), 1);
            if (instances.empty() || instances.back() != instance) instances.push_back(instance);
        }
        of.reset();
        if (rc != SQLITE_DONE) return done(rc, true);
    }
    batches_ = Renumbered::of(std::move(batches));
    instances_ = Renumbered::of(std::move(instances));
    return {};
}

Status Extraction::calls() {
    if (Status s = runsOf("delivery_run", "invocation_id", invocations_); !s) return s;
    if (Status s = chooseWhatTheyName(); !s) return s;
    TableCopy copy(from_.handle(), to_, "invocation", "WHERE id BETWEEN ?1 AND ?2 ORDER BY id");
    Statement events(
        to_,
        "SELECT first_event_id, last_event_id FROM delivery_run WHERE invocation_id = ? ORDER BY "
        "position");
    int rc = copy.prepared() == SQLITE_OK ? events.prepared() : copy.prepared();
    if (rc != SQLITE_OK) return done(rc, true);
    Statement place(to_, "SELECT topic_id, partition, offset FROM event WHERE id = ?");
    if (place.prepared() != SQLITE_OK) return done(place.prepared(), false);
    const int id = copy.column("id"), instance = copy.column("instance_id"), batch = copy.column("batch_id"),
              split = copy.column("split_of"), topic = copy.column("topic_id"),
              partition = copy.column("partition"), first = copy.column("first_offset"),
              last = copy.column("last_offset"), count = copy.column("event_count"),
              number = copy.column("number"), start = copy.column("start_ns"), end = copy.column("end_ns");
    for (const IdRun& run : invocations_.runs()) {
        rc = copy.rows(
            [&] {
                const std::int64_t old = copy.integer(id), own = invocations_.of(old);
                std::int64_t first_event = 0, in_first = 0, all = 0;
                events.bind(1, own);
                while (events.step() == SQLITE_ROW) {
                    const std::int64_t a = sqlite3_column_int64(events.get(), 0);
                    const std::int64_t b = sqlite3_column_int64(events.get(), 1);
                    if (first_event == 0) {
                        first_event = a;
                        in_first = b - a + 1;
                    }
                    all += b - a + 1;
                }
                events.reset();
                place.bind(1, first_event);
                if (place.step() == SQLITE_ROW) {
                    const std::int64_t offset = sqlite3_column_int64(place.get(), 2);
                    copy.set(topic, sqlite3_column_int64(place.get(), 0));
                    copy.set(partition, sqlite3_column_int64(place.get(), 1));
                    copy.set(first, offset);
                    copy.set(last, offset + in_first - 1);
                }
                place.reset();
                copy.set(id, own);
                copy.set(count, all);
                copy.setId(instance, instances_.of(copy.integer(instance)));
                copy.setId(batch, batches_.of(copy.integer(batch)));
                copy.setId(split, invocations_.of(copy.integer(split)));
                keepNumber(copy, number, old, own);
                seen(copy.integer(start));
                seen(copy.integer(end));
                return copy.put();
            },
            run.first, run.last);
        if (Status s = done(rc, copy); !s) return s;
    }
    return {};
}

Status Extraction::batches() {
    if (Status s = runsOf("batch_run", "batch_id", batches_); !s) return s;
    TableCopy copy(from_.handle(), to_, "batch", "WHERE id BETWEEN ?1 AND ?2 ORDER BY id");
    Statement count(to_,
                    "SELECT coalesce(sum(last_event_id - first_event_id + 1), 0) FROM batch_run WHERE "
                    "batch_id = ?");
    if (copy.prepared() != SQLITE_OK) return done(copy.prepared(), true);
    if (count.prepared() != SQLITE_OK) return done(count.prepared(), false);
    const int id = copy.column("id"), events = copy.column("event_count"), number = copy.column("number");
    for (const IdRun& run : batches_.runs()) {
        const int rc = copy.rows(
            [&] {
                const std::int64_t old = copy.integer(id), own = batches_.of(old);
                count.bind(1, own);
                count.step();
                copy.set(events, sqlite3_column_int64(count.get(), 0));
                count.reset();
                copy.set(id, own);
                keepNumber(copy, number, old, own);
                return copy.put();
            },
            run.first, run.last);
        if (Status s = done(rc, copy); !s) return s;
    }
    return {};
}

/// Outputs of the calls that a chosen event caused, or of which no cause is known, in the order in which they
/// were appended.
Status Extraction::outputs() {
    Statement of(from_.handle(), "SELECT id FROM output WHERE invocation_id BETWEEN ?1 AND ?2");
    if (of.prepared() != SQLITE_OK) return done(of.prepared(), true);
    std::vector<std::int64_t> ids;
    for (const IdRun& run : invocations_.runs()) {
        of.bind(1, run.first);
        of.bind(2, run.last);
        int rc = SQLITE_OK;
        while ((rc = of.step()) == SQLITE_ROW) ids.push_back(sqlite3_column_int64(of.get(), 0));
        of.reset();
        if (rc != SQLITE_DONE) return done(rc, true);
    }
    std::sort(ids.begin(), ids.end());
    TableCopy copy(from_.handle(), to_, "output", "WHERE id = ?1");
    TableCopy more(from_.handle(), to_, "output_more", "WHERE output_id = ?1 ORDER BY position");
    if (copy.prepared() != SQLITE_OK) return done(copy.prepared(), true);
    if (more.prepared() != SQLITE_OK) return done(more.prepared(), true);
    for (const std::int64_t id : ids) {
        if (Status s = output(copy, more, id); !s) return s;
    }
    return {};
}

Status Extraction::output(TableCopy& copy, TableCopy& more, std::int64_t id) {
    struct Causes {
        std::int64_t first = 0, last = 0;  ///< new ids
    };
    std::vector<Causes> kept;
    bool known = false;
    const auto clip = [&](const TableCopy& row, int first, int last) {
        if (row.null(first)) return SQLITE_OK;
        known = true;
        events_.clip(row.integer(first), row.integer(last),
                     [&](std::int64_t a, std::int64_t b, std::int64_t new_first) {
                         kept.push_back({new_first, new_first + b - a});
                     });
        return SQLITE_OK;
    };
    const int first = copy.column("first_cause_id"), last = copy.column("last_cause_id");
    int rc = copy.rows([&] { return clip(copy, first, last); }, id);
    if (Status s = done(rc, copy); !s) return s;
    rc = more.rows([&] { return clip(more, more.column("first_cause_id"), more.column("last_cause_id")); },
                   id);
    if (Status s = done(rc, more); !s) return s;
    if (known && kept.empty()) return {};
    rc = copy.rows(
        [&] {
            copy.setNull(0);
            copy.set(copy.column("invocation_id"),
                     invocations_.of(copy.integer(copy.column("invocation_id"))));
            copy.setId(first, kept.empty() ? 0 : kept.front().first);
            copy.setId(last, kept.empty() ? 0 : kept.front().last);
            seen(copy.integer(copy.column("at_ns")));
            return copy.put();
        },
        id);
    if (Status s = done(rc, copy); !s) return s;
    const std::int64_t own = sqlite3_last_insert_rowid(to_);
    Statement insert(to_, "INSERT INTO output_more VALUES (?,?,?,?)", 0);
    for (std::size_t i = 1; i < kept.size(); ++i) {
        if (rc = insert.run(own, i, kept[i].first, kept[i].last); rc != SQLITE_OK) return done(rc, false);
    }
    return {};
}

Status Extraction::instances() {
    TableCopy copy(from_.handle(), to_, "instance", "ORDER BY id");
    int rc = copy.prepared();
    if (rc == SQLITE_OK) {
        rc = copy.rows([&] {
            const std::int64_t own = instances_.of(copy.integer(0));
            if (own == 0) return SQLITE_OK;
            copy.set(0, own);
            seen(copy.integer(copy.column("started_ns")));
            return copy.put();
        });
    }
    return done(rc, copy);
}

Status Extraction::skips() {
    TableCopy copy(from_.handle(), to_, "skip", "ORDER BY id");
    Statement event(
        to_,
        "SELECT first_event_id + ?3 - first_offset FROM event_run WHERE topic_id = ?1 AND partition "
        "= ?2 AND first_offset <= ?3 AND last_offset >= ?3");
    if (copy.prepared() != SQLITE_OK) return done(copy.prepared(), true);
    if (event.prepared() != SQLITE_OK) return done(event.prepared(), false);
    const int function = copy.column("function_id"), topic = copy.column("topic_id"),
              partition = copy.column("partition"), first = copy.column("first_offset"),
              last = copy.column("last_offset"), first_event = copy.column("first_event_id"),
              at = copy.column("at_ns");
    const int rc = copy.rows([&] {
        if (!keeps(FunctionId{copy.integer(function)})) return SQLITE_OK;
        const TopicId of{copy.integer(topic)};
        const auto in = static_cast<std::int32_t>(copy.integer(partition));
        int put = SQLITE_OK;
        if (what_.all) return copy.put();
        places_.clip(of, in, copy.integer(first), copy.integer(last), [&](std::int64_t a, std::int64_t b) {
            if (put != SQLITE_OK) return;
            copy.setNull(0);
            copy.set(first, a);
            copy.set(last, b);
            event.bind(1, of);
            event.bind(2, in);
            event.bind(3, a);
            copy.setId(first_event, event.step() == SQLITE_ROW ? sqlite3_column_int64(event.get(), 0) : 0);
            event.reset();
            seen(copy.integer(at));
            put = copy.put();
        });
        return put;
    });
    return done(rc, copy);
}

Status Extraction::headerCauses() {
    TableCopy copy(from_.handle(), to_, "header_cause");
    if (copy.prepared() != SQLITE_OK) return done(copy.prepared(), true);
    const int first = copy.column("first_event_id"), last = copy.column("last_event_id");
    const int rc = copy.rows([&] {
        int put = SQLITE_OK;
        events_.clip(copy.integer(first), copy.integer(last),
                     [&](std::int64_t a, std::int64_t b, std::int64_t new_first) {
                         if (put != SQLITE_OK) return;
                         copy.set(first, new_first);
                         copy.set(last, new_first + b - a);
                         put = copy.put();
                     });
        return put;
    });
    return done(rc, copy);
}

/// What happened to the partitions of the chosen events meanwhile.
Status Extraction::context() {
    for (const char* table : {"assignment", "hole", "offset_commit"}) {
        TableCopy copy(from_.handle(), to_, table, "ORDER BY id");
        if (copy.prepared() != SQLITE_OK) return done(copy.prepared(), true);
        const int topic = copy.column("topic_id"), partition = copy.column("partition"),
                  offset = copy.column("offset"), first = copy.column("first_offset"),
                  last = copy.column("last_offset");
        const bool hole = first >= 0, commit = table == std::string_view("offset_commit");
        const int rc = copy.rows([&] {
            const IdRun reach = places_.reach(TopicId{copy.integer(topic)},
                                              static_cast<std::int32_t>(copy.integer(partition)));
            if (!what_.all && reach.first > reach.last) return SQLITE_OK;
            if (!what_.all && hole && (copy.integer(last) < reach.first || copy.integer(first) > reach.last))
                return SQLITE_OK;
            if (!what_.all && commit &&
                (copy.integer(offset) <= reach.first || copy.integer(offset) > reach.last + 1))
                return SQLITE_OK;
            copy.setNull(0);
            return copy.put();
        });
        if (Status s = done(rc, copy); !s) return s;
    }
    TableCopy decision(from_.handle(), to_, "decision", "WHERE at_ns BETWEEN ?1 AND ?2 ORDER BY id");
    int rc = decision.prepared();
    if (rc == SQLITE_OK) {
        rc = decision.rows(
            [&] {
                decision.setNull(0);
                return decision.put();
            },
            what_.all ? 0 : first_at_, what_.all ? std::numeric_limits<TimeNs>::max() : last_at_);
    }
    if (Status s = done(rc, decision); !s) return s;
    return whole("note");
}

/// What the kept calls wrote, and their instances outside of calls.
Status Extraction::logs() {
    TableCopy copy(from_.handle(), to_, "log", "ORDER BY id");
    if (copy.prepared() != SQLITE_OK) return done(copy.prepared(), true);
    const int instance = copy.column("instance_id"), invocation = copy.column("invocation_id");
    const int rc = copy.rows([&] {
        const std::int64_t call = invocations_.of(copy.integer(invocation));
        const std::int64_t own = instances_.of(copy.integer(instance));
        if (!what_.all && (copy.null(invocation) ? own == 0 : call == 0)) return SQLITE_OK;
        copy.setNull(0);
        copy.setId(instance, own);
        copy.setId(invocation, call);
        return copy.put();
    });
    return done(rc, copy);
}

/// The part begins with the first thing in it; what was declared before is declared then.
Status Extraction::session() {
    Statement forget(to_, "DELETE FROM session", 0);
    int rc = forget.run();
    if (rc != SQLITE_OK) return done(rc, false);
    TableCopy copy(from_.handle(), to_, "session");
    if (copy.prepared() != SQLITE_OK) return done(copy.prepared(), true);
    TimeNs started = first_at_;
    rc = copy.rows([&] {
        const int own = copy.column("started_ns");
        if (what_.all) started = copy.integer(own);
        if (!what_.values) {
            copy.setText(copy.column("capture"), "none");
            copy.setNull(copy.column("capture_bytes"));
        }
        copy.setNull(copy.column("max_bytes"));
        copy.setNull(copy.column("max_age_ns"));
        copy.set(own, started);
        copy.set(copy.column("last_ns"), std::max(started, last_at_));
        copy.set(copy.column("ended_ns"), std::max(started, last_at_));
        return copy.put();
    });
    if (Status s = done(rc, copy); !s) return s;
    for (const char* declared :
         {"UPDATE topic SET at_ns = ?1 WHERE at_ns < ?1", "UPDATE function SET at_ns = ?1 WHERE at_ns < ?1",
          "UPDATE trigger SET at_ns = ?1 WHERE at_ns < ?1",
          "UPDATE assignment SET at_ns = ?1 WHERE at_ns < ?1"}) {
        Statement update(to_, declared, 0);
        if (rc = update.run(started); rc != SQLITE_OK) return done(rc, false);
    }
    return {};
}

Result<std::vector<std::pair<TopicId, std::string>>> Extraction::splitKeys(
    const std::vector<order::Finding>& findings) {
    std::vector<std::pair<TopicId, std::string>> split, there;
    for (const order::Finding& f : findings) {
        if (f.kind == order::Kind::KeySplit && f.key) split.emplace_back(f.topic, *f.key);
    }
    std::sort(split.begin(), split.end());
    if (split.empty()) return there;
    Statement keys(to_, "SELECT topic_id, key FROM event WHERE key NOTNULL", 0);
    int rc = keys.prepared();
    while (rc == SQLITE_OK || rc == SQLITE_ROW) {
        if (rc = keys.step(); rc != SQLITE_ROW) break;
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(keys.get(), 1));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(keys.get(), 1));
        std::pair key{TopicId{sqlite3_column_int64(keys.get(), 0)},
                      bytes == nullptr ? std::string() : std::string(bytes, size)};
        if (std::binary_search(split.begin(), split.end(), key)) there.push_back(std::move(key));
    }
    if (Status s = done(rc, false); !s) return passOn(s);
    std::sort(there.begin(), there.end());
    there.erase(std::unique(there.begin(), there.end()), there.end());
    return there;
}

/// The outputs of a finding that were copied, in runs.
Status Extraction::clipOutputs(const order::Finding& finding, std::vector<order::Finding>& kept) {
    Statement at(
        to_,
        "SELECT DISTINCT offset FROM output WHERE topic_id = ? AND partition = ? AND offset BETWEEN ? "
        "AND ? ORDER BY offset",
        0);
    if (at.prepared() != SQLITE_OK) return done(at.prepared(), false);
    at.bind(1, finding.topic);
    at.bind(2, finding.partition);
    at.bind(3, finding.first);
    at.bind(4, finding.last);
    int rc = SQLITE_OK;
    bool open = false;
    while ((rc = at.step()) == SQLITE_ROW) {
        const std::int64_t offset = sqlite3_column_int64(at.get(), 0);
        if (open && kept.back().last + 1 == offset) {
            ++kept.back().last;
            continue;
        }
        kept.push_back(finding);
        kept.back().first = kept.back().last = offset;
        open = true;
    }
    return done(rc, false);
}

Result<std::vector<order::Finding>> Extraction::clip(const std::vector<order::Finding>& findings) {
    auto split = splitKeys(findings);
    if (!split) return passOn(split);
    std::vector<order::Finding> kept;
    for (order::Finding f : findings) {
        if (f.function && !keeps(f.function)) continue;
        if (f.kind == order::Kind::KeySplit) {
            if (f.key && std::binary_search(split->begin(), split->end(), std::pair{f.topic, *f.key}))
                kept.push_back(std::move(f));
            continue;
        }
        f.invocation = InvocationId{invocations_.of(f.invocation.value)};
        if (f.kind == order::Kind::OutputInversion) {
            if (Status s = clipOutputs(f, kept); !s) return passOn(s);
            continue;
        }
        places_.clip(f.topic, f.partition, f.first, f.last, [&](std::int64_t a, std::int64_t b) {
            kept.push_back(f);
            kept.back().first = a;
            kept.back().last = b;
        });
    }
    std::stable_sort(kept.begin(), kept.end(),
                     [](const order::Finding& a, const order::Finding& b) { return a.at < b.at; });
    return kept;
}

}  // namespace weir::analysis
