// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/record.h"

#include <initializer_list>
#include <memory>
#include <string>

namespace weir::test {

/// A chunk with these offsets, values of `value_size` bytes, received at `at`, ids from `first_event` on.
inline std::shared_ptr<RecordChunk> chunkOf(std::initializer_list<std::int64_t> offsets, TimeNs at = 0,
                                            std::int64_t first_event = 1, std::size_t value_size = 10,
                                            std::int32_t partition = 0) {
    auto chunk = std::make_shared<RecordChunk>(TopicId{1}, partition);
    const std::string value(value_size, 'v');
    for (const std::int64_t offset : offsets) {
        chunk->add(offset, 0, TimestampType::Create, {"k", 1}, {value.data(), value.size()}, {});
    }
    chunk->setReceived(at);
    chunk->setFirstEvent(EventId{first_event});
    return chunk;
}

}  // namespace weir::test
