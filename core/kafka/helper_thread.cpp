// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/helper_thread.h"

namespace weir::kafka {

HelperThread::HelperThread() : thread_([this] { run(); }) {}

HelperThread::~HelperThread() {
    stop();
}

void HelperThread::post(std::function<void()> task, std::chrono::milliseconds delay) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        tasks_.emplace(Clock::now() + delay, std::move(task));
    }
    changed_.notify_one();
}

void HelperThread::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        tasks_.clear();
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void HelperThread::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (tasks_.empty()) {
            changed_.wait(lock);
            continue;
        }
        const auto next = tasks_.begin();
        if (next->first > Clock::now()) {
            changed_.wait_until(lock, Clock::time_point(next->first));
            continue;
        }
        const auto task = std::move(next->second);
        tasks_.erase(next);
        lock.unlock();
        task();
        lock.lock();
    }
}

}  // namespace weir::kafka
