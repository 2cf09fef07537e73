// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "invoke/held_call.h"
#include "invoke/target.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace weir::invoke {

/// Bytes that a record takes in a request: Target::wireSize of a function.
using WireSize = std::function<std::size_t(const RecordChunk&, std::uint32_t)>;

/// Appends a record to a batch, into its last slice when it follows there.
void append(Batch& batch, const ChunkPtr& chunk, std::uint32_t index, std::size_t wire_bytes);

/// The records at these positions of a batch, which rise, as a batch with the same id.
[[nodiscard]] BatchPtr partOf(const Batch& batch, std::span<const std::uint32_t> positions,
                              const WireSize& wire_size);
/// `count` records of a batch from position `from` on, as a batch with the same id.
[[nodiscard]] BatchPtr partOf(const Batch& batch, std::uint32_t from, std::uint32_t count,
                              const WireSize& wire_size);

/// A batch with other values at some positions; those beyond its count do nothing. Everything else stays,
/// ids of events included.
[[nodiscard]] BatchPtr edited(const Batch& batch, std::span<const ValueEdit> edits,
                              const WireSize& wire_size);

/// The positions that count as failed when the function names `failed` (rising, each once): from the lowest
/// failed one of each scope on, so that nothing of a scope is passed over (see flow::Order).
[[nodiscard]] std::vector<std::uint32_t> failedByScope(const Batch& batch,
                                                       std::span<const std::uint32_t> failed,
                                                       flow::Order order);

/// The positions below `count` that are not in `positions`, which rise.
[[nodiscard]] std::vector<std::uint32_t> othersThan(std::span<const std::uint32_t> positions,
                                                    std::uint32_t count);

}  // namespace weir::invoke
