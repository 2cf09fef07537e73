// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weir::test {

struct CommittedRecord {
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    std::string key, value;
};

/// What a consumer of the topic sees that reads only what is committed: by partition, in the order of the
/// offsets, up to the end or to the first transaction that is open. Throws std::runtime_error.
[[nodiscard]] std::vector<CommittedRecord> committedRecords(const std::string& bootstrap,
                                                            const std::string& topic, int partitions);

/// Where a group would go on reading each partition: its committed offset, else the beginning. Nobody else
/// must be in the group's way.
[[nodiscard]] std::vector<std::int64_t> committedOffsets(const std::string& bootstrap,
                                                         const std::string& group, const std::string& topic,
                                                         int partitions);

}  // namespace weir::test
