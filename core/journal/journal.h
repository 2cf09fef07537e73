// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "journal/facts.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace weir::journal {

/// Where the journal's facts are kept: the session file, or nothing. Called on the journal's thread only.
class FactStore {
  public:
    virtual ~FactStore() = default;
    /// Takes facts in order. They need not be durable before flush().
    virtual Status write(std::span<const facts::Fact> facts) = 0;
    /// Makes everything written so far survive a kill of the process.
    virtual Status flush() = 0;
    /// Called about every second with nothing else to do, for checkpoints and the like.
    virtual void idle() {}
    /// The journal ends in order: the last call, after the last flush().
    virtual Status finish() { return {}; }
};

/// Position in the journal: the number of facts accepted up to and including one.
using Sequence = std::uint64_t;

/// The one ordered journal of facts. Facts are accepted in append(), handed to the store by one writer thread
/// and flushed at most `flush_interval` later. The queue is bounded by bytes: append() waits when it is full,
/// nothing is dropped.
///
/// Threads: append() from one thread; everything else from any.
class Journal {
  public:
    struct Options {
        std::size_t max_queued_bytes = 32 << 20;
        DurationNs flush_interval = 50 * kMillisecond;  ///< so that, with the flush itself, 100 ms hold
    };

    explicit Journal(std::unique_ptr<FactStore> store) : Journal(std::move(store), Options{}) {}
    Journal(std::unique_ptr<FactStore> store, Options options);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// Accepts a fact. `at` is raised to the previous fact's when it is lower, so that it never decreases.
    /// After a failure of the store facts are counted but go nowhere; see status().
    Sequence append(TimeNs at, facts::Body body);

    /// Everything up to here survives a kill of the process.
    [[nodiscard]] Sequence flushed() const noexcept { return flushed_.load(std::memory_order_acquire); }

    /// The first error of the store; once set it stays, and nothing is written any more.
    [[nodiscard]] Status status() const;
    [[nodiscard]] bool failed() const noexcept { return failed_.load(std::memory_order_acquire); }

    /// Called on the journal's thread after each flush and on failure; an empty one: no longer. Once this
    /// returns, the callback before is not running and is not called again. Not from the callback itself.
    void onFlush(std::function<void()> callback);

    /// Writes and flushes what is queued, finishes the store and ends the thread. Idempotent.
    Status close();

  private:
    void run();
    void fail(Error error);
    void tellFlushed();

    const Options options_;
    const std::unique_ptr<FactStore> store_;
    std::mutex on_flush_mutex_;  // guards on_flush_, and is held while it runs
    std::function<void()> on_flush_;

    mutable std::mutex mutex_;  // guards the members below
    std::condition_variable work_, room_;
    std::vector<facts::Fact> queue_;
    std::size_t queued_bytes_ = 0;
    bool idle_ = false;  // the writer waits for the next fact, however long
    bool closing_ = false;
    Status status_;

    TimeNs last_at_ = 0;     // appending thread only
    Sequence appended_ = 0;  // appending thread only
    std::atomic<Sequence> flushed_{0};
    std::atomic<bool> failed_{false};
    std::thread thread_;
};

}  // namespace weir::journal
