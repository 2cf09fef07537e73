// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"
#include "journal/session_reader.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace weir::analysis {

/// The lineage of all events together: topics, functions and what went between them.
struct LineageAggregate {
    struct Topic {
        TopicId id;
        std::string name;
        std::int64_t events = 0;  ///< recorded
    };
    struct Function {
        FunctionId id;
        std::string name;
        bool observed = false;
    };
    /// From a topic to a function that gets its events.
    struct Delivered {
        std::size_t topic = 0, function = 0;                    ///< indexes
        std::int64_t calls = 0;                                 ///< a call over two topics counts for both
        std::int64_t deliveries = 0;                            ///< events in them, each time
        std::int64_t succeeded = 0, failed = 0, in_flight = 0;  ///< of the deliveries
        /// Events passed over, by the reason's word; only what occurred.
        std::vector<std::pair<std::string, std::int64_t>> skipped;
        double per_second = 0;  ///< deliveries ÷ `duration`
    };
    /// From a function to a topic that it writes to.
    struct Produced {
        std::size_t function = 0, topic = 0;
        std::int64_t outputs = 0;
        double per_second = 0;
    };
    /// From a topic to one whose events name it in their headers, where no call is known that wrote them.
    struct Named {
        std::size_t from = 0, to = 0;
    };

    std::vector<Topic> topics;
    std::vector<Function> functions;
    std::vector<Delivered> delivered;
    std::vector<Produced> produced;
    std::vector<Named> named;
    DurationNs duration = 0;  ///< from the first fact to the last
};

/// One pass over calls and one over outputs.
Result<LineageAggregate> aggregateLineage(journal::SessionReader& reader);

}  // namespace weir::analysis
