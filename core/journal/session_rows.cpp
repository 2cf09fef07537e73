// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/session_rows.h"

#include <limits>

namespace weir::journal {

std::int64_t RowReader::integer() {
    const auto value = maybeInteger();
    if (!value) bad_ = true;
    return value.value_or(0);
}

std::optional<std::int64_t> RowReader::maybeInteger() {
    const int column = column_++;
    switch (sqlite3_column_type(statement_, column)) {
        case SQLITE_INTEGER:
            return sqlite3_column_int64(statement_, column);
        case SQLITE_NULL:
            return std::nullopt;
        default:
            bad_ = true;
            return 0;
    }
}

std::int32_t RowReader::int32() {
    const std::int64_t value = integer();
    if (value < std::numeric_limits<std::int32_t>::min() ||
        value > std::numeric_limits<std::int32_t>::max()) {
        bad_ = true;
        return 0;
    }
    return static_cast<std::int32_t>(value);
}

std::optional<TimeNs> RowReader::maybeTime() {
    const auto value = maybeInteger();
    if (value) require(*value >= 0 && *value < std::int64_t{1} << 62);
    return bad_ ? std::nullopt : value;
}

TimeNs RowReader::time() {
    const auto value = maybeTime();
    if (!value) bad_ = true;
    return value.value_or(0);
}

std::string_view RowReader::view() {
    const int column = column_++;
    const int type = sqlite3_column_type(statement_, column);
    if (type == SQLITE_NULL) return {};
    if (type != SQLITE_TEXT && type != SQLITE_BLOB) {
        bad_ = true;
        return {};
    }
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return data == nullptr ? std::string_view{""} : std::string_view{data, size};
}

std::string RowReader::text() {
    const std::string_view v = view();
    if (v.data() == nullptr) bad_ = true;
    return std::string{v};
}

std::string RowReader::textOrEmpty() {
    return std::string{view()};
}

std::optional<std::string> RowReader::bytes() {
    const std::string_view v = view();
    if (v.data() == nullptr) return std::nullopt;
    return std::string{v};
}

}  // namespace weir::journal
