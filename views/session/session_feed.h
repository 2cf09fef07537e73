// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/session_reader.h"
#include "lanes/call.h"
#include "session/catalog.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_set>
#include <vector>

namespace weir::views {

/// What the feed found since the last time.
struct SessionUpdate {
    LaneUpdate lanes;
    std::shared_ptr<const Catalog> catalog;  ///< set when names or instances changed
    journal::SessionExtent extent;
    std::int64_t calls_read = 0;   ///< of extent.invocations
    bool finished = false;         ///< the session has ended and all of it was read
    std::optional<Error> failure;  ///< reading stopped here
};

/// Reads a session from its beginning and follows its growth, on a thread of its own. Updates are handed to
/// `sink` on that thread, at most two without acknowledge(), so that a slow UI slows the feed and not
/// the other way round.
class SessionFeed {
  public:
    using Sink = std::function<void(SessionUpdate)>;

    /// `poll` is how long to wait for growth, while the session has not ended.
    SessionFeed(std::unique_ptr<journal::SessionReader> reader, std::chrono::milliseconds poll, Sink sink);
    /// Interrupts and joins.
    ~SessionFeed();
    SessionFeed(const SessionFeed&) = delete;
    SessionFeed& operator=(const SessionFeed&) = delete;

    /// Any thread: an update was taken.
    void acknowledge();

  private:
    void loop();
    /// False: stop, after an error or at the end.
    bool step();
    Status readCatalog(SessionUpdate& update);
    Status readCalls(SessionUpdate& update);
    Status readArrivals(SessionUpdate& update);
    Status readEnded(SessionUpdate& update);
    [[nodiscard]] bool hand(SessionUpdate update);
    [[nodiscard]] bool pause();

    const std::unique_ptr<journal::SessionReader> reader_;
    const std::chrono::milliseconds poll_;
    const Sink sink_;

    // Feed thread only.
    std::int64_t calls_read_ = 0, arrivals_read_ = 0;
    std::unordered_set<std::int64_t> open_;
    std::int64_t topics_seen_ = -1;
    std::size_t living_ = 0;
    journal::SessionExtent last_extent_;
    bool first_ = true;

    std::mutex mutex_;  // guards pending_ and stopping_
    std::condition_variable changed_;
    int pending_ = 0;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace weir::views
