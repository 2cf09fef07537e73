// SPDX-License-Identifier: GPL-3.0-or-later
// A whole recording on the embedded cluster whose function goes wrong in every way while commands change it:
// every event is delivered and passed on once, in the order that was promised.
#include "chaos/chaotic_function.h"
#include "recording_fixture.h"

#include <cstdlib>
#include <random>
#include <string>

namespace weir::invoke::test {
namespace {

constexpr const char* kBroken =
    "SELECT count(*) FROM finding WHERE kind IN ('regression', 'inversion', 'overlap', 'duplicate', 'gap', "
    "'output-inversion')";

int rounds() {
    const char* const asked = std::getenv("WEIR_RECORDING_CHAOS_ROUNDS");
    return asked == nullptr ? 1 : std::atoi(asked);
}

class RecordingChaos : public RecordingFixture, public testing::WithParamInterface<flow::Order> {
  protected:
    void shake(std::mt19937_64& random, int records) {
        const auto roll = [&](int sides) { return std::uniform_int_distribution<int>(0, sides - 1)(random); };
        for (int sent = 0; sent < records; sent += 50) {
            fill(50);
            switch (roll(4)) {
                case 0:
                    EXPECT_TRUE(recording->control(control::Pause{"t"}));
                    break;
                case 1:
                    EXPECT_TRUE(recording->control(control::SetConcurrency{"f", 1 + roll(6)}));
                    break;
                case 2:
                    EXPECT_TRUE(recording->control(control::SetBatchSize{"t", 1 + roll(20)}));
                    break;
                default:
                    break;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10 + roll(40)));
            EXPECT_TRUE(recording->control(control::Resume{"t"}));
        }
    }
};

TEST_P(RecordingChaos, EveryEventOnceAndInOrder) {
    constexpr int kRecords = 500;
    std::int64_t failed = 0;
    for (int round = 0; round < rounds(); ++round) {
        const std::uint64_t seed = 4'711 + static_cast<std::uint64_t>(round);
        SCOPED_TRACE("seed " + std::to_string(seed));
        if (round > 0) {
            ASSERT_EQ(::unlink(session().c_str()), 0);
            SetUp();
        }
        std::mt19937_64 random(seed);
        ChaoticFunction function(seed);
        answer = [&](const Batch& batch) { return function(batch); };
        flow::TriggerSpec spec = trigger();
        spec.order = GetParam();
        spec.parallelization_factor = 4;
        spec.batch_size = 7;
        spec.partial_failures = true;
        spec.bisect = random() % 2 == 0;
        spec.outputs = {{"out", {}, {}}};
        begin(plan({spec}));
        shake(random, kRecords);
        function.calmDown();
        ASSERT_TRUE(untilSucceeded(kRecords));
        end();
        EXPECT_EQ(ask("SELECT count(*) FROM event"), kRecords);
        EXPECT_EQ(ask("SELECT count(*) FROM delivery WHERE outcome = 'success'"), kRecords);
        EXPECT_EQ(ask("SELECT count(DISTINCT event_id) FROM delivery WHERE outcome = 'success'"), kRecords);
        EXPECT_EQ(ask("SELECT count(*) FROM output"), kRecords) << "each event once in the output";
        failed += ask("SELECT count(*) FROM invocation WHERE outcome <> 'success'");
        EXPECT_EQ(ask(kBroken), 0);
        EXPECT_EQ(ask("SELECT sum(o) FROM (SELECT max(offset) AS o FROM offset_commit GROUP BY partition)"),
                  kRecords);
    }
    EXPECT_GT(failed, 0) << "nothing was shaken";
}

INSTANTIATE_TEST_SUITE_P(Orders, RecordingChaos, testing::Values(flow::Order::Partition, flow::Order::Key),
                         [](const auto& info) { return std::string(flow::orderName(info.param)); });

}  // namespace
}  // namespace weir::invoke::test
