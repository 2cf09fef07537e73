// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <algorithm>
#include <cstdint>

namespace weir::invoke {

constexpr DurationNs kFirstBackoff = 100 * kMillisecond;
constexpr DurationNs kLongestBackoff = 30 * kSecond;

/// How long to wait before the next attempt after attempt number `attempt` (from 1) failed: doubling from
/// 100 ms up to 30 s, less up to a quarter so that lanes that failed together do not come back together. The
/// jitter follows from `seed` alone, so that a run can be repeated.
[[nodiscard]] constexpr DurationNs backoff(int attempt, std::uint64_t seed) noexcept {
    const int doublings = std::clamp(attempt - 1, 0, 16);
    const DurationNs full = std::min(kFirstBackoff << doublings, kLongestBackoff);
    // SplitMix64 (Steele, Lea, Flood 2014): spreads consecutive seeds evenly.
    std::uint64_t z = seed + 0x9E3779B97F4A7C15ULL * static_cast<std::uint64_t>(attempt);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    z ^= z >> 31;
    const auto quarter = static_cast<std::uint64_t>(full / 4);
    return full - static_cast<DurationNs>(z % (quarter + 1));
}

}  // namespace weir::invoke
