// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"
#include "journal/facts.h"
#include "journal/session_writer.h"

#include <queue>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace weir::test {

/// An auction that never ran, written fact by fact: bids over six partitions, a function that validates them
/// with cold starts, retries, failures and timeouts, a second one behind it, a topic that nobody reads. The
/// same seed gives the same session.
class SampleSession {
  public:
    static constexpr TimeNs kBegin = 1'795'095'180'000'000'000;  ///< 2026-11-19 13:33:00 UTC

    /// nullptr when the file cannot be created.
    static std::unique_ptr<SampleSession> create(const std::string& path, unsigned seed = 7,
                                                 const std::string& parent = {});

    /// Writes what happens in the next stretch of time and makes it durable.
    void advance(DurationNs duration);
    /// Ends the session; calls in flight stay so.
    void finish();

    [[nodiscard]] TimeNs now() const { return now_; }
    [[nodiscard]] std::int64_t events() const { return next_event_ - 1; }
    [[nodiscard]] std::int64_t invocations() const { return next_invocation_ - 1; }

    /// A whole session in one go. `parent`: the session whose events it says to have run again.
    static bool write(const std::string& path, DurationNs duration, unsigned seed = 7,
                      const std::string& parent = {});

  private:
    struct Queued {
        facts::EventRun run;
    };
    struct Lane {
        TriggerId trigger;
        FunctionId function;
        TopicId topic;
        std::int32_t partition = 0;
        std::deque<Queued> queue;
        bool busy = false;
        bool gathering = false;  ///< its batching window is open
    };
    struct Worker {
        InstanceId id;
        FunctionId function;
        bool busy = false, cold = true;
        TimeNs idle_since = 0;
    };
    struct Work {
        TimeNs at;
        std::uint64_t order;
        std::function<void()> what;
        bool operator>(const Work& other) const {
            return std::tie(at, order) > std::tie(other.at, other.order);
        }
    };

    SampleSession(std::unique_ptr<journal::SessionWriter> writer, unsigned seed);
    void declare();
    void at(TimeNs time, std::function<void()> what);
    void put(facts::Body body);
    EventId arrive(TopicId topic, std::int32_t partition, std::size_t count);
    void bidsArrive(std::int32_t partition);
    void auditArrives();
    void pump(std::size_t lane);
    void begin(std::size_t lane, std::vector<facts::EventRun> events, int attempt, InvocationId split_of);
    void end(std::size_t lane, InvocationId id, std::size_t worker, std::vector<facts::EventRun> events,
             int attempt);
    std::size_t workerFor(FunctionId function);
    double uniform() { return std::uniform_real_distribution<double>(0, 1)(random_); }
    DurationNs between(double low_ms, double high_ms) {
        return static_cast<DurationNs>((low_ms + uniform() * (high_ms - low_ms)) * 1e6);
    }

    std::unique_ptr<journal::SessionWriter> writer_;
    std::mt19937 random_;
    TimeNs now_ = kBegin;
    std::uint64_t order_ = 0;
    std::priority_queue<Work, std::vector<Work>, std::greater<>> agenda_;
    std::vector<facts::Fact> facts_;
    std::vector<Lane> lanes_;
    std::vector<Worker> workers_;
    std::map<std::pair<std::int64_t, std::int32_t>, std::int64_t> offsets_;
    std::int64_t next_event_ = 1, next_invocation_ = 1, next_batch_ = 1;
};

}  // namespace weir::test
