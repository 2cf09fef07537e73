// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/histogram.h"
#include "base/ids.h"
#include "journal/session_reader.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weir::analysis {

/// How the events of one key fared. docs/stats.md explains the figures.
struct KeyStats {
    TopicId topic;
    std::string topic_name;
    std::string key;              ///< bytes, of any kind
    std::int64_t deliveries = 0;  ///< of its events, each time one was in a call
    std::int64_t delivered = 0;   ///< of them succeeded
    std::int64_t failed = 0;      ///< of them ended otherwise
    Histogram wait;               ///< per delivered event: from its arrival to the start of that call
    Histogram run;                ///< per delivery that ended: from the start of its call to its end
    Histogram total;              ///< per delivered event: from its arrival to the end of that call
};

/// The `most` keys with most deliveries, most first; keys of different topics are different keys, and events
/// without a key are left out. Counted from the rows: reads every delivery twice, in memory that follows
/// `most` alone.
Result<std::vector<KeyStats>> keyStats(journal::SessionReader& reader, std::size_t most);

}  // namespace weir::analysis
