// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace weir::peers {

/// Produces values to one partition in one transaction, which leaves a marker at the end: a hole of one
/// offset. Throws std::runtime_error when that fails.
void produceInTransaction(const std::string& bootstrap, const std::string& topic, int partition,
                          const std::vector<std::string>& values, bool commit);

}  // namespace weir::peers
