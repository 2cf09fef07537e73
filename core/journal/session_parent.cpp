// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/session_parent.h"

#include "journal/session_reader.h"
#include "journal/session_rows.h"

#include <utility>

namespace weir::journal {

Result<std::optional<Parent>> parentOf(SessionReader& reader) {
    auto rows = collectRows(reader.file(),
                            "SELECT name, file, started_ns, filter, event_count, function, batches_of, pace "
                            "FROM parent LIMIT 1",
                            [](RowReader& row) {
                                Parent p;
                                p.name = row.text();
                                p.file = row.text();
                                p.started = row.time();
                                p.filter = row.textOrEmpty();
                                p.events = row.integer();
                                p.function = row.text();
                                p.batches_of = row.textOrEmpty();
                                p.pace = row.text();
                                return p;
                            });
    if (!rows) return passOn(rows);
    if (rows->empty()) return std::optional<Parent>{};
    return std::optional<Parent>{std::move(rows->front())};
}

}  // namespace weir::journal
