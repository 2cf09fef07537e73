// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/rollup_store.h"
#include "journal/schema.h"
#include "journal/session_reader_impl.h"
#include "journal/session_rows.h"

#include <algorithm>
#include <string_view>

namespace weir::journal {
namespace {

#define WEIR_ROLLUP_COUNTS                                                                               \
    "events, value_bytes, skewed, batches, invocations, retries, cold_starts, deliveries, delivered, "   \
    "failed, success, partial, error, timeout, throttled, crashed, abandoned, outputs, skipped, inits, " \
    "waiting, waiting_most, lag_most_ns, running_most"

// Sums of what passes cannot overflow.
constexpr std::int64_t kSane = std::int64_t{1} << 56;

std::int64_t count(RowReader& row) {
    const std::int64_t value = row.integer();
    row.require(value >= 0 && value < kSane);
    return value;
}

void readCounts(RowReader& row, RollupCounts& counts, RollupGauges& gauges) {
    for (std::int64_t& v : counts.values) v = count(row);
    gauges.waiting = count(row);
    gauges.waiting_most = count(row);
    gauges.lag_most = row.integer();
    gauges.running_most = count(row);
}

template <typename H>
void readHistogram(RowReader& row, H& histogram) {
    auto read = H::decode(row.view());
    row.require(read.has_value());
    if (read) histogram = std::move(*read);
}

RollupSpan span(RowReader& row) {
    RollupSpan s;
    s.first = row.maybeTime();
    s.last = row.maybeTime();
    return s;
}

RollupRow bucketRow(RowReader& row) {
    RollupRow r;
    r.width = row.integer();
    r.start = row.time();
    readCounts(row, r.cell.counts, r.cell.gauges);
    readHistogram(row, r.cell.wait);
    readHistogram(row, r.cell.run);
    readHistogram(row, r.cell.total);
    row.require(r.width > 0 && r.width <= kRollupWidths.back());
    return r;
}

RollupScope scopeOf(RowReader& row) {
    const std::string_view text = row.view();
    for (int s = 0; s <= static_cast<int>(RollupScope::Instance); ++s) {
        if (text == word(static_cast<RollupScope>(s))) return static_cast<RollupScope>(s);
    }
    row.require(false);
    return RollupScope::Session;
}

RollupTotal totalRow(RowReader& row) {
    RollupTotal r;
    r.key.scope = scopeOf(row);
    r.key.id = row.integer();
    r.key.partition = row.int32();
    readCounts(row, r.counts, r.gauges);
    r.arrivals = span(row);
    r.starts = span(row);
    r.ends = span(row);
    for (Histogram* h : {&r.arrival, &r.gather, &r.queue, &r.wait, &r.run, &r.total, &r.output, &r.init}) {
        readHistogram(row, *h);
    }
    return r;
}

ColdStart coldRow(RowReader& row) {
    ColdStart r;
    r.instance = row.id<InstanceId>();
    r.function = row.id<FunctionId>();
    r.invocation = row.id<InvocationId>();
    r.started = row.time();
    r.ready = row.maybeTime();
    r.called = row.maybeTime();
    r.waiting_before = count(row);
    r.waiting_after = count(row);
    r.events = count(row);
    r.added = row.integer();
    r.added_most = row.integer();
    r.worked_off = row.maybeTime();
    return r;
}

}  // namespace

Result<std::vector<RollupRow>> SessionReader::rollups(const RollupKey& key, DurationNs finest, TimeNs from,
                                                      TimeNs to) {
    std::vector<RollupRow> rows;
    bool wanted = true;  // the finest level that is asked for, with all its rows
    for (const DurationNs width : kRollupWidths) {
        if (width < finest && width != kRollupWidths.back()) continue;
        auto level = collectRows(
            *impl_->file,
            "SELECT width_ns, start_ns, " WEIR_ROLLUP_COUNTS
            ", wait, run, total FROM rollup WHERE scope = ?1 AND scope_id = ?2 AND partition = ?3 "
            "AND width_ns = ?4 AND start_ns > ?5 - ?4 AND start_ns < ?6 AND (?7 OR refined = 0)",
            bucketRow, word(key.scope), key.id, key.partition, width, from, to, wanted);
        if (!level) return level;
        rows.insert(rows.end(), std::make_move_iterator(level->begin()),
                    std::make_move_iterator(level->end()));
        wanted = false;
    }
    std::sort(rows.begin(), rows.end(),
              [](const RollupRow& a, const RollupRow& b) { return a.start < b.start; });
    return rows;
}

Result<std::vector<RollupTotal>> SessionReader::rollupTotals() {
    return collectRows(*impl_->file,
                       "SELECT scope, scope_id, partition, " WEIR_ROLLUP_COUNTS
                       ", first_arrival_ns, last_arrival_ns, first_start_ns, last_start_ns, first_end_ns, "
                       "last_end_ns, arrival, gather, queue, wait, run, total, output, init "
                       "FROM rollup_total ORDER BY scope, scope_id, partition",
                       totalRow);
}

Result<std::vector<ColdStart>> SessionReader::coldStarts() {
    return collectRows(*impl_->file,
                       "SELECT instance_id, function_id, invocation_id, started_ns, ready_ns, called_ns, "
                       "waiting_before, waiting_after, event_count, added_ns, added_most_ns, worked_off_ns "
                       "FROM cold_start ORDER BY instance_id",
                       coldRow);
}

Result<std::vector<PrunedRow>> SessionReader::pruned() {
    return collectRows(*impl_->file,
                       "SELECT reason, events, invocations, first_event_id, first_invocation_id, before_ns, "
                       "at_ns FROM pruned ORDER BY reason",
                       [](RowReader& row) {
                           PrunedRow r;
                           r.reason = row.text();
                           r.events = count(row);
                           r.invocations = count(row);
                           r.first_event = row.id<EventId>();
                           r.first_invocation = row.id<InvocationId>();
                           r.before = row.time();
                           r.at = row.time();
                           return r;
                       });
}

Result<std::vector<NoteRow>> SessionReader::notes() {
    return collectRows(*impl_->file, "SELECT id, at_ns, text FROM note ORDER BY id", [](RowReader& row) {
        NoteRow r;
        r.id = row.integer();
        r.at = row.time();
        r.text = row.text();
        return r;
    });
}

Result<std::optional<OrderOverview>> SessionReader::orderOverview() {
    auto checks = collectRows(*impl_->file, "SELECT events, deliveries, open, displaced FROM order_check",
                              [](RowReader& row) {
                                  OrderOverview r;
                                  r.events = count(row);
                                  r.deliveries = count(row);
                                  r.open = count(row);
                                  r.displaced = count(row);
                                  return r;
                              });
    if (!checks) return passOn(checks);
    if (checks->empty()) return std::optional<OrderOverview>{};
    auto kinds =
        collectRows(*impl_->file, "SELECT kind, severity, units FROM finding_count ORDER BY kind, severity",
                    [](RowReader& row) {
                        OrderOverview::Kind r;
                        r.kind = row.text();
                        r.severity = row.text();
                        r.units = count(row);
                        return r;
                    });
    if (!kinds) return passOn(kinds);
    checks->front().kinds = std::move(*kinds);
    return std::optional<OrderOverview>{std::move(checks->front())};
}

int SessionInfo::currentVersion() noexcept {
    return schema::kVersion;
}

}  // namespace weir::journal
