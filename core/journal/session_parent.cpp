// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/session_parent.h"

#include "journal/session_reader.h"
#include "journal/session_rows.h"

namespace weir::journal {

Result<std::optional<Parent>> parentOf(SessionReader& reader) {
    return firstOf(
        collectRows(reader.file(),
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
                    }));
}

}  // namespace weir::journal
