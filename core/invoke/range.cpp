// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/range.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace weir::invoke {
namespace {

constexpr int kAskMs = 10'000;
constexpr std::size_t kMostPartsNamed = 20;

/// Which partitions of the topic the range is about.
Result<std::vector<kafka::PartitionInfo>> chosen(const flow::RangeSource& range,
                                                 const kafka::TopicInfo& topic) {
    if (range.partitions.empty()) return topic.partitions;
    std::vector<kafka::PartitionInfo> all;
    for (const std::int32_t partition : range.partitions) {
        const auto found = std::find_if(topic.partitions.begin(), topic.partitions.end(),
                                        [&](const auto& p) { return p.partition == partition; });
        if (found == topic.partitions.end()) {
            return fail(ErrorCode::FlowInvalid,
                        fmt::format("The topic {} has no partition {}.", topic.name, partition),
                        fmt::format("It has {} of them, counted from 0.", topic.partitions.size()));
        }
        all.push_back(*found);
    }
    return all;
}

/// The offsets of one bound, one for each partition.
Result<std::vector<std::int64_t>> bound(const std::vector<kafka::PartitionInfo>& partitions,
                                        const std::string& topic, std::optional<std::int64_t> offset,
                                        std::optional<TimeNs> time, bool from,
                                        const kafka::ClusterSettings& cluster) {
    std::vector<std::optional<std::int64_t>> at_time;
    if (time) {
        std::vector<std::int32_t> numbers;
        numbers.reserve(partitions.size());
        for (const auto& p : partitions) numbers.push_back(p.partition);
        auto found = kafka::offsetsAt(cluster, topic, numbers, *time, kAskMs);
        if (!found) return passOn(found);
        at_time = std::move(*found);
    }
    std::vector<std::int64_t> offsets;
    for (std::size_t i = 0; i < partitions.size(); ++i) {
        const auto& p = partitions[i];
        std::int64_t at = from ? p.low : p.high;
        if (offset) at = *offset;
        if (time) at = at_time[i].value_or(p.high);
        offsets.push_back(std::clamp(at, p.low, std::max(p.low, p.high)));
    }
    return offsets;
}

}  // namespace

Result<std::vector<RangePart>> resolveRange(const flow::RangeSource& range, const kafka::TopicInfo& topic,
                                            const kafka::ClusterSettings& cluster, bool embedded) {
    if (embedded && (range.from_time || range.to_time)) {
        return fail(ErrorCode::Unsupported,
                    "The embedded cluster does not know which offset belongs to a time.",
                    "Give the range's `from` and `to` as offsets.");
    }
    const auto partitions = chosen(range, topic);
    if (!partitions) return tl::unexpected<Error>(partitions.error());
    if (partitions->empty()) return std::vector<RangePart>{};
    const auto from = bound(*partitions, topic.name, range.from_offset, range.from_time, true, cluster);
    if (!from) return tl::unexpected<Error>(from.error());
    const auto to = bound(*partitions, topic.name, range.to_offset, range.to_time, false, cluster);
    if (!to) return tl::unexpected<Error>(to.error());
    std::vector<RangePart> parts;
    for (std::size_t i = 0; i < partitions->size(); ++i) {
        parts.push_back({(*partitions)[i].partition, (*from)[i], std::max((*from)[i], (*to)[i])});
    }
    return parts;
}

std::string rangeText(const std::string& topic, const std::vector<RangePart>& parts) {
    std::string text;
    for (std::size_t i = 0; i < std::min(parts.size(), kMostPartsNamed); ++i) {
        const RangePart& part = parts[i];
        if (!text.empty()) text += ", ";
        text += part.from == part.to
                    ? fmt::format("nothing of {}/{}", topic, part.partition)
                    : fmt::format("{}/{} from {} up to {}", topic, part.partition, part.from, part.to - 1);
    }
    if (parts.size() > kMostPartsNamed)
        text += fmt::format(" and {} more partitions", parts.size() - kMostPartsNamed);
    return text;
}

}  // namespace weir::invoke
