// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/record.h"

#include <cstring>

namespace weir {
namespace {

/// A header stands in the arena as name size, value size (−1 null), name, value.
struct HeaderSizes {
    std::uint32_t name = 0;
    std::int32_t value = -1;
};

constexpr char kEmpty = 0;  // what a non-null, empty value points to

}  // namespace

TimeNs timestampFromMs(std::int64_t ms) noexcept {
    if (ms == -1) return kNoTimestamp;
    TimeNs ns = 0;
    if (!__builtin_mul_overflow(ms, kMillisecond, &ns)) return ns;
    return ms < 0 ? kNoTimestamp + 1 : std::numeric_limits<TimeNs>::max();
}

std::int64_t timestampToMs(TimeNs timestamp) noexcept {
    return timestamp == kNoTimestamp ? -1 : timestamp / kMillisecond;
}

void RecordChunk::reserve(std::size_t records, std::size_t bytes) {
    records_.reserve(records);
    arena_.reserve(bytes);
}

std::uint64_t RecordChunk::store(const char* data, std::size_t size) {
    const auto pos = static_cast<std::uint64_t>(arena_.size());
    if (size != 0) arena_.insert(arena_.end(), data, data + size);
    return pos;
}

void RecordChunk::add(std::int64_t offset, TimeNs timestamp, TimestampType type, Bytes key, Bytes value,
                      std::span<const Header> headers) {
    Record record;
    record.offset = offset;
    record.timestamp = timestamp;
    record.timestamp_type = type;
    if (timestamp < highest_timestamp_) {
        timestamps_rise_ = false;
    } else {
        highest_timestamp_ = timestamp;
    }
    if (!key.isNull()) {
        record.key_pos = store(key.data, key.size);
        record.key_size = static_cast<std::int32_t>(key.size);
    }
    if (!value.isNull()) {
        record.value_pos = store(value.data, value.size);
        record.value_size = static_cast<std::int64_t>(value.size);
    }
    record.headers_pos = static_cast<std::uint64_t>(arena_.size());
    record.headers_count = static_cast<std::uint32_t>(headers.size());
    for (const Header& h : headers) {
        const HeaderSizes sizes{static_cast<std::uint32_t>(h.name.size()),
                                h.value.isNull() ? -1 : static_cast<std::int32_t>(h.value.size)};
        store(reinterpret_cast<const char*>(&sizes), sizeof sizes);
        store(h.name.data(), h.name.size());
        store(h.value.data, h.value.size);
    }

    if (!runs_.empty() && runs_.back().last_offset + 1 == offset) {
        runs_.back().last_offset = offset;
    } else {
        runs_.push_back({offset, offset, size()});
    }
    records_.push_back(record);
}

Bytes RecordChunk::key(std::uint32_t i) const noexcept {
    const Record& r = records_[i];
    if (r.key_size < 0) return {};
    return {r.key_size == 0 ? &kEmpty : arena_.data() + r.key_pos, static_cast<std::size_t>(r.key_size)};
}

Bytes RecordChunk::value(std::uint32_t i) const noexcept {
    const Record& r = records_[i];
    if (r.value_size < 0) return {};
    return {r.value_size == 0 ? &kEmpty : arena_.data() + r.value_pos,
            static_cast<std::size_t>(r.value_size)};
}

Header RecordChunk::nextHeader(const char*& p) {
    HeaderSizes sizes;
    std::memcpy(&sizes, p, sizeof sizes);
    p += sizeof sizes;
    Header h{std::string_view{p, sizes.name}, {}};
    p += sizes.name;
    if (sizes.value >= 0) {
        h.value = {sizes.value == 0 ? &kEmpty : p, static_cast<std::size_t>(sizes.value)};
        p += sizes.value;
    }
    return h;
}

std::vector<Header> RecordChunk::headers(std::uint32_t i) const {
    std::vector<Header> result;
    result.reserve(records_[i].headers_count);
    forEachHeader(i, [&](const Header& h) { result.push_back(h); });
    return result;
}

std::size_t RecordChunk::bytes() const noexcept {
    return sizeof *this + records_.capacity() * sizeof(Record) + runs_.capacity() * sizeof(OffsetRun) +
           arena_.capacity();
}

RecordChunk RecordChunk::slice(std::uint32_t from, std::uint32_t count) const {
    RecordChunk part(topic_, partition_);
    part.received_ = received_;
    part.records_.reserve(count);
    for (std::uint32_t i = from; i < from + count; ++i) {
        const Record& r = records_[i];
        part.add(r.offset, r.timestamp, r.timestamp_type, key(i), value(i), headers(i));
        part.setKnown(r.value_known, r.stated_size);
    }
    return part;
}

}  // namespace weir
