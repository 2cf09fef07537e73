// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "filter/names.h"
#include "filter/place.h"
#include "filter/row_loader.h"

#include <optional>
#include <string>
#include <vector>

namespace weir::filter {

/// Where events that a filter can hold for may stand: ranges of ids in order, from one id on, that hold all
/// of them and as few others as the indexes can tell. The file must be in use.
class Candidates {
  public:
    /// How they are found.
    enum class Way {
        Nothing,  ///< there are none
        Places,   ///< looked up with the index event_run_place
        Runs,     ///< read off the arrivals (event_run) in order of ids
        All,      ///< every event
    };

    /// Finds the way and, for Places, all ranges. `topics` are the session's.
    static Result<Candidates> find(journal::SessionFile& file, const std::vector<Box>& boxes,
                                   const std::vector<Named>& topics);
    /// Only these ranges; in any order.
    static Candidates of(std::vector<Range> ranges);

    /// Begins at an id, in a direction.
    Status start(journal::SessionFile& file, std::int64_t from, bool backward);
    /// The next range; of at most as many ids as are useful to treat at once is not promised.
    Result<std::optional<Range>> next(journal::SessionFile& file);

    [[nodiscard]] Way way() const noexcept { return way_; }
    [[nodiscard]] const std::vector<Range>& ranges() const noexcept { return ranges_; }
    [[nodiscard]] std::string explain() const;

  private:
    Status readRuns(journal::SessionFile& file);

    Way way_ = Way::All;
    std::vector<Range> ranges_;  // sorted, apart
    std::vector<Box> boxes_;
    Range bounds_;  // of ids, whatever the way
    bool backward_ = false;
    // Where the iteration is: the next of ranges_, or of arrivals.
    std::size_t next_ = 0;
    std::int64_t next_run_ = 0;
    std::int64_t from_ = 0;
    std::vector<Range> pending_;  // the last one comes next
};

/// Sorts ranges and joins those that touch.
[[nodiscard]] std::vector<Range> tidy(std::vector<Range> ranges);

}  // namespace weir::filter
