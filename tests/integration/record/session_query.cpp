// SPDX-License-Identifier: GPL-3.0-or-later
#include "session_query.h"

#include <sqlite3.h>

#include <memory>
#include <stdexcept>

namespace weir::test {
namespace {

struct Close {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

template <typename Read>
auto ask(const std::string& path, const std::string& sql, Read read) {
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READONLY, nullptr);
    const std::unique_ptr<sqlite3, Close> db(raw);
    if (opened != SQLITE_OK) throw std::runtime_error(path + ": " + sqlite3_errmsg(raw));
    sqlite3_busy_timeout(raw, 5'000);
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v2(raw, sql.c_str(), -1, &prepared, nullptr) != SQLITE_OK) {
        throw std::runtime_error(sql + ": " + sqlite3_errmsg(raw));
    }
    const std::unique_ptr<sqlite3_stmt, Close> statement(prepared);
    if (sqlite3_step(prepared) != SQLITE_ROW) throw std::runtime_error(sql + ": no row");
    return read(prepared);
}

}  // namespace

std::int64_t askNumber(const std::string& path, const std::string& sql) {
    return ask(path, sql, [](sqlite3_stmt* s) { return std::int64_t{sqlite3_column_int64(s, 0)}; });
}

std::string askText(const std::string& path, const std::string& sql) {
    return ask(path, sql, [](sqlite3_stmt* s) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(s, 0));
        return std::string(text == nullptr ? "" : text);
    });
}

}  // namespace weir::test
