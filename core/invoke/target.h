// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/ids.h"
#include "base/record.h"
#include "base/time.h"
#include "flow/flow.h"
#include "journal/facts.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace weir::invoke {

/// A part of a chunk that belongs to a batch.
struct Slice {
    ChunkPtr chunk;
    std::uint32_t from = 0;
    std::uint32_t count = 0;
};

/// The records that are sent together. Immutable once formed.
struct Batch {
    BatchId id;
    TriggerId trigger;
    std::vector<Slice> slices;
    std::uint32_t count = 0;  ///< records over all slices
    std::size_t bytes = 0;    ///< as they will be sent, by Target::wireSize
};
using BatchPtr = std::shared_ptr<const Batch>;

/// One call to be made.
struct Invocation {
    InvocationId id;
    FunctionId function;
    TriggerId trigger;
    int attempt = 1;
    BatchPtr batch;
    InvocationId split_of = {};  ///< the failed call whose batch was split; 0: none
};

/// A record that a function answered with. `cause` is the position in the batch of the event that it answers,
/// or nothing when the whole batch caused it. `topic` is empty for the trigger's first output.
struct AnsweredRecord {
    std::string topic;
    std::optional<std::string> key;         ///< nothing: the cause's key
    std::optional<std::string> value;       ///< nothing: a tombstone
    std::optional<std::int32_t> partition;  ///< nothing: the cause's partition
    std::vector<std::pair<std::string, std::optional<std::string>>> headers;
    std::optional<std::uint32_t> cause;
};

/// How a call ended.
struct Answer {
    facts::Outcome outcome = facts::Outcome::Success;
    std::string error;                    ///< for people; empty on success
    std::vector<AnsweredRecord> records;  ///< in the order in which they are to be produced
    std::vector<std::uint32_t> failed;    ///< with Partial: positions in the batch, rising, each once
    /// With Throttled: how long the function asks to be left alone, if it said so.
    std::optional<DurationNs> retry_after = {};
    /// False: the same request will never succeed (refused as malformed or too large), so that trying again
    /// is no use.
    bool retryable = true;
    /// The function says now that the call started cold, which could not be known when it began.
    bool cold = false;
    /// With Crashed: false when the instance ended before it took the call, so that the function has seen
    /// nothing of it.
    bool taken = true;
};

struct InstanceBecameReady {
    InstanceId instance;
};
struct InstanceEnded {
    InstanceId instance;
    facts::InstanceEndReason reason;
    std::string detail;
};
struct CallEnded {
    InvocationId invocation;
    Answer answer;
};
struct LogWritten {
    InstanceId instance;
    InvocationId invocation;
    facts::Stream stream;
    std::string text;
};

/// What a target tells the engine, stamped with when it happened.
struct TargetEvent {
    TimeNs at = 0;
    FunctionId function;
    std::variant<InstanceBecameReady, InstanceEnded, CallEnded, LogWritten> what;
};

/// What a target may ask of the engine.
class TargetHost {
  public:
    virtual ~TargetHost() = default;
    /// A number for a new instance; records the `instance` fact. Engine thread only.
    virtual InstanceId openInstance(FunctionId function, TimeNs now) = 0;
    /// Leaves an event for the engine. Any thread. Waits while the engine's inbox is over its byte limit, so
    /// that a function that floods its output slows down itself and nothing is dropped.
    virtual void post(TargetEvent event) = 0;
    /// Both, one after the other, as one piece of news.
    virtual void postBoth(TargetEvent first, TargetEvent second) {
        post(std::move(first));
        post(std::move(second));
    }
};

/// How one function is reached. One file each in targets/.
///
/// Threads: the engine's thread calls everything here, or waits while another thread calls stop(); a target's
/// own threads only call TargetHost::post(). Per call of start() exactly one CallEnded follows, whatever
/// happens, timeouts and crashes included.
class Target {
  public:
    struct Started {
        InstanceId instance;  ///< 0 when this kind of target does not know
        bool cold = false;    ///< the instance is new and this is its first call
    };

    virtual ~Target() = default;

    /// Bytes that a record takes in the request, for closing batches by size.
    [[nodiscard]] virtual std::size_t wireSize(const RecordChunk& chunk, std::uint32_t index) const = 0;

    /// Begins a call and returns at once. The engine never has more calls running than the function's
    /// concurrency.
    virtual Started start(const Invocation& invocation, TimeNs now) = 0;

    /// Sees each of its own events again, on the engine's thread, before the engine acts on it: the place to
    /// keep the pool of instances.
    virtual void seen(const TargetEvent& event) { (void)event; }

    /// The next instant at which tick() wants to be called (idle instances), if any.
    [[nodiscard]] virtual std::optional<TimeNs> deadline() const { return std::nullopt; }
    virtual void tick(TimeNs now) { (void)now; }

    /// Ends all instances: politely, then by force. Calls still running end as `abandoned`. Returns when no
    /// process of the target is left and no post() will follow; takes at most about two seconds.
    virtual void stop() = 0;
};

}  // namespace weir::invoke
