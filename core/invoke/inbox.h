// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"
#include "invoke/target.h"

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

namespace weir::invoke {

/// What wakes the engine: events of targets, and notes that something elsewhere wants a look.
/// Threads: post() and wake() from any; take() and wait() from the engine's.
class Inbox {
  public:
    /// Waits while more than `max_bytes` of events are here, unless closed.
    void post(TargetEvent event);
    /// Both, and wakes the engine once.
    void postBoth(TargetEvent first, TargetEvent second);
    void wake();
    /// Moves out all events; `out` is cleared first.
    void take(std::vector<TargetEvent>& out);
    /// Returns when something was posted or noted since the last take(), or at `until`.
    void wait(TimeNs until);
    /// Lets everybody through: nobody takes any more.
    void close();

  private:
    static constexpr std::size_t max_bytes = 8 << 20;

    std::mutex mutex_;  // guards all below
    std::condition_variable work_, room_;
    std::vector<TargetEvent> events_;
    std::size_t bytes_ = 0;
    bool noted_ = false;
    bool closed_ = false;
};

}  // namespace weir::invoke
