// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "invoke/target.h"
#include "invoke/targets/lambda_event.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace weir::invoke {

/// Reads Lambda's list of partial failures, `[{"itemIdentifier": …}]`: which positions of the batch failed,
/// rising, each once. An identifier is Kafka's object, `{"topic-partition": "bids-0", "offset": 7}`, or an
/// offset alone, as a number or a string. One that is missing, empty or not in the batch is an error: then
/// the whole batch has failed, as with Lambda.
/// Source: AWS Lambda Developer Guide, "Kafka: partial batch responses".
Result<std::vector<std::uint32_t>> readItemFailures(std::string_view list, const Batch& batch,
                                                    const TopicNames& topics);

}  // namespace weir::invoke
