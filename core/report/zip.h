// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <string>
#include <utility>
#include <vector>

namespace weir::report {

/// A zip archive of these files, name and content. The same files give the same bytes.
Result<std::string> zipOf(const std::vector<std::pair<std::string, std::string>>& files);

}  // namespace weir::report
