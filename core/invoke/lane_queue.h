// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "invoke/batch_parts.h"
#include "invoke/target.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace weir::invoke {

/// The records of one lane that wait to be sent, in the order of their offsets. What of them may be sent now
/// depends on the order that the trigger promises.
/// Threads: one.
class LaneQueue {
  public:
    /// Keys that a batch holds until it is over; only the queue knows what the numbers mean.
    using Keys = std::vector<std::uint32_t>;
    struct Taken {
        bool full = false;  ///< it took no more because of bytes
        Keys keys;
    };

    virtual ~LaneQueue() = default;

    /// Takes `count` records of a chunk from index `from` on.
    virtual void push(const ChunkPtr& chunk, std::uint32_t from, std::uint32_t count) = 0;

    /// Moves the next records that may be sent into `batch`: at most `records`, and at most `bytes` as they
    /// will be sent unless the first one alone is over that.
    virtual Taken take(Batch& batch, std::size_t records, std::size_t bytes) = 0;
    /// The batch that held these keys is over.
    virtual void release(const Keys& keys) = 0;
    virtual void clear() = 0;

    /// Records that wait.
    [[nodiscard]] virtual std::size_t records() const = 0;
    /// Records that may be sent now, and their bytes as they will be sent.
    [[nodiscard]] virtual std::size_t available() const = 0;
    [[nodiscard]] virtual std::size_t availableBytes() const = 0;
    /// When the first of the available records was received; only while there is one.
    [[nodiscard]] virtual TimeNs oldest() const = 0;
    /// The records that may be sent now are a batch as it is to be, closed by this; nothing: how many of them
    /// are sent together, and when, is for the trigger's settings to say.
    [[nodiscard]] virtual std::optional<facts::ClosedBy> closed() const { return std::nullopt; }
    /// Nothing can be sent before more records come, however many wait.
    [[nodiscard]] virtual bool starved() const { return false; }
    /// Memory of the chunks that waiting records keep alive.
    [[nodiscard]] virtual std::size_t memory() const = 0;
};

/// Everything that waits may be sent: for the orders `partition` and `none`.
[[nodiscard]] std::unique_ptr<LaneQueue> makePlainQueue(WireSize wire_size);

/// Only records may be sent whose key no batch holds; a record without a key always may. A batch takes the
/// lowest offsets first, any number of one key. For the order `key`.
[[nodiscard]] std::unique_ptr<LaneQueue> makeKeyQueue(WireSize wire_size);

}  // namespace weir::invoke
