// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/record.h"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace weir::invoke {

/// Remembers which event stands at which offset, so that a record that arrives again (a second trigger on
/// the same topic, a redelivery after a rebalance) is the same event and is recorded once. Holds runs, not
/// records: memory follows the number of holes and interleavings.
/// Threads: one.
class EventIndex {
  public:
    /// Records of a chunk that belong together: all known or all new, ids consecutive.
    struct Piece {
        std::uint32_t from = 0;
        std::uint32_t count = 0;
        EventId first_event;
        bool fresh = false;
    };

    /// Finds or gives out the ids of a chunk's records. Usually one fresh piece.
    std::vector<Piece> place(const RecordChunk& chunk);

    /// Ids given out so far.
    [[nodiscard]] std::int64_t count() const noexcept { return next_ - 1; }

  private:
    struct Run {
        std::int64_t first = 0, last = 0;  // offsets
        std::int64_t first_event = 0;
    };
    using Runs = std::vector<Run>;  // by offset, not overlapping

    void remember(Runs& runs, Run run);

    std::map<std::pair<TopicId, std::int32_t>, Runs> partitions_;
    std::int64_t next_ = 1;
};

}  // namespace weir::invoke
