// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "invoke/target.h"

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::invoke {

inline Bytes bytes(std::string_view text) {
    return {text.data(), text.size()};
}

/// Records `first` to `first + count − 1` of a partition.
inline ChunkPtr makeChunk(TopicId topic, std::int32_t partition, std::int64_t first, std::uint32_t count) {
    auto chunk = std::make_shared<RecordChunk>(topic, partition);
    for (std::uint32_t i = 0; i < count; ++i) {
        chunk->add(first + i, timestampFromMs(1'700'000'000'000), TimestampType::Create, bytes("key"),
                   bytes("value"), {});
    }
    return chunk;
}

inline Batch makeBatch(std::vector<Slice> slices) {
    Batch batch;
    batch.id = BatchId{1};
    batch.slices = std::move(slices);
    for (const Slice& slice : batch.slices) batch.count += slice.count;
    return batch;
}

/// `count` records of topic 1, partition 0, from offset 100 on.
inline Batch makeBatch(std::uint32_t count) {
    return makeBatch({{makeChunk(TopicId{1}, 0, 100, count), 0, count}});
}

inline std::string topicName(TopicId topic) {
    return topic == TopicId{1} ? "bids" : "items";
}

}  // namespace weir::invoke
