// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/extract/table_copy.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::analysis {
namespace {

using journal::sqlite::Statement;

std::vector<std::string> columnsOf(sqlite3* db, std::string_view table) {
    std::vector<std::string> columns;
    Statement s(db, "SELECT name FROM pragma_table_info(?, 'main')", 0);
    if (s.prepared() != SQLITE_OK) return columns;
    s.bind(1, table);
    while (s.step() == SQLITE_ROW) {
        columns.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(s.get(), 0)));
    }
    return columns;
}

}  // namespace

TableCopy::TableCopy(sqlite3* from, sqlite3* to, std::string_view table, std::string_view rest)
    : columns_(columnsOf(to, table)) {
    std::string parameters;
    for (std::size_t i = 0; i < columns_.size(); ++i) parameters += i == 0 ? "?" : ",?";
    const std::string columns = fmt::format("{}", fmt::join(columns_, ","));
    select_ = Statement(from, fmt::format("SELECT {} FROM {} {}", columns, table, rest));
    insert_ = Statement(to, fmt::format("INSERT INTO {}({}) VALUES ({})", table, columns, parameters));
}

int TableCopy::prepared() const noexcept {
    return select_.prepared() != SQLITE_OK ? select_.prepared() : insert_.prepared();
}

int TableCopy::column(std::string_view name) const {
    const auto found = std::find(columns_.begin(), columns_.end(), name);
    return found == columns_.end() ? -1 : static_cast<int>(found - columns_.begin());
}

int TableCopy::put() {
    for (int i = 0; i < static_cast<int>(columns_.size()); ++i) {
        sqlite3_bind_value(insert_.get(), i + 1, sqlite3_column_value(select_.get(), i));
    }
    for (const Change& change : changes_) {
        change.text != nullptr ? insert_.bind(change.column + 1, change.text)
                               : insert_.bind(change.column + 1, change.value);
    }
    changes_.clear();
    const int rc = insert_.finish();
    writing_ = rc != SQLITE_OK;
    return rc;
}

}  // namespace weir::analysis
