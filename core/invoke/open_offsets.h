// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>

namespace weir::invoke {

/// The offsets of one partition that were taken and are not done yet, so that it is known up to where all is
/// done. Offsets that do not exist (transaction markers, compaction) or that were never taken because nobody
/// has to see them count as done: simply do not take() them.
///
/// Memory follows the number of separate open runs. Threads: one.
class OpenOffsets {
  public:
    /// Offsets first…last are to be done. They lie above all that were taken or reached before.
    void take(std::int64_t first, std::int64_t last);
    /// Nothing below `next` is to come any more, though it may not have been taken.
    void reach(std::int64_t next);
    /// Offsets first…last, all taken by one take(), are done.
    void done(std::int64_t first, std::int64_t last);

    /// All below this offset is done; −1 before anything was taken or reached.
    [[nodiscard]] std::int64_t next() const { return open_.empty() ? end_ : open_.begin()->first; }

  private:
    std::map<std::int64_t, std::int64_t> open_;  // runs, first → last
    std::int64_t end_ = -1;                      // after the last taken or reached
};

}  // namespace weir::invoke
