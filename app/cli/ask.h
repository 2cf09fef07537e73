// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <string>

namespace weir::cli {

/// Asks on the terminal whether to do something that changes what others see, and takes only a whole `yes`
/// for one. With `yes` the answer was given on the command line. An error when the answer is no, and when
/// standard input or standard error is no terminal, so that nobody can be asked.
Status confirm(const std::string& question, bool yes);

}  // namespace weir::cli
