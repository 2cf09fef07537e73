// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/rollup.h"

#include <array>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace weir::journal {

/// The buckets of one scope, on all levels, while time goes on. Only the newest bucket of each level is in
/// memory; one that is over goes up into the next level, and out when that level is refined
/// (kRollupRefineFrom). What has gone out is a tree whose leaves tile the time line at any moment.
///
/// Threads: one.
class RollupTimeline {
  public:
    /// Takes a bucket that is to be kept, in place of what was kept for it before. `refined`: it has parts
    /// on the next finer level.
    using Emit = std::function<void(std::size_t level, TimeNs start, bool refined, const RollupCell& cell)>;

    /// The open bucket of the finest level at that time. Time never goes back: what is older counts in the
    /// newest bucket.
    RollupCell& at(TimeNs time, const Emit& emit);
    /// Hands out the buckets that are still open, as far as they go.
    void emitOpen(const Emit& emit);

  private:
    struct Level {
        bool open = false;
        bool refined = false;
        TimeNs start = 0;
        RollupCell cell;
        std::vector<std::pair<TimeNs, RollupCell>> held;  ///< parts, as long as it is not refined
    };

    void close(std::size_t level, const Emit& emit);
    /// The open bucket above, in which the open one of `level` lies.
    Level& above(std::size_t level, const Emit& emit);
    /// Hands out the parts of a bucket once it holds enough.
    static void refine(std::size_t level, Level& bucket, std::int64_t weight, const Emit& emit);

    std::array<Level, kRollupWidths.size()> levels_;
};

}  // namespace weir::journal
