// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/consumer.h"
#include "kafka/errors.h"
#include "kafka/handles.h"
#include "kafka/ready_set.h"

#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace weir::kafka {

/// Where librdkafka stops fetching for one partition: bytes of values, or records.
struct QueueLimits {
    std::size_t bytes = 0;
    std::size_t records = 0;
};

/// Reads one assigned partition from a queue of its own.
///
/// The queue is taken out of the consumer's before the partition is assigned; librdkafka then leaves it
/// alone, so that what is not read here is not fetched any further and holds up nobody else.
///
/// Threads: the consumer's owner.
class PartitionReader {
  public:
    PartitionReader(rd_kafka_t& client, TopicPartition partition, QueueLimits limits, ReadySet& ready);
    ~PartitionReader();
    PartitionReader(const PartitionReader&) = delete;
    PartitionReader& operator=(const PartitionReader&) = delete;

    /// As Consumer::read().
    Result<std::size_t> read(RecordChunk& chunk, std::size_t max_records, std::size_t max_bytes);

    /// Errors that concern the partition and not a record (unknown topic, not authorized). Taken once.
    [[nodiscard]] std::vector<ClientError> takeErrors() { return std::exchange(errors_, {}); }

    [[nodiscard]] const TopicPartition& partition() const { return partition_; }
    [[nodiscard]] std::optional<std::int64_t> position() const { return position_; }
    [[nodiscard]] std::optional<std::int64_t> firstPosition() const { return first_position_; }
    [[nodiscard]] bool hasData() const;

    /// True once after the queue was so full that fetching stopped and has been read half empty since: in
    /// 2.0.2 librdkafka would notice that only at its next wake-up, up to a second later.
    [[nodiscard]] bool takeWantsWakeUp() { return std::exchange(wants_wake_up_, false); }

  private:
    void fill();
    void add(const rd_kafka_message_t& message, RecordChunk& chunk);
    void noteProblem(const rd_kafka_message_t& message);
    void moveTo(std::int64_t offset);
    void reserve(RecordChunk& chunk, std::size_t max_records, std::size_t max_bytes) const;
    void watchQueue();
    [[nodiscard]] std::size_t queued() const;
    [[nodiscard]] bool isOver(std::size_t percent) const;

    TopicPartition partition_;
    QueueLimits limits_;
    ReadySet& ready_;
    std::pair<ReadySet*, TopicPartition> note_;  ///< what the queue's callback gets
    QueueHandle queue_;
    std::vector<MessageHandle> taken_;  ///< out of the queue, not yet read; from next_ on
    std::size_t next_ = 0;
    std::vector<rd_kafka_message_t*> buffer_;
    std::vector<Header> headers_;
    std::deque<Error> record_errors_;
    std::vector<ClientError> errors_;
    std::optional<std::int64_t> position_;
    std::optional<std::int64_t> first_position_;
    std::size_t mean_size_ = 256;  ///< bytes of a record, a moving mean
    bool was_full_ = false;
    bool wants_wake_up_ = false;
};

}  // namespace weir::kafka
