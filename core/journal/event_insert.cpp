// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/event_insert.h"

#include "journal/bytes_json.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::journal {
namespace {

// Parameters that all rows of a statement share, then those of each row.
enum Shared { kFirstId = 1, kTopic, kPartition, kReceived, kSharedEnd };
enum PerRow { kOffset = 0, kTimestamp, kTimestampType, kKey, kSize, kCapture, kHeaders, kValue, kPerRow };

// As in the column `capture`.
constexpr std::array<const char*, 4> kKnownWords{nullptr, "whole", "prefix", "none"};

std::string insertSql(std::uint32_t rows) {
    std::string sql =
        "INSERT INTO event(id, topic_id, partition, offset, received_ns, timestamp_ns, timestamp_type, key, "
        "size, capture, headers, value) VALUES ";
    for (std::uint32_t row = 0; row < rows; ++row) {
        const std::uint32_t at = kSharedEnd + row * kPerRow;
        sql += fmt::format("{}(?1+{},?2,?3,?{},?4,?{},?{},?{},?{},?{},?{},?{})", row == 0 ? "" : ",", row, at,
                           at + 1, at + 2, at + 3, at + 4, at + 5, at + 6, at + 7);
    }
    return sql;
}

/// Text when it can be shown as such, else a blob: either way the very bytes.
void bindBytes(sqlite3_stmt* statement, int at, Bytes bytes) {
    if (bytes.isNull()) {
        sqlite3_bind_null(statement, at);
    } else if (isPlainText(bytes.view())) {
        sqlite3_bind_text64(statement, at, bytes.data, bytes.size, SQLITE_STATIC, SQLITE_UTF8);
    } else {
        sqlite3_bind_blob64(statement, at, bytes.data, bytes.size, SQLITE_STATIC);
    }
}

}  // namespace

EventInsert::EventInsert(sqlite3* db, CapturePolicy capture)
    : capture_(capture), many_(db, insertSql(kRows)), one_(db, insertSql(1)) {}

int EventInsert::prepared() const noexcept {
    return many_.prepared() != SQLITE_OK ? many_.prepared() : one_.prepared();
}

int EventInsert::insert(const RecordChunk& chunk, TimeNs received) {
    std::uint32_t from = 0;
    for (; from + kRows <= chunk.size(); from += kRows) {
        if (const int rc = insertRows(many_, kRows, chunk, from, received); rc != SQLITE_OK) return rc;
    }
    for (; from < chunk.size(); ++from) {
        if (const int rc = insertRows(one_, 1, chunk, from, received); rc != SQLITE_OK) return rc;
    }
    return SQLITE_OK;
}

int EventInsert::insertRows(sqlite::Statement& statement, std::uint32_t rows, const RecordChunk& chunk,
                            std::uint32_t from, TimeNs received) {
    statement.bind(kFirstId, chunk.eventId(from).value);
    statement.bind(kTopic, chunk.topic().value);
    statement.bind(kPartition, chunk.partition());
    statement.bind(kReceived, received);
    for (std::uint32_t row = 0; row < rows; ++row) bindRow(statement.get(), row, chunk, from + row);
    return statement.finish();
}

void EventInsert::bindRow(sqlite3_stmt* s, std::uint32_t row, const RecordChunk& chunk, std::uint32_t index) {
    const int at = kSharedEnd + static_cast<int>(row * kPerRow);
    const Record& record = chunk[index];
    sqlite3_bind_int64(s, at + kOffset, record.offset);
    if (record.timestamp == kNoTimestamp) {
        sqlite3_bind_null(s, at + kTimestamp);
    } else {
        sqlite3_bind_int64(s, at + kTimestamp, record.timestamp);
    }
    if (record.timestamp_type == TimestampType::None) {
        sqlite3_bind_null(s, at + kTimestampType);
    } else {
        sqlite3_bind_int(s, at + kTimestampType, static_cast<int>(record.timestamp_type));
    }
    bindBytes(s, at + kKey, chunk.key(index));

    Bytes value = chunk.value(index);
    const char* captured = kKnownWords[static_cast<std::size_t>(record.value_known)];
    const std::int64_t size = record.value_known >= ValueKnown::Prefix ? record.stated_size
                              : value.isNull()                         ? -1
                                               : static_cast<std::int64_t>(value.size);
    if (size < 0) {
        sqlite3_bind_null(s, at + kSize);
    } else {
        sqlite3_bind_int64(s, at + kSize, size);
    }
    if (!value.isNull()) {
        const auto limit = static_cast<std::size_t>(std::max<std::int64_t>(capture_.prefix_bytes, 0));
        if (capture_.values == CapturePolicy::Values::None) {
            value = {};
            captured = "none";
        } else if (capture_.values == CapturePolicy::Values::Prefix && value.size > limit) {
            value.size = limit;
            captured = "prefix";
        }
    }
    if (captured == nullptr) {
        sqlite3_bind_null(s, at + kCapture);
    } else {
        sqlite3_bind_text(s, at + kCapture, captured, -1, SQLITE_STATIC);
    }
    if (record.headers_count == 0) {
        sqlite3_bind_null(s, at + kHeaders);
    } else {
        std::string& json = headers_[row];
        json.clear();
        appendHeadersJson(json, chunk.headers(index));
        sqlite3_bind_text64(s, at + kHeaders, json.data(), json.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    bindBytes(s, at + kValue, value);
}

}  // namespace weir::journal
