// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <string>

namespace weir::demo {

/// The folder with the sample flows and functions: `$WEIR_RESOURCES`, else beside the program as installed
/// (`../share/weir`), else in the source tree that this was built from.
Result<std::string> findResources();

}  // namespace weir::demo
