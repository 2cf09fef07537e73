// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace weir::bench {

/// What a process said and took.
struct FinishedChild {
    std::string output;  ///< its standard output
    double cpu_seconds = 0;
    double megabytes = 0;  ///< resident, at most
};

/// Runs a command to its end. Throws std::runtime_error when it fails.
FinishedChild runChild(const std::vector<std::string>& command);

}  // namespace weir::bench
