// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <cstdio>
#include <string>
#include <string_view>

namespace weir::cli {

/// How the program speaks: results to standard output, everything else to standard error.
struct Console {
    bool quiet = false;
    bool verbose = false;
    bool progress = false;  ///< show a line that is written over again
    bool color = false;     ///< on standard error

    /// A line for people on standard error, unless quiet. Control characters are made harmless.
    void say(std::string_view text) const;
    /// Says what went wrong and what to do, even when quiet, and returns the exit code for it.
    int fail(const Error& error) const;
    /// Replaces the progress line, where there is one.
    void showProgress(const std::string& line) const;
    void clearProgress() const;
};

/// Flushes standard output; an error when it could not take all (a full disk, a closed pipe).
Status finishOutput();

}  // namespace weir::cli
