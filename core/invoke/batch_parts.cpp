// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/batch_parts.h"

#include "invoke/batch_runs.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <unordered_set>

namespace weir::invoke {

void append(Batch& batch, const ChunkPtr& chunk, std::uint32_t index, std::size_t wire_bytes) {
    ++batch.count;
    batch.bytes += wire_bytes;
    if (!batch.slices.empty()) {
        Slice& last = batch.slices.back();
        if (last.chunk == chunk && last.from + last.count == index) {
            ++last.count;
            return;
        }
    }
    batch.slices.push_back({chunk, index, 1});
}

BatchPtr partOf(const Batch& batch, std::span<const std::uint32_t> positions, const WireSize& wire_size) {
    auto part = std::make_shared<Batch>();
    part->id = batch.id;
    part->trigger = batch.trigger;
    std::uint32_t slice_begins = 0;
    auto wanted = positions.begin();
    for (const Slice& slice : batch.slices) {
        for (; wanted != positions.end() && *wanted < slice_begins + slice.count; ++wanted) {
            const std::uint32_t index = slice.from + (*wanted - slice_begins);
            append(*part, slice.chunk, index, wire_size(*slice.chunk, index));
        }
        slice_begins += slice.count;
    }
    return part;
}

BatchPtr partOf(const Batch& batch, std::uint32_t from, std::uint32_t count, const WireSize& wire_size) {
    std::vector<std::uint32_t> positions(count);
    std::iota(positions.begin(), positions.end(), from);
    return partOf(batch, positions, wire_size);
}

BatchPtr edited(const Batch& batch, std::span<const ValueEdit> edits, const WireSize& wire_size) {
    auto made = std::make_shared<Batch>();
    made->id = batch.id;
    made->trigger = batch.trigger;
    std::uint32_t position = 0;
    for (const Slice& slice : batch.slices) {
        const RecordChunk& chunk = *slice.chunk;
        auto copy = std::make_shared<RecordChunk>(chunk.topic(), chunk.partition());
        copy->setFirstEvent(chunk.eventId(slice.from));
        copy->setReceived(chunk.received());
        for (std::uint32_t i = slice.from; i < slice.from + slice.count; ++i, ++position) {
            Bytes value = chunk.value(i);
            for (const ValueEdit& edit : edits) {
                if (edit.position != position) continue;
                value = edit.value ? Bytes{edit.value->data(), edit.value->size()} : Bytes{};
            }
            const std::vector<Header> headers = chunk.headers(i);
            copy->add(chunk[i].offset, chunk[i].timestamp, chunk[i].timestamp_type, chunk.key(i), value,
                      headers);
        }
        for (std::uint32_t i = 0; i < copy->size(); ++i) append(*made, copy, i, wire_size(*copy, i));
    }
    return made;
}

std::vector<std::uint32_t> failedByScope(const Batch& batch, std::span<const std::uint32_t> failed,
                                         flow::Order order) {
    if (failed.empty() || order == flow::Order::None) return {failed.begin(), failed.end()};
    std::vector<std::uint32_t> all;
    if (order == flow::Order::Partition) {
        all.resize(batch.count - failed.front());
        std::iota(all.begin(), all.end(), failed.front());
        return all;
    }
    std::unordered_set<std::string_view> failed_keys;
    auto named = failed.begin();
    std::uint32_t position = 0;
    for (const Slice& slice : batch.slices) {
        for (std::uint32_t i = 0; i < slice.count; ++i, ++position) {
            const Bytes key = slice.chunk->key(slice.from + i);
            const bool is_named = named != failed.end() && *named == position;
            if (is_named) ++named;
            if (is_named || (!key.isNull() && failed_keys.contains(key.view()))) {
                all.push_back(position);
                if (!key.isNull()) failed_keys.insert(key.view());
            }
        }
    }
    return all;
}

std::vector<std::uint32_t> othersThan(std::span<const std::uint32_t> positions, std::uint32_t count) {
    std::vector<std::uint32_t> others;
    others.reserve(count - positions.size());
    auto next = positions.begin();
    for (std::uint32_t i = 0; i < count; ++i) {
        if (next != positions.end() && *next == i) {
            ++next;
        } else {
            others.push_back(i);
        }
    }
    return others;
}

}  // namespace weir::invoke
