// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "invoke/door/front_door.h"
#include "invoke/source.h"
#include "invoke/target.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace weir::invoke {

/// The events that came through the front door of a trigger, and the callers that wait for them.
struct DoorLane {
    /// What a request that is not answered yet waits for.
    struct Request {
        FrontDoor* door = nullptr;
        std::uint64_t id = 0;
        std::size_t left = 0;  ///< of its events
        std::vector<AnsweredRecord> answers;
        std::string error;   ///< of the last call that failed with one of its events
        int failed = 0;      ///< the status that it gets, once an event was given up
        std::string reason;  ///< with failed
    };

    TriggerId trigger;
    SourcePartition partition;
    FrontDoor* door = nullptr;
    std::map<std::int64_t, std::shared_ptr<Request>> open;  ///< by offset
};

}  // namespace weir::invoke
