// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/session_origin.h"

#include "base/text.h"
#include "journal/session_reader.h"
#include "journal/session_rows.h"

#include <fmt/format.h>

namespace weir::journal {

Result<std::optional<Origin>> originOf(SessionReader& reader) {
    return firstOf(collectRows(reader.file(),
                               "SELECT file, started_ns, filter, event_count, of_events FROM extract LIMIT 1",
                               [](RowReader& row) {
                                   Origin o;
                                   o.file = row.text();
                                   o.started = row.time();
                                   o.filter = row.text();
                                   o.events = row.integer();
                                   o.of_events = row.integer();
                                   return o;
                               }));
}

std::string words(const Origin& o) {
    return fmt::format("{} of {} events of {}, started {}{}", formatCount(o.events), formatCount(o.of_events),
                       o.file, formatTimeUtc(o.started), o.filter.empty() ? std::string() : ": " + o.filter);
}

}  // namespace weir::journal
