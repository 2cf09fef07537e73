// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/facts.h"

#include <cstdint>
#include <memory>

namespace weir::journal {

/// Takes the facts that come of text facts, in order.
class FactSink {
  public:
    virtual ~FactSink() = default;
    virtual void put(TimeNs at, facts::Body body) = 0;
};

/// Gathers records that follow each other, of one partition and one instant, into chunks.
/// Threads: one.
class RecordGatherer final : public FactSink {
  public:
    explicit RecordGatherer(FactSink& next) : next_(next) {}

    /// The place and id of a record that is about to be added: opens or goes on with a chunk. Ids must be
    /// given out one after the other.
    RecordChunk& chunkFor(TimeNs at, TopicId topic, std::int32_t partition, std::int64_t offset, EventId id,
                          std::size_t bytes);
    /// Anything else: what was gathered goes first.
    void put(TimeNs at, facts::Body body) override;
    void flush();

  private:
    FactSink& next_;
    std::shared_ptr<RecordChunk> open_;
    std::int64_t last_offset_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace weir::journal
