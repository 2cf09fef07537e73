// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/builtin.h"

#include "invoke/targets/plain_size.h"

#include <fmt/format.h>

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace weir::invoke {
namespace {

class Builtin final : public Target {
  public:
    Builtin(FunctionId id, int concurrency, BuiltinFunction function, TargetHost& host)
        : id_(id),
          most_workers_(static_cast<std::size_t>(concurrency)),
          function_(std::move(function)),
          host_(host) {}

    ~Builtin() override { stop(); }

    [[nodiscard]] std::size_t wireSize(const RecordChunk& chunk, std::uint32_t index) const override {
        return plainSize(chunk, index);
    }

    Started start(const Invocation& invocation, TimeNs now) override {
        const bool cold = !instance_;
        if (cold) {
            instance_ = host_.openInstance(id_, now);
            post(InstanceBecameReady{instance_});
        }
        {
            const std::lock_guard lock(mutex_);
            waiting_.push_back(invocation);
            if (idle_workers_ < waiting_.size() && workers_.size() < most_workers_) {
                workers_.emplace_back([this] { work(); });
            }
        }
        changed_.notify_one();
        return {.instance = instance_, .cold = cold};
    }

    void stop() override {
        std::deque<Invocation> abandoned;
        {
            const std::lock_guard lock(mutex_);
            if (std::exchange(stopping_, true)) return;
            abandoned.swap(waiting_);
        }
        changed_.notify_all();
        for (const Invocation& invocation : abandoned) {
            Answer answer;
            answer.outcome = facts::Outcome::Abandoned;
            answer.error = "Weir stopped before the function was called.";
            post(CallEnded{invocation.id, std::move(answer)});
        }
        for (std::thread& worker : workers_) worker.join();
        if (instance_) post(InstanceEnded{instance_, facts::InstanceEndReason::Stopped, {}});
    }

  private:
    void post(decltype(TargetEvent::what) what) {
        host_.post({.at = now(), .function = id_, .what = std::move(what)});
    }

    void work() {
        std::unique_lock lock(mutex_);
        while (true) {
            ++idle_workers_;
            changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
            --idle_workers_;
            if (waiting_.empty()) return;
            const Invocation invocation = std::move(waiting_.front());
            waiting_.pop_front();
            lock.unlock();
            post(CallEnded{invocation.id, answer(*invocation.batch)});
            lock.lock();
        }
    }

    [[nodiscard]] Answer answer(const Batch& batch) const {
        try {
            return function_(batch);
        } catch (const std::exception& thrown) {
            Answer answer;
            answer.outcome = facts::Outcome::Error;
            answer.error = fmt::format("The function threw: {}", thrown.what());
            return answer;
        }
    }

    FunctionId id_;
    std::size_t most_workers_;
    BuiltinFunction function_;
    TargetHost& host_;
    InstanceId instance_;
    std::vector<std::thread> workers_;  ///< engine's thread only

    std::mutex mutex_;  ///< guards what follows
    std::condition_variable changed_;
    std::deque<Invocation> waiting_;
    std::size_t idle_workers_ = 0;
    bool stopping_ = false;
};

}  // namespace

std::unique_ptr<Target> makeBuiltinTarget(FunctionId id, const flow::FunctionSpec& spec,
                                          BuiltinFunction function, TargetHost& host) {
    return std::make_unique<Builtin>(id, spec.concurrency, std::move(function), host);
}

}  // namespace weir::invoke
