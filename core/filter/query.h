// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "filter/filter.h"
#include "filter/interval_set.h"
#include "journal/session_reader.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weir::filter {

/// What a query answers with.
enum class Subject : std::uint8_t { Events, Invocations, Findings };
enum class Direction : std::uint8_t { Forward, Backward };

struct PageRequest {
    std::int64_t from = 1;     ///< id to begin with, itself included
    std::int64_t limit = 100;  ///< most ids to answer with, at least 1
    Direction direction = Direction::Forward;
    DurationNs budget = 0;  ///< comes back after about this time even when the page is not full; 0: no limit
};

struct Page {
    std::vector<std::int64_t> ids;     ///< in the direction of the request
    std::optional<std::int64_t> next;  ///< where to go on; nothing: the end was reached
};

/// A filter applied to a session, page by page: the ids of events, invocations or findings for which it holds
/// for at least one row (docs/filters.md says what the rows are). What can be is asked of SQLite and its
/// indexes, the rest is judged row by row. A session that grows is seen as it is at each call.
///
/// Threads: as its reader, one at a time; SessionReader::interrupt() makes page() return with Cancelled.
class Query {
  public:
    /// The reader must live longer.
    Query(journal::SessionReader& reader, Filter filter, Subject subject);
    ~Query();
    Query(Query&&) noexcept;
    Query& operator=(Query&&) noexcept;

    Result<Page> page(const PageRequest& request);
    /// Whether it holds for one event, invocation or finding.
    Result<bool> holdsFor(std::int64_t id);
    /// How page() goes about it, a line a step; for a debug log.
    Result<std::string> explain();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The ids of all events for which a filter holds; of the filter that lets everything through, all from 1 on.
/// Reads as much as it must: it may take long.
Result<IntervalSet> matchingEvents(journal::SessionReader& reader, const Filter& filter);

}  // namespace weir::filter
