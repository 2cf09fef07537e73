// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/session_reader.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace weir::views {

/// A thread with a session reader of its own. Jobs run in order; a job posts its answer to an Inbox itself.
/// Threads: everything from the UI thread.
class ReaderThread {
  public:
    using Job = std::function<void(journal::SessionReader&)>;

    explicit ReaderThread(std::unique_ptr<journal::SessionReader> reader);
    /// Interrupts the running job, drops the waiting ones and joins.
    ~ReaderThread();
    ReaderThread(const ReaderThread&) = delete;
    ReaderThread& operator=(const ReaderThread&) = delete;

    void run(Job job);
    /// Runs the job before all that wait.
    void runFirst(Job job);

  private:
    void loop();

    const std::unique_ptr<journal::SessionReader> reader_;
    std::mutex mutex_;  // guards jobs_ and stopping_
    std::condition_variable work_;
    std::deque<Job> jobs_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace weir::views
