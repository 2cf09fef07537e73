// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/start_offsets.h"

#include "kafka/errors.h"

#include <fmt/format.h>

namespace weir::kafka {
namespace {

std::span<rd_kafka_topic_partition_t> entries(rd_kafka_topic_partition_list_t& list) {
    return {list.elems, static_cast<std::size_t>(list.cnt)};
}

Status firstError(rd_kafka_topic_partition_list_t& list) {
    for (const auto& entry : entries(list)) {
        if (entry.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            return tl::unexpected(translate(entry.err, fmt::format("{}/{}", entry.topic, entry.partition)));
        }
    }
    return {};
}

Status check(rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t& list, const char* action) {
    if (Status status = firstError(list); !status) return status;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(translate(code, action));
    return {};
}

}  // namespace

PartitionListHandle partitionList(std::span<const TopicPartition> partitions) {
    PartitionListHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
    for (const auto& p : partitions)
        rd_kafka_topic_partition_list_add(list.get(), p.topic.c_str(), p.partition);
    return list;
}

std::vector<TopicPartition> partitionsOf(const rd_kafka_topic_partition_list_t& list) {
    std::vector<TopicPartition> partitions;
    partitions.reserve(static_cast<std::size_t>(list.cnt));
    for (int i = 0; i < list.cnt; ++i) partitions.push_back({list.elems[i].topic, list.elems[i].partition});
    return partitions;
}

bool StartOffsets::mustAsk() const {
    const bool from_earliest =
        start_.kind == StartAt::Kind::Earliest || start_.kind == StartAt::Kind::Committed;
    return start_.kind == StartAt::Kind::Time || (has_group_ && !from_earliest);
}

std::int64_t plainOffset(const StartAt& start) {
    switch (start.kind) {
        case StartAt::Kind::Latest:
            return RD_KAFKA_OFFSET_END;
        case StartAt::Kind::Offset:
            return start.offset;
        default:
            return RD_KAFKA_OFFSET_BEGINNING;
    }
}

Status StartOffsets::resolve(rd_kafka_t& client, rd_kafka_topic_partition_list_t& list,
                             int timeout_ms) const {
    if (!mustAsk()) {
        // The group's offset, else auto.offset.reset, which is always earliest.
        const std::int64_t offset = has_group_ ? RD_KAFKA_OFFSET_STORED : plainOffset(start_);
        for (auto& entry : entries(list)) entry.offset = offset;
        return {};
    }
    for (auto& entry : entries(list)) entry.offset = RD_KAFKA_OFFSET_INVALID;
    if (has_group_) {
        const auto code = rd_kafka_committed(&client, &list, timeout_ms);
        if (Status status = check(code, list, "asking for committed offsets"); !status) return status;
    }
    if (start_.kind == StartAt::Kind::Time) return resolveTime(client, list, timeout_ms);
    for (auto& entry : entries(list)) {
        if (entry.offset < 0) entry.offset = plainOffset(start_);
    }
    return {};
}

Status StartOffsets::resolveTime(rd_kafka_t& client, rd_kafka_topic_partition_list_t& list,
                                 int timeout_ms) const {
    const PartitionListHandle open(rd_kafka_topic_partition_list_new(list.cnt));
    for (const auto& entry : entries(list)) {
        if (entry.offset >= 0) continue;
        rd_kafka_topic_partition_list_add(open.get(), entry.topic, entry.partition)->offset =
            start_.time / kMillisecond;
    }
    if (open->cnt == 0) return {};
    const auto code = rd_kafka_offsets_for_times(&client, open.get(), timeout_ms);
    if (Status status = check(code, *open, "asking for offsets by time"); !status) return status;
    for (const auto& entry : entries(*open)) {
        // Nothing that late: begin with what comes next.
        const std::int64_t offset = entry.offset >= 0 ? entry.offset : RD_KAFKA_OFFSET_END;
        rd_kafka_topic_partition_list_find(&list, entry.topic, entry.partition)->offset = offset;
    }
    return {};
}

}  // namespace weir::kafka
