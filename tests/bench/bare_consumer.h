// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace weir::bench {

/// Reads `records` records of a topic with nothing but librdkafka's fastest interface
/// (rd_kafka_consume_batch_queue) and returns the seconds it took, connecting included.
double consumeBare(const std::string& bootstrap, const std::string& topic, std::int64_t records);

}  // namespace weir::bench
