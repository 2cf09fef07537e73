// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/sqlite.h"

namespace weir::journal::sqlite {
namespace {

/// Before anybody opens a file: SQLite counts the bytes of every allocation under one mutex otherwise, and
/// nobody asks for them.
[[maybe_unused]] const int kUncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);

}  // namespace

std::string lastMessage(sqlite3* db) {
    return db == nullptr ? "out of memory" : sqlite3_errmsg(db);
}

std::string queryText(sqlite3* db, const char* sql) {
    Statement s(db, sql, 0);
    if (s.prepared() != SQLITE_OK || s.step() != SQLITE_ROW) return {};
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(s.get(), 0));
    return text == nullptr ? std::string{} : std::string{text};
}

Statement::Statement(sqlite3* db, std::string_view sql, unsigned flags) {
    sqlite3_stmt* raw = nullptr;
    prepared_ = sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()), flags, &raw, nullptr);
    statement_.reset(raw);
}

int Statement::finish() {
    const int rc = step();
    const int reset_rc = sqlite3_reset(get());
    if (rc == SQLITE_DONE || rc == SQLITE_ROW) return reset_rc;
    return rc;
}

}  // namespace weir::journal::sqlite
