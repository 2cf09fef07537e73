// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/record.h"
#include "journal/session_writer.h"
#include "journal/sqlite.h"

#include <array>
#include <string>
#include <string_view>

namespace weir::journal {

/// Writes the rows of `event`: the hot path. Binds straight from the chunk's arena, many rows a step.
class EventInsert {
  public:
    EventInsert(sqlite3* db, CapturePolicy capture);

    [[nodiscard]] int prepared() const noexcept;
    /// Inserts all records of a chunk; returns SQLite's result code.
    int insert(const RecordChunk& chunk, TimeNs received);

  private:
    static constexpr std::uint32_t kRows = 32;

    void bindRow(sqlite3_stmt* statement, std::uint32_t row, const RecordChunk& chunk, std::uint32_t index);
    int insertRows(sqlite::Statement& statement, std::uint32_t rows, const RecordChunk& chunk,
                   std::uint32_t from, TimeNs received);

    [[nodiscard]] bool isMasked(std::string_view header) const;
    /// The value as it may be kept; `captured` becomes what the column says of it.
    [[nodiscard]] Bytes keptValue(Bytes value, std::uint32_t row, const char*& captured);
    /// Headers as JSON, with what is masked replaced.
    void writeHeaders(std::string& json, const RecordChunk& chunk, std::uint32_t index) const;

    const CapturePolicy capture_;
    JsonMask mask_;
    sqlite::Statement many_;
    sqlite::Statement one_;
    std::array<std::string, kRows> masked_;   ///< values of the rows that are bound
    std::array<std::string, kRows> headers_;  ///< JSON of the rows that are bound, kept for its capacity
};

}  // namespace weir::journal
