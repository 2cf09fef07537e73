// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/sqlite.h"

namespace weir::journal {

/// Makes a session of an older format readable as it is: tables and columns that it lacks are put before it
/// as empty temporary ones of this connection; the file stays untouched. Returns SQLite's result code.
int readAsCurrent(sqlite3* db);

/// Gives a database that is open for writing the tables and columns of the current format and its version.
/// Columns that became nullable since are left as they are: nothing is written into such a file any more.
int migrate(sqlite3* db);

}  // namespace weir::journal
