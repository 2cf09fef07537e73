// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/rollup_book.h"

#include <vector>

namespace weir::journal {

/// The figures of one scope: its buckets of time, unless it is an instance, and its total.
struct RollupBook::Scope {
    Scope(RollupSink& to, const RollupKey& key)
        : emit([this, &to](std::size_t level, TimeNs start, bool refined, const RollupCell& cell) {
              to.bucket(total.key, kRollupWidths[level], start, refined, cell);
          }),
          sink(to) {
        total.key = key;
    }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

    [[nodiscard]] const RollupKey& key() const noexcept { return total.key; }

    RollupCell& cell(TimeNs at) {
        changed = true;
        return key().scope == RollupScope::Instance ? untimed : timeline.at(at, emit);
    }
    void handOut() {
        if (!changed) return;
        changed = false;
        timeline.emitOpen(emit);
        sink.total(total);
    }

    RollupTimeline timeline;
    const RollupTimeline::Emit emit;
    RollupSink& sink;
    RollupTotal total;
    RollupCell untimed;  ///< what an instance would have in buckets; nobody asks for it
    std::int64_t waiting = 0, running = 0;
    bool changed = false;
};

/// What a function has taken of a partition.
struct RollupBook::Lane {
    Function* function = nullptr;
    TakenOffsets taken;
    std::int64_t next = 0;     ///< below it all is taken, or was never for it
    std::int64_t waiting = 0;  ///< events that arrived and are not taken
};

struct RollupBook::Partition {
    Partition(RollupSink& sink, const RollupKey& key) : scope(sink, key) {}

    Scope scope;
    Arrivals arrivals;
    std::vector<Lane> lanes;  ///< one for each function that reads it
};

struct RollupBook::Function {
    Function(RollupSink& sink, const RollupKey& key) : scope(sink, key) {}

    Scope scope;
    std::vector<std::int64_t> cold;  ///< instances whose backlog is not worked off yet
};

}  // namespace weir::journal
