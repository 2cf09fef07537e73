// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "filter/row.h"
#include "filter/sql.h"
#include "journal/session_file.h"

#include <cstdint>
#include <vector>

namespace weir::filter {

/// Ids from first to last, both included.
struct Range {
    std::int64_t first = 0, last = 0;
};

/// Consecutive events of a call that fared alike.
struct CallRun {
    Range events;
    CallPart call;
};

/// Which of an event's wide columns a filter looks at.
struct Columns {
    bool key = false, headers = false, value = false;
};

/// Reads the rows that filters are judged on. The file must be in use.
class RowLoader {
  public:
    RowLoader(journal::SessionFile& file, Columns columns) : file_(file), columns_(columns) {}

    /// Ids of events in the range that pass the condition, in order; `limit` 0: all.
    Status eventIds(Range range, const Sql& where, std::int64_t limit, bool backward,
                    std::vector<std::int64_t>& out);
    /// The same with their content.
    Status events(Range range, const Sql& where, bool backward, std::vector<EventPart>& out);
    /// Runs of deliveries that touch the range and pass the condition, by first event.
    Status calls(Range range, const Sql& where, std::vector<CallRun>& out);
    /// Invocations in the range that pass the condition, in order.
    Status invocations(Range range, const Sql& where, std::int64_t limit, bool backward,
                       std::vector<CallPart>& out);
    /// The runs of events of one invocation.
    Status runsOf(std::int64_t invocation, std::vector<Range>& out);
    /// All findings, by id.
    Status findings(std::vector<FindingPart>& out);
    /// Ids of the events at these places, as far as there are any.
    Status places(std::int64_t topic, std::int64_t partition, std::int64_t first, std::int64_t last,
                  std::vector<Range>& out);

  private:
    journal::SessionFile& file_;
    Columns columns_;
};

}  // namespace weir::filter
