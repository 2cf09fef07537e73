// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/consumer.h"

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace weir::kafka {

/// The partitions that had data arrive, noted by librdkafka's threads and taken by the owner.
///
/// Threads: all functions from any thread. note() is called while librdkafka holds the lock of a queue, so it
/// and `wake` must never call librdkafka.
class ReadySet {
  public:
    explicit ReadySet(std::function<void()> wake) : wake_(std::move(wake)) {}

    void note(const TopicPartition& partition) {
        add(partition);
        wake();
    }
    /// As note(), for the owner, who need not be woken.
    void add(const TopicPartition& partition) {
        const std::lock_guard lock(mutex_);
        ready_.push_back(partition);
    }
    void wake() const {
        if (wake_) wake_();
    }
    [[nodiscard]] std::vector<TopicPartition> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(ready_, {});
    }

  private:
    std::function<void()> wake_;
    std::mutex mutex_;  ///< guards ready_
    std::vector<TopicPartition> ready_;
};

}  // namespace weir::kafka
