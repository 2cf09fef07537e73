// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/record.h"

#include <cstddef>

namespace weir::invoke {

/// Bytes of key, value and headers, for targets that send nothing over a wire.
[[nodiscard]] inline std::size_t plainSize(const RecordChunk& chunk, std::uint32_t index) {
    std::size_t size = chunk.key(index).size + chunk.value(index).size;
    if (chunk[index].headers_count == 0) return size;
    for (const Header& header : chunk.headers(index)) size += header.name.size() + header.value.size;
    return size;
}

}  // namespace weir::invoke
