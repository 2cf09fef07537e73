// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/cause_insert.h"

#include "journal/schema.h"

#include <algorithm>

namespace weir::journal {
namespace {

/// Longest run of causes that is found from each of them: the largest batch. A longer one is only read from
/// the event that names it.
constexpr std::int64_t kLongestCause = 10'240;

}  // namespace

CauseInsert::CauseInsert(sqlite3* db)
    : insert_(db,
              "INSERT INTO header_cause VALUES (?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
              "last_offset=max(last_offset, excluded.last_offset), "
              "last_event_id=max(last_event_id, excluded.last_event_id)") {}

int CauseInsert::insert(const RecordChunk& chunk) {
    open_.clear();
    int rc = SQLITE_OK;
    for (std::uint32_t i = 0; i < chunk.size() && rc == SQLITE_OK; ++i) {
        if (chunk[i].headers_count == 0) continue;
        std::string_view best;
        int rank = 0;
        chunk.forEachHeader(i, [&](const Header& header) {
            const int r = causeHeaderRank(header.name);
            if (r == 0 || r < rank) return;
            rank = r;
            best = header.value.view();
        });
        if (rank == 0) continue;
        forEachPlace(best, [&](const PlaceText& cause) {
            if (rc == SQLITE_OK) rc = add(cause, chunk.eventId(i).value);
        });
    }
    for (const Row& row : open_) {
        if (rc == SQLITE_OK) rc = write(row);
    }
    return rc;
}

int CauseInsert::add(const PlaceText& cause, std::int64_t event) {
    if (cause.last - cause.first >= kLongestCause) return SQLITE_OK;
    int rc = SQLITE_OK;
    for (std::int64_t from = cause.first; rc == SQLITE_OK;) {
        const std::int64_t to =
            std::min(cause.last, from + std::min(cause.last - from, schema::kLongestRun - 1));
        rc = widen(cause.topic, cause.partition, from, to, event);
        if (to == cause.last) break;
        from = to + 1;
    }
    return rc;
}

int CauseInsert::widen(std::string_view topic, std::int32_t partition, std::int64_t first, std::int64_t last,
                       std::int64_t event) {
    const auto found = std::find_if(open_.begin(), open_.end(), [&](const Row& row) {
        return row.partition == partition && row.topic == topic;
    });
    if (found == open_.end()) {
        open_.push_back({topic, partition, first, last, event, event});
        return SQLITE_OK;
    }
    Row& row = *found;
    const std::int64_t low = std::min(row.first, first);
    const std::int64_t high = std::max(row.last, last);
    if (high - low < schema::kLongestRun && event - row.first_event < schema::kLongestRun) {
        row.first = low;
        row.last = high;
        row.last_event = event;
        return SQLITE_OK;
    }
    const int rc = write(row);
    row = {topic, partition, first, last, event, event};
    return rc;
}

int CauseInsert::write(const Row& row) {
    return insert_.run(row.topic, row.partition, row.first, row.first_event, row.last, row.last_event);
}

}  // namespace weir::journal
