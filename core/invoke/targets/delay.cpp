// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/delay.h"

#include "invoke/targets/plain_size.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace weir::invoke {
namespace {

using Clock = std::chrono::steady_clock;

class Delay final : public Target {
  public:
    Delay(FunctionId id, DurationNs delay, TargetHost& host) : id_(id), delay_(delay), host_(host) {}

    ~Delay() override { stop(); }

    [[nodiscard]] std::size_t wireSize(const RecordChunk& chunk, std::uint32_t index) const override {
        return plainSize(chunk, index);
    }

    Started start(const Invocation& invocation, TimeNs now) override {
        const bool cold = !instance_;
        if (cold) {
            instance_ = host_.openInstance(id_, now);
            post(InstanceBecameReady{instance_});
            timer_ = std::thread([this] { run(); });
        }
        {
            const std::lock_guard lock(mutex_);
            due_.push_back({Clock::now() + delay_, invocation.id});
        }
        changed_.notify_one();
        return {.instance = instance_, .cold = cold};
    }

    void stop() override {
        std::deque<Due> abandoned;
        {
            const std::lock_guard lock(mutex_);
            if (std::exchange(stopping_, true)) return;
            abandoned.swap(due_);
        }
        changed_.notify_one();
        if (timer_.joinable()) timer_.join();
        for (const Due& due : abandoned) {
            Answer answer;
            answer.outcome = facts::Outcome::Abandoned;
            answer.error = "Weir stopped before the delay was over.";
            post(CallEnded{due.invocation, std::move(answer)});
        }
        if (instance_) post(InstanceEnded{instance_, facts::InstanceEndReason::Stopped, {}});
    }

  private:
    struct Due {
        Clock::time_point at;
        InvocationId invocation;
    };

    void post(decltype(TargetEvent::what) what) {
        host_.post({.at = now(), .function = id_, .what = std::move(what)});
    }

    void run() {
        std::unique_lock lock(mutex_);
        while (!stopping_) {
            if (due_.empty()) {
                changed_.wait(lock);
                continue;
            }
            // All delays are equal, so the oldest is due first.
            if (const Clock::time_point next = due_.front().at; Clock::now() < next) {
                changed_.wait_until(lock, next);
                continue;
            }
            const InvocationId invocation = due_.front().invocation;
            due_.pop_front();
            lock.unlock();
            post(CallEnded{invocation, {}});
            lock.lock();
        }
    }

    FunctionId id_;
    std::chrono::nanoseconds delay_;
    TargetHost& host_;
    InstanceId instance_;
    std::thread timer_;

    std::mutex mutex_;  ///< guards what follows
    std::condition_variable changed_;
    std::deque<Due> due_;  ///< oldest first
    bool stopping_ = false;
};

}  // namespace

std::unique_ptr<Target> makeDelayTarget(FunctionId id, DurationNs delay, TargetHost& host) {
    return std::make_unique<Delay>(id, delay, host);
}

}  // namespace weir::invoke
