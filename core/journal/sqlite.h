// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/record.h"

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

/// Thin ownership over SQLite's C API. Result codes stay SQLite's; who calls knows what they mean to people.
namespace weir::journal::sqlite {

struct CloseDatabase {
    void operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

/// Runs SQL that returns nothing of interest.
inline int execute(sqlite3* db, const char* sql) {
    return sqlite3_exec(db, sql, nullptr, nullptr, nullptr);
}

/// The last error of a connection in SQLite's words.
[[nodiscard]] std::string lastMessage(sqlite3* db);

/// The text of the first column of the first row, empty when there is none.
[[nodiscard]] std::string queryText(sqlite3* db, const char* sql);

/// A prepared statement. Text and bytes are bound without a copy and must live until the next reset.
class Statement {
  public:
    Statement() = default;
    Statement(sqlite3* db, std::string_view sql, unsigned flags = SQLITE_PREPARE_PERSISTENT);

    /// SQLITE_OK, or why preparing failed.
    [[nodiscard]] int prepared() const noexcept { return prepared_; }
    [[nodiscard]] sqlite3_stmt* get() const noexcept { return statement_.get(); }

    void bind(int at, std::int64_t v) { sqlite3_bind_int64(get(), at, v); }
    void bind(int at, std::nullptr_t) { sqlite3_bind_null(get(), at); }
    /// A view of nothing is SQL's null, an empty one is empty text.
    void bind(int at, std::string_view v) {
        sqlite3_bind_text64(get(), at, v.data(), v.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    void bind(int at, const std::string& v) { bind(at, std::string_view{v}); }
    void bind(int at, const char* v) { sqlite3_bind_text(get(), at, v, -1, SQLITE_STATIC); }
    template <typename I>
    requires std::is_integral_v<I>
    void bind(int at, I v) { bind(at, static_cast<std::int64_t>(v)); }
    /// Id 0 is "none": SQL's null.
    template <typename Tag>
    void bind(int at, Id<Tag> id) {
        id ? bind(at, id.value) : bind(at, nullptr);
    }
    template <typename T>
    void bind(int at, const std::optional<T>& v) {
        v ? bind(at, *v) : bind(at, nullptr);
    }

    /// Binds all parameters in order, runs the statement to its end and resets it.
    template <typename... Args>
    int run(const Args&... args) {
        int at = 0;
        (bind(++at, args), ...);
        return finish();
    }

    int step() { return sqlite3_step(get()); }
    void reset() { sqlite3_reset(get()); }
    /// Steps a statement without rows and resets it; SQLITE_OK when it was done.
    int finish();

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* s) const noexcept { sqlite3_finalize(s); }
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int prepared_ = SQLITE_MISUSE;
};

}  // namespace weir::journal::sqlite
