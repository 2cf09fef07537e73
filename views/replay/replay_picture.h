// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/finding.h"
#include "journal/session_reader.h"
#include "replay/cursor.h"

#include <optional>
#include <vector>

namespace weir::views {

/// What one function does with one partition at the cursor.
struct ReplayLane {
    FunctionId function;
    replay::PartitionKey place;
    std::int64_t from = 0;                  ///< offsets below were never its
    std::int64_t next = 0;                  ///< after the highest offset that has arrived
    std::optional<std::int64_t> committed;  ///< by its group; nothing: never
    struct InFlight {
        InvocationId call;
        std::int64_t first = 0, last = 0;
        bool cold = false, retry = false;
    };
    std::vector<InFlight> in_flight;
    std::vector<replay::Run> waiting;
    std::int64_t waits = 0, in_calls = 0;  ///< events

    /// Events that have arrived and not succeeded.
    [[nodiscard]] std::int64_t lag() const { return waits + in_calls; }
    /// The lowest offset that is worth a look: of what waits, is in calls or is not committed.
    [[nodiscard]] std::int64_t lowest() const;
    bool operator==(const ReplayLane&) const = default;
};
inline bool operator==(const ReplayLane::InFlight& a, const ReplayLane::InFlight& b) {
    return a.call == b.call && a.first == b.first && a.last == b.last;
}

/// A line of the journal: what happened, or a finding.
struct ReplayFact {
    replay::Happening happening;
    std::optional<analysis::order::Finding> finding;
};

/// How everything stands at a place of a session, as a value for the UI thread.
struct ReplayPicture {
    replay::Position position = replay::Position::start();
    std::vector<ReplayFact> facts;  ///< a window around the cursor, in order
    int happened = 0;               ///< so many of them; the last of these is the cursor's
    std::vector<ReplayLane> lanes;
    std::vector<replay::CallPtr> calls;  ///< in flight, the oldest first
    std::int64_t events = 0, events_in_flight = 0, waiting = 0, instances = 0, instances_ready = 0;
    std::vector<replay::FindingCount> findings;  ///< so far
    EventId last_event;
    std::int64_t last_log = 0;  ///< the newest line of the log

    [[nodiscard]] bool atStart() const { return position == replay::Position::start(); }
};

/// On the cursor's thread.
[[nodiscard]] Result<ReplayPicture> replayPicture(replay::Cursor& cursor, journal::SessionReader& reader);

}  // namespace weir::views
