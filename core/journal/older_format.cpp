// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/older_format.h"

#include "journal/schema.h"

#include <algorithm>
#include <string>
#include <vector>

namespace weir::journal {
namespace {

struct Column {
    std::string name, type;
};
struct Table {
    std::string name, sql;
    std::vector<Column> columns;
};

std::string textAt(sqlite::Statement& s, int column) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(s.get(), column));
    return text == nullptr ? std::string() : std::string(text);
}

std::vector<Column> columnsOf(sqlite3* db, const std::string& table) {
    std::vector<Column> columns;
    sqlite::Statement s(db, "SELECT name, type FROM pragma_table_info(?, 'main')", 0);
    if (s.prepared() != SQLITE_OK) return columns;
    s.bind(1, table);
    while (s.step() == SQLITE_ROW) columns.push_back({textAt(s, 0), textAt(s, 1)});
    return columns;
}

std::vector<Table> tablesOf(sqlite3* db) {
    std::vector<Table> tables;
    sqlite::Statement s(db, "SELECT name, sql FROM main.sqlite_schema WHERE type = 'table'", 0);
    if (s.prepared() != SQLITE_OK) return tables;
    while (s.step() == SQLITE_ROW) tables.push_back({textAt(s, 0), textAt(s, 1), {}});
    for (Table& table : tables) table.columns = columnsOf(db, table.name);
    return tables;
}

/// The tables as this version makes them.
const std::vector<Table>& currentTables() {
    static const std::vector<Table> tables = [] {
        sqlite3* raw = nullptr;
        sqlite3_open(":memory:", &raw);
        const sqlite::Database db(raw);
        sqlite::execute(raw, schema::kCreate);
        return tablesOf(raw);
    }();
    return tables;
}

/// The statements of `kCreate` that make indexes, so that a migrated file has them too.
std::vector<std::string> currentIndexes() {
    sqlite3* raw = nullptr;
    sqlite3_open(":memory:", &raw);
    const sqlite::Database db(raw);
    sqlite::execute(raw, schema::kCreate);
    std::vector<std::string> all;
    sqlite::Statement s(raw, "SELECT sql FROM sqlite_schema WHERE type IN ('index', 'view') AND sql NOTNULL",
                        0);
    while (s.step() == SQLITE_ROW) {
        std::string sql = textAt(s, 0);
        sql.insert(sql.find(' ', sql.find(' ') + 1) + 1, "IF NOT EXISTS ");
        all.push_back(std::move(sql));
    }
    return all;
}

/// Calls `table(current)` for tables that the file lacks, `columns(current, missing)` for those that lack
/// columns, until one does not return SQLITE_OK.
template <typename OnTable, typename OnColumns>
int forMissing(sqlite3* db, const OnTable& on_table, const OnColumns& on_columns) {
    const std::vector<Table> there = tablesOf(db);
    for (const Table& current : currentTables()) {
        const auto own =
            std::find_if(there.begin(), there.end(), [&](const Table& t) { return t.name == current.name; });
        if (own == there.end()) {
            if (const int rc = on_table(current); rc != SQLITE_OK) return rc;
            continue;
        }
        std::vector<Column> missing;
        for (const Column& column : current.columns) {
            if (std::none_of(own->columns.begin(), own->columns.end(),
                             [&](const Column& c) { return c.name == column.name; })) {
                missing.push_back(column);
            }
        }
        if (missing.empty()) continue;
        if (const int rc = on_columns(current, missing); rc != SQLITE_OK) return rc;
    }
    return SQLITE_OK;
}

}  // namespace

int readAsCurrent(sqlite3* db) {
    return forMissing(
        db,
        [db](const Table& table) {
            std::string sql = table.sql;
            sql.insert(sql.find("TABLE"), "TEMP ");
            return sqlite::execute(db, sql.c_str());
        },
        [db](const Table& table, const std::vector<Column>& missing) {
            std::string sql = "CREATE TEMP VIEW \"" + table.name + "\" AS SELECT *";
            for (const Column& column : missing) sql += ", NULL AS \"" + column.name + "\"";
            sql += " FROM main.\"" + table.name + "\"";
            return sqlite::execute(db, sql.c_str());
        });
}

int migrate(sqlite3* db) {
    int rc = forMissing(
        db, [db](const Table& table) { return sqlite::execute(db, table.sql.c_str()); },
        [db](const Table& table, const std::vector<Column>& missing) {
            for (const Column& column : missing) {
                const std::string sql =
                    "ALTER TABLE \"" + table.name + "\" ADD COLUMN \"" + column.name + "\" " + column.type;
                if (const int code = sqlite::execute(db, sql.c_str()); code != SQLITE_OK) return code;
            }
            return SQLITE_OK;
        });
    for (const std::string& sql : currentIndexes()) {
        if (rc == SQLITE_OK) rc = sqlite::execute(db, sql.c_str());
    }
    const std::string version = "PRAGMA user_version=" + std::to_string(schema::kVersion);
    return rc == SQLITE_OK ? sqlite::execute(db, version.c_str()) : rc;
}

}  // namespace weir::journal
