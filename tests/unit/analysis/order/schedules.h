// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/facts.h"

#include <cstdint>
#include <vector>

namespace weir::analysis::order::test {

/// A small session, valid and in journal order, the same for a seed everywhere. Some are a dispatcher's work
/// with a few faults, some are wild.
[[nodiscard]] std::vector<facts::Fact> randomSchedule(std::uint64_t seed);

}  // namespace weir::analysis::order::test
