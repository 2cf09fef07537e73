// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "journal/session_rows.h"
#include "journal/sqlite.h"

#include <string>
#include <string_view>

namespace weir::compare {

/// A database of its own in a temporary file, which is gone with it: what two sessions hold, to be sorted and
/// joined without holding it in memory.
class Scratch {
  public:
    static Result<Scratch> open();

    Status execute(const char* sql);
    /// A statement that stays prepared as long as its owner.
    Result<journal::sqlite::Statement> prepare(std::string_view sql);
    [[nodiscard]] Error error() const;

  private:
    explicit Scratch(journal::sqlite::Database db) : db_(std::move(db)) {}
    journal::sqlite::Database db_;
};

/// Rows of a query, one after the other.
class Rows {
  public:
    Rows(const Scratch& scratch, journal::sqlite::Statement statement)
        : scratch_(&scratch), statement_(std::move(statement)) {}

    Status advance() {
        const int rc = statement_.step();
        done_ = rc != SQLITE_ROW;
        if (rc != SQLITE_ROW && rc != SQLITE_DONE) return tl::unexpected<Error>(scratch_->error());
        return {};
    }
    [[nodiscard]] bool done() const noexcept { return done_; }
    [[nodiscard]] std::int64_t integer(int column) const {
        return sqlite3_column_int64(statement_.get(), column);
    }

  private:
    const Scratch* scratch_;
    journal::sqlite::Statement statement_;
    bool done_ = false;
};

}  // namespace weir::compare
