// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace weir::test {

/// The first column of the first row of a query on a session file, as anybody could ask it with sqlite3.
/// Throws std::runtime_error when the file or the query is broken.
std::int64_t askNumber(const std::string& path, const std::string& sql);
std::string askText(const std::string& path, const std::string& sql);

}  // namespace weir::test
