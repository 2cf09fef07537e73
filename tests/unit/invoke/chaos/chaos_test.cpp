// SPDX-License-Identifier: GPL-3.0-or-later
#include "effort.h"
#include "unit/invoke/chaos/model.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::invoke::chaos {
namespace {

/// Random schedules: nothing lost, order as promised, nothing committed early. WEIR_CHAOS_SEEDS says how
/// many, WEIR_CHAOS_SEED runs that one alone.
TEST(Chaos, PromisesHoldOnRandomSchedules) {
    const unsigned only = weir::test::fromEnvironment("WEIR_CHAOS_SEED", 0U);
    const unsigned first = only == 0 ? 1 : only;
    const unsigned last =
        only == 0 ? weir::test::fromEnvironment("WEIR_CHAOS_SEEDS", weir::test::effort(2'000U)) : only;
    for (unsigned seed = first; seed <= last; ++seed) {
        Model model(seed);
        ASSERT_THAT(model.run(), testing::IsEmpty())
            << "seed " << seed << " (WEIR_CHAOS_SEED=" << seed << " repeats it): " << model.describe();
    }
}

}  // namespace
}  // namespace weir::invoke::chaos
