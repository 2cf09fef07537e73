// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/session_reader_impl.h"
#include "journal/session_rows.h"

namespace weir::journal {

Result<std::vector<BillingRow>> SessionReader::billing(DurationNs round, DurationNs least, bool init_billed) {
    // `handler` is the call without what its instance needed to start, where that lies in the call; `init` is
    // all that it needed. Both in nanoseconds.
    return collectRows(
        *impl_->file,
        "SELECT function_id, sum(outcome IS NOT 'throttled'), "
        "sum(outcome IS NOT 'throttled' AND end_ns IS NULL), sum(outcome IS 'throttled'), "
        "sum(cold AND outcome IS NOT 'throttled'), "
        "sum(CASE WHEN outcome IS 'throttled' OR start_ns IS NULL OR end_ns IS NULL THEN 0 ELSE "
        "max(?2, (max(0, handler + init * ?3) + ?1 - 1) / ?1 * ?1) END) FROM ("
        "SELECT i.function_id, i.outcome, i.cold, i.start_ns, i.end_ns, "
        "i.end_ns - i.start_ns - max(0, min(coalesce(n.ready_ns, i.start_ns), i.end_ns) - "
        "max(coalesce(n.started_ns, i.end_ns), i.start_ns)) AS handler, "
        "max(0, coalesce(n.ready_ns - n.started_ns, 0)) AS init "
        "FROM invocation AS i LEFT JOIN instance AS n ON i.cold AND n.id = i.instance_id) "
        "GROUP BY function_id ORDER BY function_id",
        [](RowReader& row) {
            BillingRow r;
            r.function = row.id<FunctionId>();
            r.requests = row.integer();
            r.unfinished = row.integer();
            r.throttled = row.integer();
            r.cold = row.integer();
            r.billed = row.integer();
            return r;
        },
        round, least, static_cast<int>(init_billed));
}

}  // namespace weir::journal
