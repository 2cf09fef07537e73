// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <cstdint>
#include <string>

namespace weir::bench {

constexpr TimeNs kMadeStart = 1'769'853'600'000'000'000;
constexpr std::int64_t kMadePartitions = 12, kMadeFunctions = 3;

/// Makes a session of one topic whose events arrive at 25,000 a second and are delivered to each of three
/// functions, `batch` of them a call, in order. Ends the program when it cannot.
void makeSession(const std::string& path, std::int64_t deliveries, std::int64_t batch = 100);

}  // namespace weir::bench
