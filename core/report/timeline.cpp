// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/session_file.h"
#include "journal/session_rows.h"
#include "report/data.h"

#include <algorithm>
#include <map>

namespace weir::report {
namespace {

using journal::collectRows;
using journal::RowReader;

constexpr std::int64_t kMoments = 400;      // about as many as a picture shows
constexpr std::int64_t kFewRows = 100'000;  // are counted: kept figures of little are coarse

struct Bucket {
    Moment moment;
    Histogram run;
};
using Buckets = std::map<std::int64_t, Bucket>;

Status countArrivals(journal::SessionFile& file, TimeNs first, DurationNs width, Buckets& buckets) {
    auto rows = collectRows(
        file,
        "SELECT (received_ns - ?1) / ?2, sum(last_offset - first_offset + 1) FROM event_run WHERE "
        "value_bytes NOTNULL "
        "GROUP BY 1",
        [&](RowReader& row) {
            Bucket& bucket = buckets[row.integer()];
            bucket.moment.events = row.integer();
            return 0;
        },
        first, width);
    if (!rows) return passOn(rows);
    return {};
}

/// Row by row, in pages, so that no list of calls is held.
Status countCalls(journal::SessionReader& reader, TimeNs first, DurationNs width, Buckets& buckets) {
    constexpr std::int64_t kPage = 20'000;
    for (std::int64_t next = 1;;) {
        auto calls = reader.invocations(InvocationId{next}, kPage);
        if (!calls) return passOn(calls);
        if (calls->empty()) return {};
        for (const journal::InvocationRow& call : *calls) {
            if (call.cold) ++buckets[(call.start - first) / width].moment.cold_starts;
            if (!call.end) continue;
            Bucket& bucket = buckets[(*call.end - first) / width];
            const bool good =
                call.outcome == facts::Outcome::Success || call.outcome == facts::Outcome::Partial;
            (good ? bucket.moment.delivered : bucket.moment.failed) += call.events;
            if (!call.observed) bucket.run.record(*call.end - call.start);
        }
        next = calls->back().id.value + 1;
    }
}

Moment momentOf(const journal::RollupRow& row) {
    using journal::RollupCount;
    Moment m;
    m.start = row.start;
    m.width = row.width;
    m.events = row.cell.counts[RollupCount::Events];
    m.delivered = row.cell.counts[RollupCount::Delivered];
    m.failed = row.cell.counts[RollupCount::Failed];
    m.cold_starts = row.cell.counts[RollupCount::ColdStarts];
    if (!row.cell.run.empty()) {
        m.run_p50 = row.cell.run.percentile(0.5);
        m.run_p99 = row.cell.run.percentile(0.99);
    }
    return m;
}

/// Counts the rows: of a small session, or one without figures of its own.
Result<std::vector<Moment>> timelineFromRows(journal::SessionReader& reader, TimeNs first, TimeNs last) {
    const DurationNs width = std::max<DurationNs>(100 * kMillisecond, (last - first) / kMoments + 1);
    Buckets buckets;
    if (Status s = countArrivals(reader.file(), first, width, buckets); !s) return passOn(s);
    if (Status s = countCalls(reader, first, width, buckets); !s) return passOn(s);
    std::vector<Moment> out;
    for (auto& [index, bucket] : buckets) {
        Moment& m = bucket.moment;
        m.start = first + index * width;
        m.width = width;
        if (!bucket.run.empty()) {
            m.run_p50 = bucket.run.percentile(0.5);
            m.run_p99 = bucket.run.percentile(0.99);
        }
        out.push_back(m);
    }
    return out;
}

}  // namespace

Result<std::vector<Moment>> readTimeline(journal::SessionReader& reader, TimeNs first, TimeNs last) {
    auto extent = reader.extent();
    if (!extent) return passOn(extent);
    if (extent->invocations + extent->arrivals <= kFewRows) return timelineFromRows(reader, first, last);
    const DurationNs finest = std::max<DurationNs>(0, (last - first) / kMoments);
    auto rows = reader.rollups({}, finest, first, last + 1);
    if (!rows) return passOn(rows);
    if (rows->empty()) return timelineFromRows(reader, first, last);
    std::vector<Moment> out;
    out.reserve(rows->size());
    for (const journal::RollupRow& row : *rows) {
        Moment m = momentOf(row);
        const TimeNs end = std::min(m.start + m.width, last + 1);
        m.start = std::max(m.start, first);
        m.width = std::max<DurationNs>(end - m.start, 1);
        out.push_back(m);
    }
    return out;
}

}  // namespace weir::report
