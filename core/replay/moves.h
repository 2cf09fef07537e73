// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "filter/filter.h"
#include "replay/cursor.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace weir::analysis {
struct SessionNames;
}

namespace weir::replay {

/// A way to go, as docs/replay.md writes it.
struct Move {
    struct ToStart {};
    struct ToEnd {};
    struct ToTime {
        TimeNs at = 0;
        bool after_start = false;  ///< counts from the session's start
    };
    struct ToPlace {
        std::string topic;
        std::int32_t partition = 0;
        std::int64_t offset = 0;
    };
    struct ToCall {
        std::int64_t number = 0;
    };
    struct ToFinding {
        std::int64_t id = 0;
    };
    struct Steps {
        Unit unit = Unit::Moment;
        Direction direction = Direction::Forward;
        std::int64_t count = 1;
    };
    struct ByTime {
        DurationNs by = 0;  ///< negative: back
    };
    struct Run {
        filter::Filter until;
        Direction direction = Direction::Forward;
    };

    std::variant<ToStart, ToEnd, ToTime, ToPlace, ToCall, ToFinding, Steps, ByTime, Run> what;

    /// Usage: it is none, and what there is.
    static Result<Move> parse(std::string_view text);
};

/// Goes there. False: there is nothing that way, the cursor went as far as it could (several steps) or stays.
Result<bool> make(const Move& move, Cursor& cursor, const analysis::SessionNames& names);

}  // namespace weir::replay
