// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/session_reader.h"
#include "journal/session_reader_impl.h"
#include "journal/session_rows.h"

namespace weir::journal {

Result<std::vector<FindingRow>> SessionReader::findings(std::int64_t first, std::int64_t limit) {
    return findings(FindingFilter{}, first, limit);
}

Result<std::vector<FindingRow>> SessionReader::findings(const FindingFilter& filter, std::int64_t first,
                                                        std::int64_t limit) {
    return collectRows(
        *impl_->file,
        "SELECT id, kind, severity, cause, function_id, topic_id, partition, first_offset, last_offset, key, "
        "against_topic_id, against_partition, against_offset, invocation_id, lateness_ns, at_ns "
        "FROM finding WHERE id >= ?1 AND (?3 = '' OR kind = ?3) AND (?4 = '' OR severity = ?4) AND "
        "(?5 = 0 OR function_id = ?5) AND (?6 = 0 OR topic_id = ?6) AND (?7 < 0 OR partition = ?7) "
        "ORDER BY id LIMIT ?2",
        [](RowReader& row) {
            FindingRow r;
            r.id = row.integer();
            r.kind = row.text();
            r.severity = row.text();
            r.cause = row.textOrEmpty();
            r.function = row.id<FunctionId>();
            r.topic = row.id<TopicId>();
            r.partition = static_cast<std::int32_t>(row.maybeInteger().value_or(0));
            r.first_offset = row.maybeInteger().value_or(0);
            r.last_offset = row.maybeInteger().value_or(0);
            row.require(r.last_offset >= r.first_offset);
            r.key = row.bytes();
            r.against_topic = row.id<TopicId>();
            r.against_partition = static_cast<std::int32_t>(row.maybeInteger().value_or(0));
            r.against_offset = row.maybeInteger().value_or(0);
            r.invocation = row.id<InvocationId>();
            r.lateness = row.maybeInteger().value_or(0);
            r.at = row.time();
            return r;
        },
        first, limit, filter.kind, filter.severity, filter.function.value, filter.topic.value,
        filter.partition.value_or(-1));
}

Result<std::vector<FindingCountRow>> SessionReader::findingCounts() {
    return collectRows(*impl_->file,
                       "SELECT kind, severity, units FROM finding_count ORDER BY kind, severity",
                       [](RowReader& row) {
                           FindingCountRow r;
                           r.kind = row.text();
                           r.severity = row.text();
                           r.units = row.integer();
                           row.require(r.units >= 0);
                           return r;
                       });
}

Result<std::optional<OrderSummaryRow>> SessionReader::orderSummary() {
    // Sessions of earlier days do not have the table.
    const auto there =
        collectRows(*impl_->file, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'order_check'",
                    [](RowReader& row) { return row.flag(); });
    if (there && there->empty()) return std::optional<OrderSummaryRow>();
    auto rows = collectRows(*impl_->file,
                            "SELECT events, deliveries, open, displaced, bounded FROM order_check LIMIT 1",
                            [](RowReader& row) {
                                OrderSummaryRow r;
                                r.events = row.integer();
                                r.deliveries = row.integer();
                                r.open = row.integer();
                                r.displaced = row.integer();
                                r.bounded = row.textOrEmpty();
                                return r;
                            });
    if (!rows) return passOn(rows);
    if (rows->empty()) return std::optional<OrderSummaryRow>();
    return std::optional(rows->front());
}

Result<std::vector<EventStretchRow>> SessionReader::eventStretches(TopicId topic, std::int32_t partition,
                                                                   std::int64_t first, std::int64_t last) {
    // The stretch that holds `first` begins at or before it: the newest such, then all that begin later.
    return collectRows(
        *impl_->file,
        "SELECT first_offset, last_offset, first_event_id FROM event_run INDEXED BY event_run_place "
        "WHERE topic_id = ?1 AND partition = ?2 AND first_offset <= ?4 AND first_offset >= "
        "coalesce((SELECT max(first_offset) FROM event_run INDEXED BY event_run_place "
        "WHERE topic_id = ?1 AND partition = ?2 AND first_offset <= ?3), ?3) "
        "AND last_offset >= ?3 ORDER BY first_offset",
        [first, last](RowReader& row) {
            EventStretchRow r;
            r.first_offset = row.integer();
            r.last_offset = row.integer();
            const std::int64_t id = row.integer();
            row.require(r.last_offset >= r.first_offset && id > 0);
            const std::int64_t from = std::max(r.first_offset, first);
            r.first_event = EventId{id + (from - r.first_offset)};
            r.first_offset = from;
            r.last_offset = std::min(r.last_offset, last);
            return r;
        },
        topic.value, partition, first, last);
}

Result<std::vector<OutputCauseRow>> SessionReader::outputCauses(TopicId topic, std::int32_t partition,
                                                                std::int64_t first, std::int64_t last) {
    return collectRows(
        *impl_->file,
        // Not from the view caused_by: a reader uses no view of a file, it may be anybody's.
        "SELECT o.offset, o.invocation_id, o.first_cause_id, o.last_cause_id, o.at_ns, -1 "
        "FROM output AS o INDEXED BY output_place "
        "WHERE o.topic_id = ?1 AND o.partition = ?2 AND o.offset BETWEEN ?3 AND ?4 "
        "UNION ALL SELECT o.offset, o.invocation_id, m.first_cause_id, m.last_cause_id, o.at_ns, m.position "
        "FROM output AS o INDEXED BY output_place JOIN output_more AS m ON m.output_id = o.id "
        "WHERE o.topic_id = ?1 AND o.partition = ?2 AND o.offset BETWEEN ?3 AND ?4 ORDER BY 1, 6",
        [](RowReader& row) {
            OutputCauseRow r;
            r.offset = row.integer();
            r.invocation = row.id<InvocationId>();
            r.first_cause = row.id<EventId>();
            r.last_cause = row.id<EventId>();
            r.at = row.time();
            return r;
        },
        topic.value, partition, first, last);
}

Result<std::vector<AssignmentRow>> SessionReader::assignments(TopicId topic, std::int32_t partition,
                                                              TimeNs from, TimeNs to) {
    return collectRows(
        *impl_->file,
        "SELECT state, epoch, group_name, at_ns FROM assignment "
        "WHERE topic_id = ?1 AND partition = ?2 AND at_ns BETWEEN ?3 AND ?4 ORDER BY id",
        [](RowReader& row) {
            AssignmentRow r;
            r.state = row.text();
            r.epoch = row.int32();
            r.group = row.text();
            r.at = row.time();
            return r;
        },
        topic.value, partition, from, to);
}

Result<bool> SessionReader::hasInvocationNumbers() {
    auto rows = collectRows(*impl_->file, "SELECT EXISTS (SELECT 1 FROM invocation WHERE number IS NOT NULL)",
                            [](RowReader& row) { return row.flag(); });
    if (!rows) return passOn(rows);
    return !rows->empty() && rows->front();
}

Result<std::int64_t> SessionReader::invocationNumber(InvocationId id) {
    auto rows = collectRows(
        *impl_->file, "SELECT coalesce(number, id) FROM invocation WHERE id = ?1",
        [](RowReader& row) { return row.integer(); }, id.value);
    if (!rows) return passOn(rows);
    return rows->empty() ? id.value : rows->front();
}

}  // namespace weir::journal
