// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "kafka/consumer.h"
#include "kafka/handles.h"

#include <vector>

namespace weir::kafka {

/// What is wrong with partitions that are to be read: an unknown topic, a missing partition, a missing right.
/// librdkafka alone says some of it half a minute later and some never.
struct TopicCheck {
    bool answered = false;  ///< false: the cluster did not answer, ask again
    std::vector<Error> errors;
};

/// Blocks up to `timeout_ms` per topic.
TopicCheck checkTopics(rd_kafka_t& client, const std::vector<TopicPartition>& partitions, int timeout_ms);

}  // namespace weir::kafka
