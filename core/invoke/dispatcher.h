// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/time.h"
#include "flow/flow.h"
#include "invoke/batch_parts.h"
#include "invoke/held_call.h"
#include "invoke/lane_queue.h"
#include "invoke/open_offsets.h"
#include "invoke/recorded_batches.h"
#include "invoke/target.h"
#include "journal/facts.h"

#include <queue>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace weir::invoke {

/// Names a lane of a dispatcher. A partition that is revoked and assigned again gets a new lane.
using LaneId = Id<struct LaneTag>;
/// Names a batch that is given up, until it is written to the topic for failed events.
using GiveUpId = Id<struct GiveUpTag>;

/// How much a lane may hold back before it is not read any more.
struct LaneLimits {
    std::size_t records = 2'000;
    std::size_t bytes = 8 << 20;
};

/// Why a call did not succeed.
struct Failure {
    std::string why;         ///< for people
    bool throttled = false;  ///< the function refused to be called now; does not use up a retry
    std::optional<DurationNs> retry_after = {};  ///< with throttled: how long it asks to be left alone
    bool retryable = true;                       ///< false: the same call can never succeed
    bool taken = true;  ///< false: the function saw nothing of it; uses up a retry only when that goes on
};

/// Events that are given up and go to the trigger's topic for failed events.
struct GivenUp {
    GiveUpId id;
    LaneId lane;
    BatchPtr batch;
    facts::SkipReason reason = facts::SkipReason::OnFailure;  ///< on-failure or expired
    std::string why;
    int attempts = 0;  ///< calls made with them as one batch
};

/// What the dispatcher decides. Called from within its own functions, on the same thread.
class DispatchPort {
  public:
    virtual ~DispatchPort() = default;
    /// Records were put together; the calls with them follow.
    virtual void batchFormed(const Batch& batch, facts::ClosedBy closed_by, TimeNs now) = 0;
    /// Make this call. Answer with Dispatcher::ended(), then succeeded(), partly() or failed().
    virtual void startCall(LaneId lane, const Invocation& invocation, TimeNs now) = 0;
    /// This call would be made now, but is held; its number is 0. Answer with Dispatcher::send() or
    /// passOver(), at any later time. Only after hold().
    virtual void callHeld(HeldId held, const Invocation& invocation, TimeNs now) {
        (void)held, (void)invocation, (void)now;
    }
    /// A failed call will be made again after `backoff`.
    virtual void retrying(const Invocation& failed, DurationNs backoff, const std::string& why,
                          TimeNs now) = 0;
    /// A failed batch is called again in two halves.
    virtual void split(const Invocation& failed, const std::string& why, TimeNs now) = 0;
    /// A function refused calls: at most `limit` at once are made for now.
    virtual void throttled(const Invocation& failed, int limit, DurationNs pause, const std::string& why,
                           TimeNs now) = 0;
    /// Events that are passed over: filtered, expired or discarded.
    virtual void skipped(TriggerId trigger, const Batch& events, facts::SkipReason reason, TimeNs now) = 0;
    /// Write these to the topic for failed events, and answer with Dispatcher::gaveUp().
    virtual void giveUp(const GivenUp& given_up, TimeNs now) = 0;
    /// A trigger stopped for good because a batch failed too often.
    virtual void triggerStopped(TriggerId trigger, const std::string& why, TimeNs now) = 0;
    /// Everything below `next_offset` of the lane's partition is done.
    virtual void passed(LaneId lane, std::int64_t next_offset, TimeNs now) = 0;
};

/// Decides which records are sent when: the lanes, their batches, retries and the functions' concurrency.
/// Pure: no threads, no clock, no I/O; the same calls give the same decisions.
///
/// Order `partition`: a lane has one batch out at a time, and does not take the next before that one is over,
/// retries included. Order `key`: up to `parallelization_factor` batches, none with a key that another holds;
/// a batch holds its keys until it is over. Order `none`: as many as the function's concurrency allows.
/// Lanes of one function take turns in the order in which they became ready.
///
/// A batch is over when each of its events succeeded or was given up. Halves of a batch that was split are
/// called one after the other.
///
/// Threads: one.
class Dispatcher {
  public:
    /// A number for a call that the dispatcher does not make itself.
    [[nodiscard]] InvocationId reserveCall() noexcept { return InvocationId{next_invocation_++}; }

    explicit Dispatcher(DispatchPort& port) : port_(port) {}

    void addFunction(FunctionId id, int concurrency);
    /// Whether the trigger's function gets to see an event; none: all.
    using Filter = std::function<bool(const RecordChunk&, std::uint32_t)>;
    /// The spec's function name and filter are not used.
    void addTrigger(TriggerId id, FunctionId function, const flow::TriggerSpec& spec, WireSize wire_size,
                    LaneLimits limits, Filter filter = {});
    /// From now on no lane may hold back more than that, even where a batch could be larger: then batches are
    /// closed by it. Lanes with several calls out may hold some times as much. What is queued stays.
    void limitLanes(std::size_t bytes);

    /// A lane for a partition. While a call of an earlier, closed lane of the same partition still runs, the
    /// new one starts nothing. With `recorded`, it forms these batches instead of what the trigger says.
    [[nodiscard]] LaneId openLane(TriggerId trigger, TopicId topic = {}, std::int32_t partition = -1,
                                  std::shared_ptr<const RecordedBatches> recorded = nullptr);
    /// The partition is about to be taken away: what waits is forgotten, a call in flight may still pass.
    void drainLane(LaneId lane);
    /// The partition is no longer ours: a call that still runs passes nothing.
    void closeLane(LaneId lane);

    /// True while the lane takes more records. A lane that does not is simply not read.
    [[nodiscard]] bool wants(LaneId lane) const;
    void push(LaneId lane, const ChunkPtr& chunk, TimeNs now);

    /// Holds every call from now on, until somebody says what becomes of it; a call that is held has a place
    /// of its function's concurrency. `on` false: sends what is held, and holds no more.
    void hold(bool on, TimeNs now);
    /// The batch of a call that is held; null when it is not any more.
    [[nodiscard]] BatchPtr heldBatch(HeldId held) const;
    /// Makes a call that is held, with these values instead; later attempts have them too. Its number; 0 when
    /// it is not held any more.
    InvocationId send(HeldId held, std::span<const ValueEdit> edits, TimeNs now);
    /// Does not make it: its events are discarded.
    void passOver(HeldId held, TimeNs now);

    /// The call is over: the function has a free place again.
    void ended(InvocationId invocation, TimeNs now);
    /// After ended(): all its outputs are written, too.
    void succeeded(InvocationId invocation, TimeNs now);
    /// After ended(): it failed, or an output could not be written. Retries, splits or gives up.
    void failed(InvocationId invocation, const Failure& failure, TimeNs now);
    /// After ended(): these positions of its batch failed (as failedPositions() says), the outputs of the
    /// others are written.
    void partly(InvocationId invocation, std::span<const std::uint32_t> failed, const Failure& failure,
                TimeNs now);
    /// Which positions count as failed when the function names `named` (rising, each once).
    [[nodiscard]] std::vector<std::uint32_t> failedPositions(InvocationId invocation,
                                                             std::span<const std::uint32_t> named) const;

    /// What was given up is written to the topic for failed events; or not, then it is tried again later.
    void gaveUp(GiveUpId id, bool written, TimeNs now);

    /// Starts nothing for a trigger until resume(); what is queued stays.
    void pause(TriggerId trigger);
    /// Takes nothing more for a trigger until resume(); what is queued is delivered, without waiting for the
    /// batching window.
    void drain(TriggerId trigger, TimeNs now);
    void resume(TriggerId trigger, TimeNs now);
    /// Starts nothing for a trigger any more, and forgets what is queued.
    void stop(TriggerId trigger);
    /// At most so many calls of a function at once. Those that run already go on.
    void setConcurrency(FunctionId function, int concurrency, TimeNs now);
    void setBatchSize(TriggerId trigger, int batch_size, TimeNs now);

    /// What there is of a trigger, over all its open lanes.
    struct Load {
        std::int64_t queued = 0;     ///< records, not yet in a batch
        std::int64_t batches = 0;    ///< not over
        std::int64_t in_flight = 0;  ///< calls, those of closed lanes too
    };
    [[nodiscard]] Load load(TriggerId trigger) const;

    /// Does what is due at `now`.
    void advance(TimeNs now);
    /// The next instant at which advance() has something to do, if any.
    [[nodiscard]] std::optional<TimeNs> deadline() const;

    /// No more records will come: batches do not wait for their window any more.
    void finish(TimeNs now);
    /// Starts nothing any more.
    void halt() { halted_ = true; }

    /// Records queued or in batches that are not over, over open lanes of triggers that run.
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
    enum class State { Ready, Held, Running, Settling, Backoff, GivingUp };

    /// A batch, or what is left of it, and the call that it was split from.
    struct Part {
        BatchPtr batch;
        InvocationId split_of;
        bool expired = false;
    };
    /// A batch on its way: one part at a time.
    struct Job {
        std::size_t lane = 0;
        Part part;
        std::deque<Part> rest;
        LaneQueue::Keys keys;
        State state = State::Ready;
        int attempt = 0;   // calls made with `part`
        int failures = 0;  // those that failed, throttled ones apart
        int untaken = 0;   // those that no instance took
        TimeNs retry_at = 0;
        GivenUp given_up;  // with GivingUp, and Backoff before the next try to write it
    };
    using JobId = std::int64_t;
    /// A lane that can form a batch, or a job that can be called.
    struct Ready {
        std::size_t lane = 0;
        JobId job = 0;
    };
    struct Function {
        int concurrency = 1;
        int limit = 1;  // at most concurrency; lower after throttling
        int running = 0;
        int good_calls = 0;  // since the limit changed
        TimeNs resume_at = 0;
        std::deque<Ready> ready;
    };
    struct Trigger {
        TriggerId id;
        FunctionId function;
        WireSize wire_size;
        Filter filter;
        LaneLimits given_limits, limits;
        flow::Order order = flow::Order::Partition;
        int parallelization_factor = 1;
        std::size_t batch_size = 1;
        std::size_t batch_bytes = 0;
        std::size_t parallel = 1;  // batches of a lane at once
        DurationNs window = 0;
        std::optional<DurationNs> max_age;
        int retries = -1;
        bool bisect = false;
        flow::OnExhausted on_exhausted = flow::OnExhausted::Stop;
        flow::Order partial_order = flow::Order::Partition;  // that partial answers keep
        bool dead_letter = false;
        bool stopped = false;
        bool paused = false;
        bool draining = false;
    };
    struct Lane {
        std::size_t trigger = 0;
        TopicId topic;
        std::int32_t partition = -1;
        bool open = true;
        bool draining = false;
        bool listed = false;                   // in its function's ready list
        std::optional<std::size_t> waits_for;  // an earlier lane of the partition, still busy
        std::unique_ptr<LaneQueue> queue;
        OpenOffsets offsets;
        std::int64_t reported = -1;  // by passed(), at first the lane's first offset
        std::vector<JobId> jobs;
        std::size_t held = 0;        // records in jobs
        std::size_t held_bytes = 0;  // of the jobs' batches when they were formed
        TimeNs armed = -1;           // newest timer for its window
    };
    struct Timer {
        TimeNs at = 0;
        std::size_t lane = 0;
        JobId job = 0;  // 0: the lane's window
        bool operator>(const Timer& other) const { return at > other.at; }
    };

    // Lanes and batches: dispatcher.cpp
    [[nodiscard]] std::optional<facts::ClosedBy> closes(const Lane& lane, TimeNs now) const;
    [[nodiscard]] bool mayForm(const Lane& lane) const;
    [[nodiscard]] bool full(const Lane& lane) const;
    void pushRun(Lane& lane, const ChunkPtr& chunk, std::uint32_t from, std::uint32_t count);
    void pushFiltered(std::size_t lane, const ChunkPtr& chunk, TimeNs now);
    void consider(std::size_t lane, TimeNs now);
    void makeReady(JobId id);
    void serve(FunctionId function, TimeNs now);
    void startNext(const Ready& ready, TimeNs now);
    void formJob(std::size_t lane, facts::ClosedBy closed_by, TimeNs now);
    void begin(JobId id, TimeNs now);
    InvocationId call(JobId id, TimeNs now);
    void separateExpired(Job& job, TimeNs now);
    Function& functionOf(const Lane& lane) { return functions_.at(triggers_[lane.trigger].function); }
    Lane& lane(LaneId id) { return lanes_[static_cast<std::size_t>(id.value - 1)]; }
    [[nodiscard]] const Lane& lane(LaneId id) const { return lanes_[static_cast<std::size_t>(id.value - 1)]; }
    static LaneId idOf(std::size_t lane) { return LaneId{static_cast<std::int64_t>(lane + 1)}; }

    // What is changed while it runs: dispatcher_control.cpp
    void fit(Trigger& trigger) const;
    void reconsider(std::size_t trigger, TimeNs now);

    // What follows a call: dispatcher_endings.cpp
    [[nodiscard]] Invocation invocationOf(InvocationId id, const Job& job) const;
    void done(Job& job, const Batch& events);
    void partOver(JobId id, TimeNs now);
    void settleFailure(JobId id, InvocationId call, const Failure& failure, bool partial, TimeNs now);
    DurationNs throttle(const Invocation& call, const Failure& failure, TimeNs now);
    void retryLater(JobId id, DurationNs wait, TimeNs now);
    void giveUpPart(JobId id, facts::SkipReason reason, const std::string& why, TimeNs now);
    void report(std::size_t lane, TimeNs now);
    void forget(JobId id);
    void stopTrigger(std::size_t index);
    void letSuccessorsStart(std::size_t lane, TimeNs now);

    DispatchPort& port_;
    std::unordered_map<FunctionId, Function> functions_;
    std::vector<Trigger> triggers_;
    std::optional<std::size_t> lane_share_;  // most bytes of a lane, by the number of lanes
    std::unordered_map<TriggerId, std::size_t> trigger_index_;
    std::deque<Lane> lanes_;
    std::unordered_map<JobId, Job> jobs_;
    std::unordered_map<InvocationId, JobId> calls_;
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
    std::int64_t next_invocation_ = 1;
    std::int64_t next_batch_ = 1;
    JobId next_job_ = 1;
    std::int64_t queued_ = 0;
    std::int64_t pending_ = 0;
    bool finishing_ = false;
    bool halted_ = false;
    bool holding_ = false;
};

}  // namespace weir::invoke
