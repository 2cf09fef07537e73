// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "journal/facts.h"
#include "journal/session_file.h"
#include "journal/sqlite.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::journal {

/// Reads the columns of a row in order and trusts none: what is not of its type marks the row as bad and
/// reads as zero or empty.
class RowReader {
  public:
    explicit RowReader(sqlite3_stmt* statement) : statement_(statement) {}

    std::int64_t integer();
    std::optional<std::int64_t> maybeInteger();
    std::int32_t int32();  ///< out of range is bad
    TimeNs time();         ///< before 1970 or after 2116 is bad, so that differences never overflow
    std::optional<TimeNs> maybeTime();
    bool flag() { return integer() != 0; }
    std::string text();         ///< null is bad
    std::string textOrEmpty();  ///< null reads as empty
    std::string_view view();    ///< text or blob until the next step; null reads as data() == nullptr
    std::optional<std::string> bytes();  ///< text or blob, nothing for null
    template <typename I>
    I id() {
        return I{maybeInteger().value_or(0)};
    }
    /// A word of an enumeration whose last value is `last`.
    template <typename E>
    E word(E last) {
        const std::optional<E> value = maybeWord(last);
        return value ? *value : missing(E{});
    }
    template <typename E>
    std::optional<E> maybeWord(E last) {
        const std::string_view text = view();
        if (text.data() == nullptr) return std::nullopt;
        for (int v = 0; v <= static_cast<int>(last); ++v) {
            if (text == facts::word(static_cast<E>(v))) return static_cast<E>(v);
        }
        return missing(E{});
    }

    /// What must hold between the row's values.
    void require(bool holds) { bad_ = bad_ || !holds; }
    [[nodiscard]] bool bad() const noexcept { return bad_; }

  private:
    template <typename E>
    E missing(E value) {
        bad_ = true;
        return value;
    }

    sqlite3_stmt* statement_;
    int column_ = 0;
    bool bad_ = false;
};

/// Runs a query and calls `each(RowReader&)` for its rows. The file must be in use.
template <typename Each, typename... Args>
Status forEachRow(SessionFile& file, const char* sql, const Each& each, const Args&... args) {
    sqlite::Statement* s = file.statement(sql);
    if (s == nullptr) return tl::unexpected(file.error(file.lastCode()));
    int at = 0;
    (s->bind(++at, args), ...);
    int rc = SQLITE_OK;
    bool bad = false;
    while (!bad && (rc = s->step()) == SQLITE_ROW) {
        RowReader row(s->get());
        each(row);
        bad = row.bad();
    }
    s->reset();
    if (bad) return tl::unexpected(file.damaged("a value is not of its type"));
    if (rc != SQLITE_DONE) return tl::unexpected(file.error(rc));
    return {};
}

/// Takes the file in use, runs a query and collects `make(RowReader&)` of each row.
template <typename Make, typename... Args>
auto collectRows(SessionFile& file, const char* sql, const Make& make, const Args&... args)
    -> Result<std::vector<decltype(make(std::declval<RowReader&>()))>> {
    auto in_use = file.use();
    if (!in_use) return passOn(in_use);
    std::vector<decltype(make(std::declval<RowReader&>()))> rows;
    Status s = forEachRow(
        file, sql, [&](RowReader& row) { rows.push_back(make(row)); }, args...);
    if (!s) return passOn(s);
    return rows;
}

/// The first SQL row or nothing.
template <typename T>
Result<std::optional<T>> firstOf(Result<std::vector<T>> rows) {
    if (!rows) return passOn(rows);
    if (rows->empty()) return std::optional<T>{};
    return std::optional<T>{std::move(rows->front())};
}

}  // namespace weir::journal
