// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace weir::invoke {

/// One thing that is to happen later.
/// Threads: the io_context's thread only.
class InstanceTimer {
  public:
    explicit InstanceTimer(boost::asio::io_context& context) : timer_(context) {}

    /// Calls `act` unless the timer is set again, cancelled or destroyed before. An expired timer whose
    /// handler waits in line cannot be cancelled any more, hence the count.
    void after(std::chrono::nanoseconds delay, std::function<void()> act) {
        timer_.expires_after(delay);
        timer_.async_wait([alive = std::weak_ptr(count_), mine = ++*count_,
                           act = std::move(act)](const boost::system::error_code& failed) {
            const std::shared_ptr<int> still = alive.lock();
            if (!failed && still && *still == mine) act();
        });
    }

    void cancel() {
        ++*count_;
        timer_.cancel();
    }

  private:
    boost::asio::steady_timer timer_;
    std::shared_ptr<int> count_ = std::make_shared<int>(0);
};

}  // namespace weir::invoke
