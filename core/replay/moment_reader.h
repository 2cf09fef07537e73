// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "journal/session_file.h"
#include "replay/moment.h"
#include "replay/state.h"

#include <queue>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace weir::replay {

/// Where to go on in each table: ids below were read. The last is an index into Instances.
struct Marks {
    enum Table : std::size_t {
        Arrivals,
        Assignments,
        Holes,
        Skips,
        Batches,
        Calls,
        Outputs,
        Commits,
        Decisions,
        Instances,
        kCount
    };
    std::array<std::int64_t, kCount> next{};
};

/// What instances of a session did, in order: few enough to be held.
using InstanceMoments = std::vector<Moment>;
Result<InstanceMoments> readInstances(journal::SessionFile& file);

/// The ids that tables end at now, one more than the last.
Result<Marks> endMarks(journal::SessionFile& file, const InstanceMoments& instances);

/// Reads what happened from some marks on, in order, up to others. Memory: a page of each table and the calls
/// in flight. The file and the instances must live longer.
class MomentReader {
  public:
    /// `running`: calls in flight at `from`, whose ends are still to come.
    MomentReader(journal::SessionFile& file, const InstanceMoments& instances, const Marks& from,
                 const Marks& to, const std::map<InvocationId, CallPtr>& running);

    /// The next moment; nothing at the end, where what is left are ends after `to`.
    Result<std::optional<Moment>> next();
    /// What next() has handed out.
    [[nodiscard]] const Marks& marks() const noexcept { return marks_; }

  private:
    struct Entry {
        std::int64_t id = 0;
        Moment moment;
    };
    using Page = std::deque<Entry>;

    Status fill(Marks::Table table);
    Status fillCalls(std::int64_t from, std::int64_t end, Page& page);

    journal::SessionFile& file_;
    const InstanceMoments& instances_;
    Marks marks_;   // handed out
    Marks loaded_;  // read from the file
    Marks to_;
    std::array<Page, Marks::kCount> pages_;
    using End = std::pair<Position, InvocationId>;
    std::priority_queue<End, std::vector<End>, std::greater<>> ends_;
};

}  // namespace weir::replay
