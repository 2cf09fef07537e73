// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "filter/filter.h"
#include "filter/query.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weir::filter::test {

/// The ids for which a filter holds, found the slow and obvious way: all rows are spelled out, each is judged
/// by the words of docs/filters.md. Shares nothing with the library but the tree.
std::vector<std::int64_t> naiveMatches(const std::string& session, const Filter& filter, Subject subject);

}  // namespace weir::filter::test
