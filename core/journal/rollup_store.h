// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/rollup_book.h"
#include "journal/sqlite.h"

namespace weir::journal {

/// Writes the figures of a RollupBook into their tables, inside whatever transaction is open.
class RollupStore final : public RollupSink {
  public:
    explicit RollupStore(sqlite3* db);

    [[nodiscard]] int prepared() const noexcept;
    /// SQLITE_OK, or the first code with which writing failed.
    [[nodiscard]] int failed() const noexcept { return failed_; }
    /// From the table `event`.
    std::optional<TimeNs> findArrival(EventId event);

    void bucket(const RollupKey& key, DurationNs width, TimeNs start, bool refined,
                const RollupCell& cell) override;
    void total(const RollupTotal& total) override;
    void coldStart(const ColdStart& cold) override;

  private:
    void run(sqlite::Statement& statement);

    sqlite::Statement bucket_, total_, cold_start_, arrival_;
    int failed_ = SQLITE_OK;
};

/// The word of a scope in the tables.
[[nodiscard]] const char* word(RollupScope scope);

}  // namespace weir::journal
