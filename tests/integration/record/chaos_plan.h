// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "invoke/recording.h"
#include "unit/invoke/chaos/chaotic_function.h"

#include <cstdint>
#include <string>

namespace weir::test {

/// How the trigger of a chaos test is set. It reads topic `in` in group `chaos` and writes to `out`.
struct ChaosSettings {
    flow::Order order = flow::Order::Partition;
    int batch_size = 9;
    bool bisect = false;
    bool partial_failures = true;
    flow::OnExhausted exhausted = flow::OnExhausted::Stop;  ///< Stop: never, it retries for ever
    bool exactly_once = false;

    /// Any of them, with `exactly_once`. The same for every process that is given the seed.
    [[nodiscard]] static ChaosSettings exactlyOnce(std::uint64_t seed);
    [[nodiscard]] std::string text() const;
};

/// A recording of that trigger, whose function is `function`; what it gives up goes to `failed`.
[[nodiscard]] invoke::RecordingPlan chaosPlan(const std::string& bootstrap, const std::string& session,
                                              const ChaosSettings& settings,
                                              invoke::test::ChaoticFunction& function);

}  // namespace weir::test
