// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace weir::bench {

/// Produces `records` records with keys and values of `value_bytes`, evenly over the partitions.
void fill(const std::string& bootstrap, const std::string& topic, int partitions, std::int64_t records,
          std::size_t value_bytes);

}  // namespace weir::bench
