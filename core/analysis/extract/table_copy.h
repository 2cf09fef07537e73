// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/sqlite.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::analysis {

/// Copies rows of one table from one session into another, some columns with other values.
/// Functions return SQLite's result code. Threads: one.
class TableCopy {
  public:
    /// `rest` follows `SELECT columns FROM table `: a WHERE with numbered parameters, an ORDER BY.
    TableCopy(sqlite3* from, sqlite3* to, std::string_view table, std::string_view rest = {});

    [[nodiscard]] int prepared() const noexcept;

    /// Calls `each()` for every row, which put()s it, or does not. `args` are the parameters of `rest`.
    /// `reading()` says whether a failure was the reader's.
    template <typename Each, typename... Args>
    int rows(const Each& each, const Args&... args) {
        int at = 0;
        (select_.bind(++at, args), ...);
        int rc = SQLITE_OK;
        while ((rc = select_.step()) == SQLITE_ROW) {
            if (rc = each(); rc != SQLITE_OK) break;
        }
        reading_ = rc != SQLITE_DONE && !writing_;
        select_.reset();
        return rc == SQLITE_DONE ? SQLITE_OK : rc;
    }
    [[nodiscard]] bool reading() const noexcept { return reading_; }

    // The row that `each` is called for.
    [[nodiscard]] std::int64_t integer(int column) const {
        return sqlite3_column_int64(select_.get(), column);
    }
    [[nodiscard]] bool null(int column) const {
        return sqlite3_column_type(select_.get(), column) == SQLITE_NULL;
    }
    [[nodiscard]] int column(std::string_view name) const;  ///< its place; -1: the table has none such

    /// Writes the row; set() puts another value in a column of it before.
    int put();
    void set(int column, std::int64_t value) { changes_.push_back({column, value}); }
    void setNull(int column) { changes_.push_back({column, std::nullopt}); }
    void setText(int column, const char* text) { changes_.push_back({column, std::nullopt, text}); }
    /// 0 is null.
    void setId(int column, std::int64_t id) { id == 0 ? setNull(column) : set(column, id); }

  private:
    struct Change {
        int column = 0;
        std::optional<std::int64_t> value = {};
        const char* text = nullptr;
    };
    std::vector<std::string> columns_;
    std::vector<Change> changes_;
    journal::sqlite::Statement select_, insert_;
    bool reading_ = false, writing_ = false;
};

}  // namespace weir::analysis
