// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/time.h"
#include "flow/flow.h"
#include "invoke/target.h"
#include "journal/facts.h"

#include <queue>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace weir::invoke {

/// Names a lane of a dispatcher. A partition that is revoked and assigned again gets a new lane.
using LaneId = Id<struct LaneTag>;

/// How much a lane may hold back before it is not read any more.
struct LaneLimits {
    std::size_t records = 2'000;
    std::size_t bytes = 8 << 20;
};

/// What the dispatcher decides. Called from within its own functions, on the same thread.
class DispatchPort {
  public:
    virtual ~DispatchPort() = default;
    /// Records were put together; the calls with them follow.
    virtual void batchFormed(const Batch& batch, facts::ClosedBy closed_by, TimeNs now) = 0;
    /// Make this call. Answer with Dispatcher::ended(), then succeeded() or failed().
    virtual void startCall(LaneId lane, const Invocation& invocation, TimeNs now) = 0;
    /// A failed call will be made again after `backoff`.
    virtual void retrying(const Invocation& failed, DurationNs backoff, const std::string& why,
                          TimeNs now) = 0;
    /// A batch was given up.
    virtual void discarded(LaneId lane, const Batch& batch, TimeNs now) = 0;
    /// A trigger stopped for good because a batch failed too often.
    virtual void triggerStopped(TriggerId trigger, const std::string& why, TimeNs now) = 0;
    /// Everything below `next_offset` of the lane's partition is done.
    virtual void passed(LaneId lane, std::int64_t next_offset, TimeNs now) = 0;
};

/// Decides which records are sent when: the lanes, their batches, retries and the functions' concurrency.
/// Pure: no threads, no clock, no I/O; the same calls give the same decisions.
///
/// Order `partition`: a lane has one batch out at a time, and does not take the next before that one has
/// passed, retries included. Lanes of one function take turns in the order in which they became ready.
///
/// Threads: one.
class Dispatcher {
  public:
    explicit Dispatcher(DispatchPort& port) : port_(port) {}

    void addFunction(FunctionId id, int concurrency);
    /// `wire_size` is the function's Target::wireSize; the spec's function name is not used.
    using WireSize = std::function<std::size_t(const RecordChunk&, std::uint32_t)>;
    void addTrigger(TriggerId id, FunctionId function, const flow::TriggerSpec& spec, WireSize wire_size,
                    LaneLimits limits);

    [[nodiscard]] LaneId openLane(TriggerId trigger);
    /// The partition is about to be taken away: what waits is forgotten, a call in flight may still pass.
    void drainLane(LaneId lane);
    /// The partition is no longer ours: a call that still runs passes nothing.
    void closeLane(LaneId lane);

    /// True while the lane takes more records. A lane that does not is simply not read.
    [[nodiscard]] bool wants(LaneId lane) const;
    void push(LaneId lane, ChunkPtr chunk, TimeNs now);

    /// The call is over: the function has a free place again.
    void ended(InvocationId invocation, TimeNs now);
    /// After ended(): all its outputs are written, too.
    void succeeded(InvocationId invocation, TimeNs now);
    /// After ended(): it failed, or an output could not be written. Retries or gives up.
    void failed(InvocationId invocation, const std::string& why, TimeNs now);

    /// Does what is due at `now`.
    void advance(TimeNs now);
    /// The next instant at which advance() has something to do, if any.
    [[nodiscard]] std::optional<TimeNs> deadline() const;

    /// No more records will come: batches do not wait for their window any more.
    void finish(TimeNs now);
    /// Starts nothing any more.
    void halt() { halted_ = true; }

    /// Records queued or in batches that have not passed, over open lanes of triggers that run.
    [[nodiscard]] std::int64_t pending() const noexcept { return pending_; }
    /// Records queued, not yet in a batch.
    [[nodiscard]] std::int64_t queued() const noexcept { return queued_; }
    [[nodiscard]] std::int64_t inFlight() const noexcept { return static_cast<std::int64_t>(calls_.size()); }
    /// The partition of a call that was started is still ours, so its result may be passed and produced.
    [[nodiscard]] bool current(InvocationId invocation) const;
    /// Nothing of the lane waits or runs.
    [[nodiscard]] bool idle(LaneId lane) const;
    /// A call of the lane is running or being settled.
    [[nodiscard]] bool busy(LaneId lane) const;

  private:
    enum class State { Collecting, Ready, Running, Settling, Backoff };

    struct Function {
        int concurrency = 1;
        int running = 0;
        std::deque<std::size_t> ready;  // lanes
    };
    struct Trigger {
        TriggerId id;
        FunctionId function;
        WireSize wire_size;
        LaneLimits limits;
        std::size_t batch_size = 1;
        std::size_t batch_bytes = 0;
        DurationNs window = 0;
        int retries = -1;
        bool discard = false;
        bool stopped = false;
    };
    struct Lane {
        std::size_t trigger = 0;
        bool open = true;
        bool draining = false;
        State state = State::Collecting;
        std::deque<Slice> queue;
        std::size_t records = 0;     // in the queue
        std::size_t wire_bytes = 0;  // of the queue, as they will be sent
        std::size_t memory = 0;      // of the queue's chunks
        BatchPtr batch;              // being called, settled or retried
        int attempt = 0;             // of `batch`
        TimeNs retry_at = 0;
    };

    [[nodiscard]] std::optional<facts::ClosedBy> closes(const Lane& lane, TimeNs now) const;
    void consider(std::size_t lane, TimeNs now);
    void makeReady(std::size_t lane);
    void serve(FunctionId function, TimeNs now);
    void start(std::size_t lane, TimeNs now);
    BatchPtr formBatch(Lane& lane, TimeNs now);
    void pass(std::size_t lane, TimeNs now);
    void forget(Lane& lane);
    void stop(std::size_t trigger);
    Lane& lane(LaneId id) { return lanes_[static_cast<std::size_t>(id.value - 1)]; }
    [[nodiscard]] const Lane& lane(LaneId id) const { return lanes_[static_cast<std::size_t>(id.value - 1)]; }
    void arm(TimeNs at, std::size_t lane) { timers_.emplace(at, lane); }

    DispatchPort& port_;
    std::unordered_map<FunctionId, Function> functions_;
    std::vector<Trigger> triggers_;
    std::unordered_map<TriggerId, std::size_t> trigger_index_;
    std::vector<Lane> lanes_;
    std::unordered_map<InvocationId, std::pair<std::size_t, bool>> calls_;  // lane; ended but not settled
    using Timer = std::pair<TimeNs, std::size_t>;
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
    std::int64_t next_invocation_ = 1;
    std::int64_t next_batch_ = 1;
    std::int64_t queued_ = 0;
    std::int64_t pending_ = 0;
    bool finishing_ = false;
    bool halted_ = false;
};

}  // namespace weir::invoke
