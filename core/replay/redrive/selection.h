// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "filter/filter.h"
#include "journal/session_reader.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace weir::redrive {

/// Recorded events with consecutive offsets and ids.
struct Stretch {
    EventId first_event;
    std::int64_t first = 0, last = 0;  ///< offsets, inclusive
    TimeNs received = 0;

    [[nodiscard]] std::int64_t count() const noexcept { return last - first + 1; }
};

/// Events of some topics of a session that are to be run again, by offset.
struct Selection {
    struct Topic {
        std::string name;
        std::int32_t partitions = 0;
        std::map<std::int32_t, std::vector<Stretch>> stretches;
    };
    std::vector<Topic> topics;
    std::int64_t events = 0;
    std::int64_t masked = 0;      ///< of them whose values were masked in part
    std::int64_t unrecorded = 0;  ///< left out: calls name them, but nothing of them is known
    TimeNs first_at = 0;          ///< when the oldest arrived
};

/// Chooses the events of these topics for which a filter holds. An error when there are none, and when the
/// values of some were not kept whole: then the function cannot get what it got.
Result<Selection> select(journal::SessionReader& reader, const std::vector<std::string>& topics,
                         const filter::Filter& filter);

}  // namespace weir::redrive
