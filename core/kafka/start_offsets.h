// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "kafka/consumer.h"
#include "kafka/handles.h"

#include <span>

namespace weir::kafka {

PartitionListHandle partitionList(std::span<const TopicPartition> partitions);
std::vector<TopicPartition> partitionsOf(const rd_kafka_topic_partition_list_t& list);

/// What librdkafka calls a position: an offset, or a logical one. Time and Committed are not known without
/// asking and count as the beginning.
[[nodiscard]] std::int64_t plainOffset(const StartAt& start);

/// How one consumer begins to read. A committed offset of its group, when there is one, comes before
/// ConsumerOptions::start; without a group only `start` counts.
class StartOffsets {
  public:
    StartOffsets(StartAt start, bool has_group) : start_(start), has_group_(has_group) {}

    /// True when resolve() must ask the cluster, which takes a while.
    [[nodiscard]] bool mustAsk() const;

    /// Fills in the offsets to assign. May block up to `timeout_ms` when mustAsk().
    Status resolve(rd_kafka_t& client, rd_kafka_topic_partition_list_t& list, int timeout_ms) const;

  private:
    Status resolveTime(rd_kafka_t& client, rd_kafka_topic_partition_list_t& list, int timeout_ms) const;

    StartAt start_;
    bool has_group_;
};

}  // namespace weir::kafka
