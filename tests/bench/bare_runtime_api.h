// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace weir::bench {

/// Starts a Runtime API loop in `directory`, gives it `calls` Kafka events with a value of `value_bytes` one
/// after the other, and says how long each took after the first `warm_up`: from the response before it until
/// its own had come whole, so with the "next" that asks for it. As little code as can do that. Throws
/// std::runtime_error.
std::vector<DurationNs> callBare(const std::vector<std::string>& command, const std::string& directory,
                                 std::int64_t calls, std::int64_t warm_up, std::size_t value_bytes);

}  // namespace weir::bench
