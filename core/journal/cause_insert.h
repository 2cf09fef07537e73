// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/cause_text.h"
#include "base/record.h"
#include "journal/sqlite.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace weir::journal {

/// Notes which events say in a header what caused them, so that effects are found from a cause that may stand
/// in another session. A row covers at most schema::kLongestRun offsets of the cause and as many events: most
/// chunks give one row for each partition that their causes come from.
class CauseInsert {
  public:
    explicit CauseInsert(sqlite3* db);

    [[nodiscard]] int prepared() const noexcept { return insert_.prepared(); }
    /// Returns SQLite's result code.
    int insert(const RecordChunk& chunk);

  private:
    struct Row {
        std::string_view topic;  ///< into the chunk
        std::int32_t partition = 0;
        std::int64_t first = 0, last = 0;
        std::int64_t first_event = 0, last_event = 0;
    };

    int add(const PlaceText& cause, std::int64_t event);
    int widen(std::string_view topic, std::int32_t partition, std::int64_t first, std::int64_t last,
              std::int64_t event);
    int write(const Row& row);

    sqlite::Statement insert_;
    std::vector<Row> open_;  ///< reused from chunk to chunk
};

}  // namespace weir::journal
