// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/topic_check.h"

#include "kafka/errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

namespace weir::kafka {
namespace {

/// Transient errors (a leader that is being elected) are left to librdkafka.
bool isVerdict(rd_kafka_resp_err_t code) {
    return code != RD_KAFKA_RESP_ERR_NO_ERROR && isHopeless(errorCode({code, ""}));
}

void checkPartitions(const rd_kafka_metadata_topic_t& topic, const std::vector<std::int32_t>& wanted,
                     std::vector<Error>& errors) {
    for (const std::int32_t partition : wanted) {
        auto* const end = topic.partitions + topic.partition_cnt;
        const bool exists =
            std::any_of(topic.partitions, end, [partition](const auto& p) { return p.id == partition; });
        if (exists) continue;
        errors.push_back(
            translate(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, fmt::format("{}/{}", topic.topic, partition)));
    }
}

}  // namespace

TopicCheck checkTopics(rd_kafka_t& client, const std::vector<TopicPartition>& partitions, int timeout_ms) {
    std::map<std::string, std::vector<std::int32_t>> wanted;
    for (const auto& partition : partitions) wanted[partition.topic].push_back(partition.partition);
    TopicCheck check;
    for (const auto& [name, numbers] : wanted) {
        const std::string subject = fmt::format("Topic {}", name);
        const TopicHandle handle(rd_kafka_topic_new(&client, name.c_str(), nullptr));
        const rd_kafka_metadata_t* found = nullptr;
        const auto code = handle ? rd_kafka_metadata(&client, 0, handle.get(), &found, timeout_ms)
                                 : RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
        const MetadataHandle metadata(found);
        if (isVerdict(code)) check.errors.push_back(translate(code, subject));
        if (!metadata) {
            if (!isVerdict(code)) return {};
            continue;
        }
        const auto& topic = metadata->topics[0];
        if (isVerdict(topic.err)) check.errors.push_back(translate(topic.err, subject));
        if (topic.err == RD_KAFKA_RESP_ERR_NO_ERROR) checkPartitions(topic, numbers, check.errors);
    }
    check.answered = true;
    return check;
}

}  // namespace weir::kafka
