// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/schema.h"
#include "journal/session_reader_impl.h"
#include "journal/session_rows.h"

#include <algorithm>

namespace weir::journal {
namespace {

#define WEIR_CALLS_BY_RUN                                                    \
    "FROM invocation AS i JOIN delivery_run AS r ON r.invocation_id = i.id " \
    "JOIN event AS e ON e.id = r.first_event_id "                            \
    "WHERE i.event_count IS NOT i.last_offset - i.first_offset + 1 OR i.outcome = 'partial' "

#define WEIR_OUTPUT_COLUMNS "o.id, o.invocation_id, o.topic_id, o.partition, o.offset, o.at_ns "

OutputPlaceRow outputPlaceRow(RowReader& row) {
    OutputPlaceRow r;
    r.id = row.integer();
    r.invocation = row.id<InvocationId>();
    r.topic = row.id<TopicId>();
    r.partition = row.int32();
    r.offset = row.integer();
    r.at = row.time();
    return r;
}

std::pair<EventId, EventId> eventRun(RowReader& row) {
    const auto first = row.id<EventId>();
    const auto last = row.id<EventId>();
    row.require(first.value > 0 && last >= first);
    return {first, last};
}

}  // namespace

Result<std::vector<OutputPlaceRow>> SessionReader::outputsOf(EventId cause, std::int64_t limit) {
    return collectRows(
        *impl_->file,
        "SELECT " WEIR_OUTPUT_COLUMNS
        "FROM delivery_run AS r INDEXED BY delivery_run_event "
        "JOIN output AS o INDEXED BY output_invocation ON o.invocation_id = r.invocation_id "
        "WHERE r.first_event_id BETWEEN ?1 - ?2 AND ?1 AND r.last_event_id >= ?1 AND "
        "(?1 BETWEEN o.first_cause_id AND o.last_cause_id OR EXISTS (SELECT 1 FROM output_more AS m "
        "WHERE m.output_id = o.id AND ?1 BETWEEN m.first_cause_id AND m.last_cause_id)) "
        "ORDER BY o.id LIMIT ?3",
        outputPlaceRow, cause.value, schema::kLongestRun - 1, limit);
}

Result<std::vector<OutputPlaceRow>> SessionReader::outputsAt(TopicId topic, std::int32_t partition,
                                                             std::int64_t offset) {
    return collectRows(*impl_->file,
                       "SELECT " WEIR_OUTPUT_COLUMNS
                       "FROM output AS o INDEXED BY output_place "
                       "WHERE o.topic_id = ?1 AND o.partition = ?2 AND o.offset = ?3 ORDER BY o.id LIMIT 100",
                       outputPlaceRow, topic, partition, offset);
}

Result<std::vector<std::pair<EventId, EventId>>> SessionReader::causesOf(std::int64_t output,
                                                                         std::int64_t limit) {
    return collectRows(
        *impl_->file,
        "SELECT first_cause_id, last_cause_id FROM ("
        "SELECT 0 AS position, first_cause_id, last_cause_id FROM output "
        "WHERE id = ?1 AND first_cause_id IS NOT NULL UNION ALL "
        "SELECT position, first_cause_id, last_cause_id FROM output_more WHERE output_id = ?1) "
        "ORDER BY position LIMIT ?2",
        eventRun, output, limit);
}

Result<std::vector<SkipRow>> SessionReader::skipsAt(TopicId topic, std::int32_t partition,
                                                    std::int64_t offset) {
    // For each function the run that begins last at or before the offset: a place is passed over at most
    // once.
    return collectRows(
        *impl_->file,
        "SELECT s.function_id, s.trigger_id, s.first_offset, s.last_offset, s.reason, s.at_ns "
        "FROM function AS f JOIN skip AS s ON s.id = (SELECT k.id FROM skip AS k "
        "WHERE k.topic_id = ?1 AND k.partition = ?2 AND k.function_id = f.id "
        "AND k.first_offset <= ?3 ORDER BY k.first_offset DESC LIMIT 1) "
        "WHERE s.last_offset >= ?3 ORDER BY s.at_ns, s.id",
        [](RowReader& row) {
            SkipRow r;
            r.function = row.id<FunctionId>();
            r.trigger = row.id<TriggerId>();
            r.first_offset = row.integer();
            r.last_offset = row.integer();
            r.reason = row.word(facts::SkipReason::Discarded);
            r.at = row.time();
            return r;
        },
        topic, partition, offset);
}

Result<std::string> SessionReader::headers(EventId id) {
    auto rows = collectRows(
        *impl_->file, "SELECT headers FROM event WHERE id = ?1",
        [](RowReader& row) { return row.textOrEmpty(); }, id.value);
    if (!rows) return passOn(rows);
    return rows->empty() ? std::string{} : std::move(rows->front());
}

Result<bool> SessionReader::hasHeaderCauses() {
    auto known = collectRows(*impl_->file, "SELECT 1 FROM sqlite_schema WHERE name = 'header_cause'",
                             [](RowReader& row) { return row.integer(); });
    if (!known) return passOn(known);
    return !known->empty();
}

Result<std::vector<std::pair<EventId, EventId>>> SessionReader::namedAsCause(const std::string& topic,
                                                                             std::int32_t partition,
                                                                             std::int64_t offset,
                                                                             std::int64_t limit) {
    const auto known = hasHeaderCauses();
    if (!known) return tl::unexpected<Error>(known.error());
    if (!*known) return std::vector<std::pair<EventId, EventId>>{};
    return collectRows(
        *impl_->file,
        "SELECT first_event_id, last_event_id FROM header_cause "
        "WHERE topic = ?1 AND partition = ?2 AND first_offset BETWEEN ?3 - ?4 AND ?3 "
        "AND last_offset >= ?3 ORDER BY first_event_id LIMIT ?5",
        [](RowReader& row) {
            const auto run = eventRun(row);
            row.require(run.second.value - run.first.value < schema::kLongestRun);
            return run;
        },
        topic, partition, offset, schema::kLongestRun - 1, limit);
}

Result<std::vector<std::pair<TopicId, std::int64_t>>> SessionReader::eventsByTopic() {
    return collectRows(*impl_->file,
                       "SELECT topic_id, sum(last_offset - first_offset + 1) FROM event_run "
                       "WHERE value_bytes NOTNULL GROUP BY topic_id ORDER BY topic_id",
                       [](RowReader& row) {
                           const auto topic = row.id<TopicId>();
                           return std::pair{topic, row.integer()};
                       });
}

Result<std::vector<DeliveryCountRow>> SessionReader::deliveryCounts() {
    // Nearly every call is one run whose events share its outcome: then its own row says all. The others are
    // counted by their runs.
    return collectRows(
        *impl_->file,
        "SELECT function_id, topic_id, outcome, sum(calls), sum(events) FROM ("
        "SELECT function_id, topic_id, outcome, count(*) AS calls, sum(event_count) AS events "
        "FROM invocation WHERE event_count = last_offset - first_offset + 1 "
        "AND outcome IS NOT 'partial' GROUP BY function_id, topic_id, outcome "
        "UNION ALL "
        "SELECT i.function_id, e.topic_id, coalesce(r.outcome, i.outcome), 0, "
        "sum(r.last_event_id - r.first_event_id + 1) " WEIR_CALLS_BY_RUN
        "GROUP BY 1, 2, 3 "
        "UNION ALL "
        "SELECT i.function_id, e.topic_id, i.outcome, count(DISTINCT i.id), 0 " WEIR_CALLS_BY_RUN
        "GROUP BY 1, 2, 3) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        [](RowReader& row) {
            DeliveryCountRow r;
            r.function = row.id<FunctionId>();
            r.topic = row.id<TopicId>();
            r.outcome = row.maybeWord(facts::Outcome::Abandoned);
            r.calls = row.integer();
            r.deliveries = row.integer();
            return r;
        });
}

Result<std::vector<SkipCountRow>> SessionReader::skipCounts() {
    return collectRows(*impl_->file,
                       "SELECT function_id, topic_id, reason, sum(last_offset - first_offset + 1) FROM skip "
                       "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
                       [](RowReader& row) {
                           SkipCountRow r;
                           r.function = row.id<FunctionId>();
                           r.topic = row.id<TopicId>();
                           r.reason = row.word(facts::SkipReason::Discarded);
                           r.events = row.integer();
                           return r;
                       });
}

Result<std::vector<std::pair<std::string, TopicId>>> SessionReader::namedTopics() {
    const auto known = hasHeaderCauses();
    if (!known) return tl::unexpected<Error>(known.error());
    if (!*known) return std::vector<std::pair<std::string, TopicId>>{};
    return collectRows(*impl_->file,
                       "SELECT DISTINCT h.topic, e.topic_id FROM header_cause AS h "
                       "JOIN event AS e ON e.id = h.first_event_id ORDER BY 1, 2",
                       [](RowReader& row) {
                           std::string name = row.text();
                           return std::pair{std::move(name), row.id<TopicId>()};
                       });
}

}  // namespace weir::journal
