// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"
#include "invoke/target.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace weir::invoke {

/// Plays the engine for one target: keeps what it is told and hands each event back to seen(), on the test's
/// thread.
class FakeHost final : public TargetHost {
  public:
    static constexpr FunctionId kFunction{1};
    static constexpr std::chrono::seconds kPatience{30};

    InstanceId openInstance(FunctionId, TimeNs) override { return InstanceId{++instances_}; }

    void post(TargetEvent event) override {
        const std::lock_guard lock(mutex_);
        inbox_.push_back(std::move(event));
        changed_.notify_one();
    }

    /// Takes events until one fits, at most for kPatience.
    bool await(Target& target, const std::function<bool(const TargetEvent&)>& fits) {
        const auto until = std::chrono::steady_clock::now() + kPatience;
        while (true) {
            std::optional<TargetEvent> event = take(until);
            if (!event) return false;
            target.seen(*event);
            events.push_back(std::move(*event));
            if (fits(events.back())) return true;
        }
    }

    /// What is here, without waiting: after stop(), all.
    void drain(Target& target) {
        while (std::optional<TargetEvent> event = take(std::chrono::steady_clock::now())) {
            target.seen(*event);
            events.push_back(std::move(*event));
        }
    }

    template <typename What>
    [[nodiscard]] std::vector<What> all() const {
        std::vector<What> out;
        for (const TargetEvent& event : events) {
            if (const What* what = std::get_if<What>(&event.what)) out.push_back(*what);
        }
        return out;
    }

    std::vector<TargetEvent> events;  ///< all that was taken, in order

  private:
    std::optional<TargetEvent> take(std::chrono::steady_clock::time_point until) {
        std::unique_lock lock(mutex_);
        changed_.wait_until(lock, until, [this] { return next_ < inbox_.size(); });
        if (next_ == inbox_.size()) return std::nullopt;
        TargetEvent event = std::move(inbox_[next_++]);
        if (next_ == inbox_.size()) inbox_.clear(), next_ = 0;
        return event;
    }

    std::int64_t instances_ = 0;
    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::vector<TargetEvent> inbox_;
    std::size_t next_ = 0;
};

/// A batch of records of topic 1, partition 0, from `first` on.
inline BatchPtr makeBatch(std::int64_t first, std::uint32_t count) {
    auto chunk = std::make_shared<RecordChunk>(TopicId{1}, 0);
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::string value = "{\"n\":" + std::to_string(first + i) + "}";
        chunk->add(first + i, 1'700'000'000'000, TimestampType::Create, {"key", 3},
                   {value.data(), value.size()}, {});
    }
    auto batch = std::make_shared<Batch>();
    batch->id = BatchId{1};
    batch->slices.push_back({std::move(chunk), 0, count});
    batch->count = count;
    return batch;
}

}  // namespace weir::invoke
