// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/row_loader.h"

#include "filter/field.h"
#include "filter/statements.h"
#include "journal/schema.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::filter {
namespace {

using journal::RowReader;

#define WEIR_CALL_COLUMNS                                                                                    \
    "i.id, i.function_id, i.instance_id, i.trigger_id, i.batch_id, i.attempt, i.cold, i.epoch, i.split_of, " \
    "i.event_count, i.start_ns, i.end_ns, i.error"

std::optional<std::int64_t> wordNumber(std::string_view word, FieldId field) {
    const auto words = wordsOf(field);
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end()) return std::nullopt;
    return found - words.begin();
}

std::optional<std::int64_t> outcomeNumber(RowReader& row) {
    const std::string_view word = row.view();
    return word.data() == nullptr ? std::nullopt : wordNumber(word, FieldId::Outcome);
}

CallPart callPart(RowReader& row) {
    CallPart c;
    c.outcome = outcomeNumber(row);
    c.invocation = row.integer();
    c.function = row.maybeInteger().value_or(0);
    c.instance = row.maybeInteger().value_or(0);
    c.trigger = row.maybeInteger().value_or(0);
    c.batch = row.maybeInteger().value_or(0);
    c.attempt = row.integer();
    c.cold = row.flag();
    c.epoch = row.maybeInteger();
    c.split = row.maybeInteger().has_value();
    c.events = row.integer();
    c.start = row.maybeTime();
    c.end = row.maybeTime();
    c.error = row.bytes();
    return c;
}

std::string andWhere(const Sql& where) {
    return where.text.empty() ? std::string() : " AND " + where.text;
}

}  // namespace

Status RowLoader::eventIds(Range range, const Sql& where, std::int64_t limit, bool backward,
                           std::vector<std::int64_t>& out) {
    const std::string sql =
        fmt::format("SELECT e.id FROM event AS e WHERE e.id BETWEEN ? AND ?{} ORDER BY e.id{}{}",
                    andWhere(where), backward ? " DESC" : "", limit > 0 ? " LIMIT ?" : "");
    return forEach(
        file_, sql,
        [&](sqlite3_stmt* s) {
            const int at = where.bindTo(s, bindRange(s, range.first, range.last));
            if (limit > 0) sqlite3_bind_int64(s, at, limit);
        },
        [&](RowReader& row) { out.push_back(row.integer()); });
}

Status RowLoader::events(Range range, const Sql& where, bool backward, std::vector<EventPart>& out) {
    const std::string sql = fmt::format(
        "SELECT e.id, e.topic_id, e.partition, e.offset, e.size, e.received_ns, e.timestamp_ns, e.capture, "
        "{}, "
        "{}, {} FROM event AS e WHERE e.id BETWEEN ? AND ?{} ORDER BY e.id{}",
        columns_.key ? "e.key" : "NULL", columns_.headers ? "e.headers" : "NULL",
        columns_.value ? "e.value" : "NULL", andWhere(where), backward ? " DESC" : "");
    return forEach(
        file_, sql, [&](sqlite3_stmt* s) { where.bindTo(s, bindRange(s, range.first, range.last)); },
        [&](RowReader& row) {
            EventPart e;
            e.id = row.integer();
            e.topic = row.integer();
            e.partition = row.integer();
            e.offset = row.integer();
            e.size = row.maybeInteger();
            e.received = row.maybeTime();
            e.timestamp = row.maybeInteger();
            const std::string_view capture = row.view();
            e.recorded = capture != "unrecorded";
            e.truncated = capture == "prefix";
            e.key = row.bytes();
            e.headers = row.textOrEmpty();
            e.value = row.bytes();
            out.push_back(std::move(e));
        });
}

Status RowLoader::calls(Range range, const Sql& where, std::vector<CallRun>& out) {
    const std::string sql =
        "SELECT r.first_event_id, r.last_event_id, coalesce(r.outcome, i.outcome), " WEIR_CALL_COLUMNS
        " FROM delivery_run AS r INDEXED BY delivery_run_event JOIN invocation AS i ON i.id = "
        "r.invocation_id "
        "WHERE r.first_event_id BETWEEN ? AND ? AND r.last_event_id >= ?" +
        andWhere(where) + " ORDER BY r.first_event_id";
    return forEach(
        file_, sql,
        [&](sqlite3_stmt* s) {
            const int at = bindRange(s, range.first - journal::schema::kLongestRun + 1, range.last);
            sqlite3_bind_int64(s, at, range.first);
            where.bindTo(s, at + 1);
        },
        [&](RowReader& row) {
            CallRun run;
            run.events.first = row.integer();
            run.events.last = std::min(row.integer(), run.events.first + journal::schema::kLongestRun - 1);
            run.call = callPart(row);
            out.push_back(std::move(run));
        });
}

Status RowLoader::invocations(Range range, const Sql& where, std::int64_t limit, bool backward,
                              std::vector<CallPart>& out) {
    const std::string sql =
        fmt::format("SELECT i.outcome, " WEIR_CALL_COLUMNS
                    " FROM invocation AS i WHERE i.id BETWEEN ? AND ?{} ORDER BY i.id{} LIMIT ?",
                    andWhere(where), backward ? " DESC" : "");
    return forEach(
        file_, sql,
        [&](sqlite3_stmt* s) {
            sqlite3_bind_int64(s, where.bindTo(s, bindRange(s, range.first, range.last)), limit);
        },
        [&](RowReader& row) { out.push_back(callPart(row)); });
}

Status RowLoader::runsOf(std::int64_t invocation, std::vector<Range>& out) {
    return forEach(
        file_,
        "SELECT first_event_id, last_event_id FROM delivery_run WHERE invocation_id = ? ORDER BY position",
        [&](sqlite3_stmt* s) { sqlite3_bind_int64(s, 1, invocation); },
        [&](RowReader& row) {
            const std::int64_t first = row.integer();
            out.push_back({first, row.integer()});
        });
}

Status RowLoader::findings(std::vector<FindingPart>& out) {
    return forEach(
        file_,
        "SELECT id, kind, severity, cause, at_ns, lateness_ns, function_id, topic_id, invocation_id, "
        "partition, "
        "first_offset, last_offset, key FROM finding ORDER BY id",
        [](sqlite3_stmt*) {},
        [&](RowReader& row) {
            FindingPart f;
            f.id = row.integer();
            const auto kind = wordNumber(row.view(), FieldId::Finding);
            const auto severity = wordNumber(row.view(), FieldId::Severity);
            row.require(kind && severity);
            f.kind = kind.value_or(0);
            f.severity = severity.value_or(0);
            const std::string_view cause = row.view();
            if (cause.data() != nullptr) f.cause = wordNumber(cause, FieldId::Cause);
            f.at = row.time();
            f.lateness = row.maybeInteger();
            f.function = row.maybeInteger().value_or(0);
            f.topic = row.integer();
            f.invocation = row.maybeInteger().value_or(0);
            f.partition = row.maybeInteger();
            f.first = row.maybeInteger().value_or(0);
            f.last = row.maybeInteger().value_or(0);
            f.key = row.bytes();
            if (kind == wordNumber("key-split", FieldId::Finding)) f.partition.reset();
            out.push_back(std::move(f));
        });
}

Status RowLoader::places(std::int64_t topic, std::int64_t partition, std::int64_t first, std::int64_t last,
                         std::vector<Range>& out) {
    // The run that reaches into the range from below, then those that begin in it.
    return forEach(
        file_,
        "SELECT first_offset, last_offset, first_event_id FROM event_run INDEXED BY event_run_place "
        "WHERE topic_id = ?1 AND partition = ?2 AND first_offset BETWEEN coalesce((SELECT max(first_offset) "
        "FROM event_run INDEXED BY event_run_place WHERE topic_id = ?1 AND partition = ?2 AND first_offset < "
        "?3), ?3) AND ?4 AND last_offset >= ?3",
        [&](sqlite3_stmt* s) {
            sqlite3_bind_int64(s, 1, topic);
            sqlite3_bind_int64(s, 2, partition);
            sqlite3_bind_int64(s, 3, first);
            sqlite3_bind_int64(s, 4, last);
        },
        [&](RowReader& row) {
            const std::int64_t run_first = row.integer();
            const std::int64_t run_last = row.integer();
            const std::int64_t id = row.integer();
            row.require(run_first >= 0 && run_last >= run_first && id > 0 &&
                        run_last - run_first < (1LL << 40));
            row.require(id < (1LL << 60));
            if (row.bad()) return;
            const std::int64_t from = std::max(first, run_first);
            const std::int64_t to = std::min(last, run_last);
            out.push_back({id + (from - run_first), id + (to - run_first)});
        });
}

}  // namespace weir::filter
