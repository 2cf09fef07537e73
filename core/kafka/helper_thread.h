// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace weir::kafka {

/// One thread that runs small tasks for a client: questions to the cluster that would make the owner wait.
///
/// Threads: post() from any thread, tasks included. stop() waits for the running task and forgets the others.
class HelperThread {
  public:
    HelperThread();
    ~HelperThread();
    HelperThread(const HelperThread&) = delete;
    HelperThread& operator=(const HelperThread&) = delete;

    void post(std::function<void()> task, std::chrono::milliseconds delay = {});
    void stop();

  private:
    using Clock = std::chrono::steady_clock;
    void run();

    std::mutex mutex_;  ///< guards the tasks and stopping_
    std::condition_variable changed_;
    std::multimap<Clock::time_point, std::function<void()>> tasks_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace weir::kafka
