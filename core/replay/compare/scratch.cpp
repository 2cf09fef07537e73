// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/compare/scratch.h"

#include <utility>

namespace weir::compare {

using journal::sqlite::Database;
using journal::sqlite::Statement;

Result<Scratch> Scratch::open() {
    sqlite3* raw = nullptr;
    const int rc = sqlite3_open_v2("", &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    Scratch scratch{Database(raw)};
    if (rc != SQLITE_OK) return tl::unexpected<Error>(scratch.error());
    if (Status s = scratch.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; "
                                   "PRAGMA cache_size = -65536; PRAGMA temp_store = FILE;");
        !s) {
        return passOn(s);
    }
    return scratch;
}

Error Scratch::error() const {
    const bool full = sqlite3_errcode(db_.get()) == SQLITE_FULL;
    return {full ? ErrorCode::DiskFull : ErrorCode::FileNotWritable,
            "The temporary file for the comparison cannot be written: " +
                journal::sqlite::lastMessage(db_.get()) + ".",
            "Make room, or set SQLITE_TMPDIR to a directory on a disk with room."};
}

Status Scratch::execute(const char* sql) {
    if (journal::sqlite::execute(db_.get(), sql) == SQLITE_OK) return {};
    return tl::unexpected<Error>(error());
}

Result<Statement> Scratch::prepare(std::string_view sql) {
    Statement statement(db_.get(), sql);
    if (statement.prepared() != SQLITE_OK) return tl::unexpected<Error>(error());
    return statement;
}

}  // namespace weir::compare
