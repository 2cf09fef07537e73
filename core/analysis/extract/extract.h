// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "filter/filter.h"

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace weir::analysis {

struct ExtractOptions {
    filter::Filter filter = {};               ///< chooses the events
    std::vector<std::string> functions = {};  ///< whose deliveries are kept; empty: of all
    bool values = true;                       ///< false: the new session keeps none
    const std::atomic<bool>* stop = nullptr;  ///< set from any thread: ends with Cancelled, nothing is left
};

struct Extracted {
    std::int64_t events = 0, of_events = 0;  ///< chosen, and all that the session has
    std::int64_t invocations = 0;            ///< with at least one of them
};

/// Writes a part of a session as a session of its own: the events for which a filter holds, their deliveries,
/// and what rests on them. docs/extract.md says what becomes of each table: events and calls are numbered
/// anew, a call keeps only the chosen ones of its events, findings are those that the whole session has for
/// the chosen events, figures are counted anew.
///
/// The new file is written whole beside `out` and put in place at the end; nothing may stand there
/// (FileExists). The session that is read stays as it is. Usage: no event is chosen, a function is not known.
/// Threads: one.
[[nodiscard]] Result<Extracted> extractSession(const std::string& in, const std::string& out,
                                               const ExtractOptions& options);

}  // namespace weir::analysis
