// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/record.h"
#include "invoke/target.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::invoke {

/// What the event says of where its records come from.
struct EventSource {
    std::string name;     ///< `SelfManagedKafka` or `aws:kafka`
    std::string brokers;  ///< bootstrap list
};

using TopicNames = std::function<std::string(TopicId)>;

/// Writes Lambda's Kafka event for a batch, as JSON.
[[nodiscard]] std::string lambdaEvent(const EventSource& source, const Batch& batch,
                                      const TopicNames& topics);

/// For each record in the order of that event its position in the batch: the event groups them by partition.
[[nodiscard]] std::vector<std::uint32_t> eventOrder(const Batch& batch);

/// Bytes that one record takes in that event, with the comma after it.
[[nodiscard]] std::size_t lambdaRecordSize(const RecordChunk& chunk, std::uint32_t index,
                                           std::string_view topic);

}  // namespace weir::invoke
