// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/invoke/chaos/model.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace weir::invoke::chaos {
namespace {

unsigned fromEnvironment(const char* name, unsigned otherwise) {
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

/// Random schedules: nothing lost, order as promised, nothing committed early. WEIR_CHAOS_SEEDS says how
/// many, WEIR_CHAOS_SEED runs that one alone.
TEST(Chaos, PromisesHoldOnRandomSchedules) {
    const unsigned only = fromEnvironment("WEIR_CHAOS_SEED", 0);
    const unsigned first = only == 0 ? 1 : only;
    const unsigned last = only == 0 ? fromEnvironment("WEIR_CHAOS_SEEDS", 2'000) : only;
    for (unsigned seed = first; seed <= last; ++seed) {
        Model model(seed);
        ASSERT_THAT(model.run(), testing::IsEmpty())
            << "seed " << seed << " (WEIR_CHAOS_SEED=" << seed << " repeats it): " << model.describe();
    }
}

}  // namespace
}  // namespace weir::invoke::chaos
