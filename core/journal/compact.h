// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace weir::journal {

struct CompactOptions {
    bool drop_values = false;               ///< keep none of the events' values
    std::optional<TimeNs> keep_from;        ///< prune what happened before
    std::optional<std::int64_t> max_bytes;  ///< prune the oldest until the file is at most so large
};

struct Compacted {
    std::int64_t bytes_before = 0, bytes_after = 0;
    std::int64_t pruned_events = 0;
};

/// Writes a session anew: without unused room, without what the options leave out, and in the current format
/// when it was in an older one. `out` may be the session itself. The new file is written whole beside `out`
/// and put in place at the end: until then, and on any failure, what was there stays as it is. Refuses to
/// replace another file (FileExists), and to replace a session in place that has not ended, because it may
/// still be written.
[[nodiscard]] Result<Compacted> compactSession(const std::string& in, const std::string& out,
                                               const CompactOptions& options);

}  // namespace weir::journal
