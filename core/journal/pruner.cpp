// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/pruner.h"

#include <array>

namespace weir::journal {
namespace {

constexpr std::int64_t kSlice = 10'000;  // events

std::int64_t number(sqlite::Statement& statement) {
    std::int64_t value = 0;
    if (statement.step() == SQLITE_ROW) value = sqlite3_column_int64(statement.get(), 0);
    statement.reset();
    return value;
}

/// Rows of a table go as a range of ids: those before the first one of that time. The newest row always
/// stays, so that no id is given twice.
struct Timed {
    const char* find;
    const char* forget;
};
constexpr std::array<Timed, 6> kTimed{{
    {"SELECT coalesce((SELECT id FROM output WHERE at_ns >= ?1 ORDER BY id LIMIT 1), (SELECT max(id) FROM "
     "output))",
     "DELETE FROM output WHERE id < ?1"},
    {"SELECT coalesce((SELECT id FROM batch WHERE at_ns >= ?1 ORDER BY id LIMIT 1), (SELECT max(id) FROM "
     "batch))",
     "DELETE FROM batch WHERE id < ?1"},
    {"SELECT coalesce((SELECT id FROM log WHERE at_ns >= ?1 ORDER BY id LIMIT 1), (SELECT max(id) FROM log))",
     "DELETE FROM log WHERE id < ?1"},
    {"SELECT coalesce((SELECT id FROM offset_commit WHERE at_ns >= ?1 ORDER BY id LIMIT 1), (SELECT max(id) "
     "FROM "
     "offset_commit))",
     "DELETE FROM offset_commit WHERE id < ?1"},
    {"SELECT coalesce((SELECT id FROM decision WHERE at_ns >= ?1 ORDER BY id LIMIT 1), (SELECT max(id) FROM "
     "decision))",
     "DELETE FROM decision WHERE id < ?1"},
    {"SELECT coalesce((SELECT id FROM skip WHERE at_ns >= ?1 ORDER BY id LIMIT 1), (SELECT max(id) FROM "
     "skip))",
     "DELETE FROM skip WHERE id < ?1"},
}};

}  // namespace

Pruner::Pruner(sqlite3* db)
    : db_(db),
      pages_(db, "PRAGMA page_count"),
      free_pages_(db, "PRAGMA freelist_count"),
      page_size_(db, "PRAGMA page_size"),
      oldest_(db, "SELECT min(id) FROM event"),
      next_run_(db,
                "SELECT id, first_event_id, received_ns FROM event_run WHERE first_event_id >= ? ORDER BY id "
                "LIMIT 1"),
      note_(db,
            "INSERT INTO pruned VALUES (?,?,?,?,?,?,?) ON CONFLICT(reason) DO UPDATE SET events = events + "
            "excluded.events, invocations = invocations + excluded.invocations, first_event_id = "
            "excluded.first_event_id, first_invocation_id = excluded.first_invocation_id, before_ns = "
            "excluded.before_ns, at_ns = excluded.at_ns") {}

int Pruner::prepared() const noexcept {
    for (const sqlite::Statement* s : {&pages_, &free_pages_, &page_size_, &oldest_, &next_run_, &note_}) {
        if (s->prepared() != SQLITE_OK) return s->prepared();
    }
    return SQLITE_OK;
}

std::int64_t Pruner::contentBytes() {
    return (number(pages_) - number(free_pages_)) * number(page_size_);
}

std::optional<Pruner::Cut> Pruner::nextCut() {
    const std::int64_t oldest = number(oldest_);
    if (oldest == 0) return std::nullopt;
    next_run_.bind(1, oldest + kSlice);
    std::optional<Cut> cut;
    if (next_run_.step() == SQLITE_ROW) {
        cut = Cut{sqlite3_column_int64(next_run_.get(), 0), sqlite3_column_int64(next_run_.get(), 1),
                  sqlite3_column_int64(next_run_.get(), 2)};
    }
    next_run_.reset();
    return cut;
}

int Pruner::toSize(std::int64_t bytes, int slices, const char* reason, TimeNs at) {
    for (; slices > 0 && contentBytes() > bytes; --slices) {
        const auto next = nextCut();
        if (!next) return SQLITE_OK;
        if (const int rc = cut(*next, reason, at); rc != SQLITE_OK) return rc;
    }
    return SQLITE_OK;
}

int Pruner::before(TimeNs instant, int slices, const char* reason, TimeNs at) {
    for (; slices > 0; --slices) {
        const auto next = nextCut();
        if (!next || next->at > instant) return SQLITE_OK;
        if (const int rc = cut(*next, reason, at); rc != SQLITE_OK) return rc;
    }
    return SQLITE_OK;
}

int Pruner::cut(const Cut& cut, const char* reason, TimeNs at) {
    const auto run = [this](const char* sql, auto... values) {
        return sqlite::Statement(db_, sql, 0).run(values...);
    };
    const auto find = [this](const char* sql, std::int64_t value) {
        sqlite::Statement s(db_, sql, 0);
        s.bind(1, value);
        return number(s);
    };
    int rc = run("DELETE FROM event WHERE id < ?", cut.event);
    const std::int64_t events = sqlite3_changes(db_);
    if (rc == SQLITE_OK) rc = run("DELETE FROM event_run WHERE id < ?", cut.run);
    if (rc == SQLITE_OK) rc = run("DELETE FROM late_record WHERE event_id < ?", cut.event);
    // Early sessions of this version are without that table.
    if (find("SELECT count(*) FROM sqlite_master WHERE ?1 AND name = 'header_cause'", 1) > 0 &&
        rc == SQLITE_OK)
        rc = run("DELETE FROM header_cause WHERE last_event_id < ?", cut.event);

    // A call that began before cannot hold an event that arrived after.
    const std::int64_t call = find(
        "SELECT coalesce((SELECT id FROM invocation WHERE coalesce(start_ns, end_ns) >= ?1 ORDER BY id LIMIT "
        "1), "
        "(SELECT max(id) FROM invocation), 0)",
        cut.at);
    if (rc == SQLITE_OK) rc = run("DELETE FROM invocation WHERE id < ?", call);
    const std::int64_t calls = sqlite3_changes(db_);
    if (rc == SQLITE_OK) rc = run("DELETE FROM delivery_run WHERE invocation_id < ?", call);
    for (const Timed& table : kTimed) {
        if (rc == SQLITE_OK) rc = run(table.forget, find(table.find, cut.at));
    }
    if (rc == SQLITE_OK) {
        rc = run("DELETE FROM output_more WHERE output_id < (SELECT min(id) FROM output)");
    }
    if (rc == SQLITE_OK) rc = run("DELETE FROM batch_run WHERE batch_id < (SELECT min(id) FROM batch)");
    if (rc == SQLITE_OK) rc = note_.run(reason, events, calls, cut.event, call, cut.at, at);
    return rc;
}

}  // namespace weir::journal
