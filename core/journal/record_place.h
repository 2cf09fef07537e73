// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"

#include <compare>
#include <cstdint>

namespace weir::journal {

/// Where a record stands, and how records of one instant are sorted.
struct RecordPlace {
    TopicId topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;

    friend auto operator<=>(const RecordPlace&, const RecordPlace&) = default;
};

}  // namespace weir::journal
