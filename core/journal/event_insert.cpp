// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/event_insert.h"

#include "journal/bytes_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace weir::journal {
namespace {

// Parameters that all rows of a statement share, then those of each row.
enum Shared { kFirstId = 1, kTopic, kPartition, kReceived, kSharedEnd };
enum PerRow { kOffset = 0, kTimestamp, kTimestampType, kKey, kSize, kCapture, kHeaders, kValue, kPerRow };

constexpr std::string_view kMasked = "***";

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

/// They were checked when the flow was read; what is no path names nothing.
std::vector<JsonPath> pathsOf(const std::vector<std::string>& texts) {
    std::vector<JsonPath> paths;
    for (const std::string& text : texts) {
        if (auto path = parseJsonPath(text)) paths.push_back(std::move(*path));
    }
    return paths;
}

bool equalWithoutCase(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char x, char y) { return lower(x) == lower(y); });
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
    : capture_(std::move(capture)),
      mask_(pathsOf(capture_.mask_paths)),
      many_(db, insertSql(kRows)),
      one_(db, insertSql(1)) {}

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
    if (!value.isNull()) value = keptValue(value, row, captured);
    if (captured == nullptr) {
        sqlite3_bind_null(s, at + kCapture);
    } else {
        sqlite3_bind_text(s, at + kCapture, captured, -1, SQLITE_STATIC);
    }
    if (record.headers_count == 0) {
        sqlite3_bind_null(s, at + kHeaders);
    } else {
        std::string& json = headers_[row];
        writeHeaders(json, chunk, index);
        sqlite3_bind_text64(s, at + kHeaders, json.data(), json.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    bindBytes(s, at + kValue, value);
}

Bytes EventInsert::keptValue(Bytes value, std::uint32_t row, const char*& captured) {
    if (capture_.values == CapturePolicy::Values::None) {
        captured = "none";
        return {};
    }
    if (!mask_.empty()) {
        std::string& masked = masked_[row];
        switch (mask_.apply(value.view(), masked)) {
            case JsonMask::Outcome::NotJson:
                captured = "none";
                return {};
            case JsonMask::Outcome::Masked:
                if (captured == nullptr) captured = "masked";
                value = {masked.data(), masked.size()};
                break;
            case JsonMask::Outcome::Untouched:
                break;
        }
    }
    const auto limit = static_cast<std::size_t>(std::max<std::int64_t>(capture_.prefix_bytes, 0));
    if (capture_.values == CapturePolicy::Values::Prefix && value.size > limit) {
        value.size = limit;
        captured = "prefix";
    }
    return value;
}

bool EventInsert::isMasked(std::string_view header) const {
    return std::any_of(capture_.mask_headers.begin(), capture_.mask_headers.end(),
                       [&](const std::string& name) { return equalWithoutCase(name, header); });
}

void EventInsert::writeHeaders(std::string& json, const RecordChunk& chunk, std::uint32_t index) const {
    json.clear();
    std::vector<Header> headers = chunk.headers(index);
    if (!capture_.mask_headers.empty()) {
        for (Header& header : headers) {
            if (!header.value.isNull() && isMasked(header.name))
                header.value = {kMasked.data(), kMasked.size()};
        }
    }
    appendHeadersJson(json, headers);
}

}  // namespace weir::journal
