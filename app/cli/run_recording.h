// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console.h"
#include "invoke/recording.h"

#include <string>

namespace weir::cli {

/// Waits for a recording while showing its progress. The first Ctrl-C or SIGTERM ends it in order, a second
/// one at once (exit code 130). Prints the session's summary and returns the exit code.
int runRecording(const Console& console, invoke::Recording& recording, const std::string& path);

/// `NAME-20260131-100000.weir`, in the current folder.
std::string defaultSessionPath(const std::string& name);

}  // namespace weir::cli
