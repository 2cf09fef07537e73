// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "invoke/batch_runs.h"
#include "invoke/target.h"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <thread>

namespace weir::invoke::test {

/// A function inside the process that goes wrong in every way that a function can, by chance from a seed,
/// until it is told to calm down. What it takes it answers: each event's value as it came.
class ChaoticFunction {
  public:
    explicit ChaoticFunction(std::uint64_t seed) : random_(seed) {}

    void calmDown() {
        const std::lock_guard lock(mutex_);
        calm_ = true;
    }

    Answer operator()(const Batch& batch) {
        const int dice = roll(100);
        if (dice < 20) std::this_thread::sleep_for(std::chrono::milliseconds(roll(8)));
        Answer answer;
        if (dice >= 94) {
            answer.outcome = facts::Outcome::Error;
        } else if (dice >= 90) {
            answer.outcome = facts::Outcome::Timeout;
        } else if (dice >= 86) {
            answer.outcome = facts::Outcome::Throttled;
            answer.retry_after = 5 * kMillisecond;
        } else if (dice >= 80) {
            answer.outcome = facts::Outcome::Crashed;
            answer.taken = dice >= 83;
        } else if (dice >= 74 && batch.count > 1) {
            answer.outcome = facts::Outcome::Partial;
            answer.failed = {static_cast<std::uint32_t>(roll(static_cast<int>(batch.count)))};
        }
        if (answer.outcome != facts::Outcome::Success && answer.outcome != facts::Outcome::Partial) {
            answer.error = "chaos";
            return answer;
        }
        for (std::uint32_t i = 0; i < batch.count; ++i) {
            const Place place = placeOf(batch, i);
            AnsweredRecord record;
            record.value = place.chunk->value(place.index).view();
            record.cause = i;
            answer.records.push_back(std::move(record));
        }
        return answer;
    }

  private:
    /// A number below `sides`; always 50 of 100 once calm.
    int roll(int sides) {
        const std::lock_guard lock(mutex_);
        if (calm_) return sides / 2;
        return std::uniform_int_distribution<int>(0, sides - 1)(random_);
    }

    std::mutex mutex_;  // guards all below
    std::mt19937_64 random_;
    bool calm_ = false;
};

}  // namespace weir::invoke::test
