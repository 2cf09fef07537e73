// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/item_failures.h"

#include "invoke/targets/json_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace weir::invoke {
namespace {

struct Identifier {
    std::optional<std::string> topic_partition;
    std::optional<std::int64_t> offset;
};

std::optional<std::int64_t> offsetOf(std::string_view value) {
    const std::optional<std::string> text = json::stringValue(value);
    if (!text) return json::integerValue(value);
    std::int64_t offset = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), offset);
    if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
    return offset;
}

Identifier readIdentifier(std::string_view item) {
    Identifier id;
    if (!item.starts_with('{')) return id;
    for (const json::Member& member : json::members(item)) {
        if (member.name != "itemIdentifier") continue;
        if (!member.value.starts_with('{')) {
            id.offset = offsetOf(member.value);
            continue;
        }
        for (const json::Member& part : json::members(member.value)) {
            if (part.name == "topic-partition" || part.name == "partition") {
                id.topic_partition = json::stringValue(part.value);
            } else if (part.name == "offset") {
                id.offset = offsetOf(part.value);
            }
        }
    }
    return id;
}

}  // namespace

Result<std::vector<std::uint32_t>> readItemFailures(std::string_view list, const Batch& batch,
                                                    const TopicNames& topics) {
    std::vector<std::uint32_t> failed;
    for (const std::string_view item : json::elements(list)) {
        const Identifier id = readIdentifier(item);
        std::optional<std::uint32_t> found;
        std::uint32_t position = 0;
        for (const Slice& slice : batch.slices) {
            const RecordChunk& chunk = *slice.chunk;
            const bool here = id.offset && (!id.topic_partition ||
                                            *id.topic_partition == fmt::format("{}-{}", topics(chunk.topic()),
                                                                               chunk.partition()));
            for (std::uint32_t i = 0; i < slice.count; ++i, ++position) {
                if (here && chunk[slice.from + i].offset == *id.offset) found = position;
            }
        }
        if (!found) {
            return fail(
                ErrorCode::FunctionFailed,
                fmt::format("`batchItemFailures` names {}, which is not in the batch; the whole batch "
                            "counts as failed.",
                            item.substr(0, 200)));
        }
        failed.push_back(*found);
    }
    std::sort(failed.begin(), failed.end());
    failed.erase(std::unique(failed.begin(), failed.end()), failed.end());
    return failed;
}

}  // namespace weir::invoke
