// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"
#include "flow/target_spec.h"

#include <cstdint>

namespace weir::invoke {

/// Random numbers that depend on what they are for and on nothing else: the same seed and the same names give
/// the same numbers on every machine, in whatever order calls are made.
class Chance {
  public:
    explicit Chance(std::uint64_t seed) : state_(seed) {}

    /// Mixes in what the numbers are for: a partition, an offset, an attempt.
    [[nodiscard]] Chance with(std::uint64_t name) const;

    [[nodiscard]] std::uint64_t next();
    [[nodiscard]] double share();   ///< from 0 up to, but not, 1
    [[nodiscard]] double normal();  ///< mean 0, deviation 1
    /// Never below 0.
    [[nodiscard]] DurationNs duration(const flow::Distribution& distribution);

  private:
    std::uint64_t state_;
};

}  // namespace weir::invoke
