// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/finding_rows.h"
#include "journal/sqlite.h"

#include <span>

namespace weir::journal {

/// Writes the tables of the order check, inside whatever transaction is open. Functions return SQLite's
/// result code.
class FindingInsert {
  public:
    explicit FindingInsert(sqlite3* db);

    [[nodiscard]] int prepared() const noexcept;
    int insert(std::span<const FindingRow> findings);
    /// Replaces the figures.
    int summary(const OrderSummaryRow& check, std::span<const FindingCountRow> counts);
    /// Forgets all findings: the session is checked again.
    int clear();

  private:
    sqlite::Statement finding_, check_, count_, clear_findings_, clear_counts_;
};

}  // namespace weir::journal
