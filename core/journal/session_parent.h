// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace weir::journal {

class SessionReader;

/// The session whose events a session runs again. Text facts do not have it: there a note says it.
struct Parent {
    std::string name;         ///< of the session
    std::string file;         ///< its file's name, without directories
    TimeNs started = 0;       ///< with the name, what tells it from any other session
    std::string filter;       ///< that chose the events; empty: all
    std::int64_t events = 0;  ///< that were chosen
    std::string function;     ///< that gets them
    std::string batches_of;   ///< recorded function whose batches came again; empty: formed anew
    std::string pace;         ///< fast, recorded, or how many times faster, such as 10x
};

/// Nothing when the session was recorded or imported. Threads: as the reader.
Result<std::optional<Parent>> parentOf(SessionReader& reader);

}  // namespace weir::journal
