// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace weir::invoke {

/// One thread that waits for sockets, pipes, timers and processes. It blocks all signals, so that the
/// program's own handling of them is not disturbed.
///
/// Threads: post() from any thread.
class IoThread {
  public:
    IoThread();
    /// Joins. What runs on it must have ended by then.
    ~IoThread();
    IoThread(const IoThread&) = delete;
    IoThread& operator=(const IoThread&) = delete;

    void post(std::function<void()> job);
    [[nodiscard]] boost::asio::io_context& context();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace weir::invoke
