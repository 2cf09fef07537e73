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
        bool late = false;  ///< one record, whose event identify() had to name before it came
    };
    /// Events that were asked for by their place.
    struct Named {
        std::int64_t first = 0, last = 0;  ///< offsets
        EventId first_event;
        bool fresh = false;  ///< named for the first time, without a record
    };

    /// Finds or gives out the ids of a chunk's records. Usually one fresh piece.
    std::vector<Piece> place(const RecordChunk& chunk);

    /// Finds or gives out the ids of the events first…last, whether they have a record or not.
    std::vector<Named> identify(TopicId topic, std::int32_t partition, std::int64_t first, std::int64_t last);

    /// Ids given out so far.
    [[nodiscard]] std::int64_t count() const noexcept { return next_ - 1; }

  private:
    struct Run {
        std::int64_t first = 0, last = 0;  // offsets
        std::int64_t first_event = 0;
        bool recorded = true;
    };
    using Runs = std::vector<Run>;  // by offset, not overlapping

    void remember(Runs& runs, Run run);
    static void markRecorded(Runs& runs, Runs::iterator run, std::int64_t offset);

    std::map<std::pair<TopicId, std::int32_t>, Runs> partitions_;
    std::int64_t next_ = 1;
};

}  // namespace weir::invoke
