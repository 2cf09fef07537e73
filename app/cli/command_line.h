// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "commands.h"

#include <string>

namespace weir::cli {

/// What holds for every command.
struct GlobalOptions {
    bool quiet = false;
    bool verbose = false;
    bool progress = false;
    std::string color = "auto";
};

/// Describes the whole command line: what --help shows, the manual and the completions are made of. Both
/// others must live as long as `app`.
void describeCommandLine(CLI::App& app, GlobalOptions& options, Command& chosen);

}  // namespace weir::cli
