// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/ids.h"
#include "session/catalog.h"

#include <QString>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weir::journal {
class SessionReader;
}

namespace weir::views {

/// Consecutive offsets of a partition, both ends included.
struct OffsetRange {
    TopicId topic;
    std::int32_t partition = 0;
    std::int64_t first = 0, last = 0;
    bool operator==(const OffsetRange&) const = default;
};

/// The same offsets in as few ranges as there can be: by partition, then by offset.
[[nodiscard]] std::vector<OffsetRange> joined(std::vector<OffsetRange> ranges);

/// `bids/1 @ 43 – 142`; `bids/1 @ 43 – 52, 60 and 3 more; bids/2 @ 7`. At most `most` ranges are spelled out.
[[nodiscard]] QString rangesText(const std::vector<OffsetRange>& ranges, const Catalog& names,
                                 std::size_t most = 4);

/// All that a call delivered, joined. Its ids tell only where events were stored: those of one partition may
/// lie far apart. Costs a few look-ups for each range. On a reader's thread.
[[nodiscard]] Result<std::vector<OffsetRange>> rangesOf(journal::SessionReader& reader, InvocationId call);

}  // namespace weir::views
