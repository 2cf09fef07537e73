// SPDX-License-Identifier: GPL-3.0-or-later
#include "ask.h"

#include "base/text.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>

namespace weir::cli {

Status confirm(const std::string& question, bool yes) {
    if (yes) return {};
    if (isatty(STDIN_FILENO) == 0 || isatty(STDERR_FILENO) == 0) {
        return fail(ErrorCode::Usage, "Nobody can be asked here: " + question,
                    "Nothing was written. Run it on a terminal and answer, or say --yes.");
    }
    std::fprintf(stderr, "%s [yes/no] ", terminalSafe(question).c_str());
    std::fflush(stderr);
    std::string answer;
    if (std::getline(std::cin, answer) && answer == "yes") return {};
    return fail(ErrorCode::Usage, "The answer was not yes, so nothing was written.");
}

}  // namespace weir::cli
