// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "journal/session_rows.h"

#include <sqlite3.h>

#include <cstdint>
#include <string_view>

namespace weir::filter {

/// Binds the first two parameters; returns the next.
inline int bindRange(sqlite3_stmt* statement, std::int64_t first, std::int64_t last) {
    sqlite3_bind_int64(statement, 1, first);
    sqlite3_bind_int64(statement, 2, last);
    return 3;
}

/// Runs a query that was put together for this filter and calls `each(RowReader&)` for its rows. The file
/// must be in use.
template <typename Bind, typename Each>
Status forEach(journal::SessionFile& file, std::string_view sql, const Bind& bind, const Each& each) {
    journal::sqlite::Statement statement(file.handle(), sql, 0);
    if (statement.prepared() != SQLITE_OK) return tl::unexpected<Error>(file.error(statement.prepared()));
    bind(statement.get());
    int rc = SQLITE_ROW;
    while ((rc = statement.step()) == SQLITE_ROW) {
        journal::RowReader row(statement.get());
        each(row);
        if (row.bad()) return tl::unexpected<Error>(file.damaged("a value is not of its type"));
    }
    if (rc != SQLITE_DONE) return tl::unexpected<Error>(file.error(rc));
    return {};
}

}  // namespace weir::filter
