// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace weir::journal {

class SessionReader;

/// The session of which a session is a part. Text facts do not have it.
struct Origin {
    std::string file;            ///< its file's name, without directories
    TimeNs started = 0;          ///< when it started
    std::string filter;          ///< that chose the events; empty: all
    std::int64_t events = 0;     ///< that were chosen
    std::int64_t of_events = 0;  ///< that it holds
};

/// Nothing when the session is not a part of another. Threads: as the reader.
Result<std::optional<Origin>> originOf(SessionReader& reader);

/// In a sentence.
[[nodiscard]] std::string words(const Origin& origin);

}  // namespace weir::journal
