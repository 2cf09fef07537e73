// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace weir {

enum class TimestampType : std::uint8_t { None, Create, LogAppend };

/// A record without a timestamp.
constexpr TimeNs kNoTimestamp = std::numeric_limits<TimeNs>::min();

/// Kafka's milliseconds as nanoseconds; −1 is none. What does not fit, as a broken producer may send it,
/// becomes the nearest.
[[nodiscard]] TimeNs timestampFromMs(std::int64_t ms) noexcept;
/// And back; none is −1.
[[nodiscard]] std::int64_t timestampToMs(TimeNs timestamp) noexcept;

/// How much of a record's value is known. A cluster gives values whole; facts written by others may not.
enum class ValueKnown : std::uint8_t {
    Whole,
    WholeAndSize,  ///< whole, and its size was stated beside it
    Prefix,
    Nothing
};

/// Bytes that may be absent (Kafka's null). `data == nullptr` means null, not empty.
struct Bytes {
    const char* data = nullptr;
    std::size_t size = 0;

    [[nodiscard]] bool isNull() const noexcept { return data == nullptr; }
    [[nodiscard]] std::string_view view() const noexcept {
        return data == nullptr ? std::string_view{} : std::string_view{data, size};
    }
};

struct Header {
    std::string_view name;
    Bytes value;
};

/// One record's place in its chunk. Positions are into the chunk's arena; size −1 is Kafka's null.
struct Record {
    std::int64_t offset = 0;
    TimeNs timestamp = kNoTimestamp;  ///< as the record says
    std::uint64_t key_pos = 0;
    std::uint64_t value_pos = 0;
    std::uint64_t headers_pos = 0;
    std::int32_t key_size = -1;
    std::int64_t value_size = -1;
    std::uint32_t headers_count = 0;
    TimestampType timestamp_type = TimestampType::None;
    ValueKnown value_known = ValueKnown::Whole;
    std::int64_t stated_size = -1;  ///< of the whole value when not all of it is known; −1 unknown
};

/// Offsets that follow each other without a hole, and where they stand in the chunk.
struct OffsetRun {
    std::int64_t first_offset = 0;
    std::int64_t last_offset = 0;
    std::uint32_t first_index = 0;
};

/// Records of one partition that arrived together, in rising offsets. Its bytes live in one arena, so a
/// chunk costs a few allocations, a record none. Built by one thread, then immutable and shared freely.
class RecordChunk {
  public:
    RecordChunk(TopicId topic, std::int32_t partition) : topic_(topic), partition_(partition) {}

    /// Room for `records` records with `bytes` bytes of keys, values and headers together.
    void reserve(std::size_t records, std::size_t bytes);

    /// Appends a record; its offset must be above all that are here.
    void add(std::int64_t offset, TimeNs timestamp, TimestampType type, Bytes key, Bytes value,
             std::span<const Header> headers);
    /// How much of the value of the record that was added last is known.
    void setKnown(ValueKnown known, std::int64_t stated_size) noexcept {
        records_.back().value_known = known;
        records_.back().stated_size = stated_size;
    }

    /// The id of the first record; the others follow without a gap. Set once, before the chunk is shared.
    void setFirstEvent(EventId id) noexcept { first_event_ = id; }
    /// When the chunk arrived here. Set once, before the chunk is shared.
    void setReceived(TimeNs at) noexcept { received_ = at; }

    [[nodiscard]] TopicId topic() const noexcept { return topic_; }
    [[nodiscard]] std::int32_t partition() const noexcept { return partition_; }
    [[nodiscard]] TimeNs received() const noexcept { return received_; }
    [[nodiscard]] bool empty() const noexcept { return records_.empty(); }
    [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(records_.size()); }
    [[nodiscard]] const Record& operator[](std::uint32_t i) const noexcept { return records_[i]; }
    [[nodiscard]] EventId eventId(std::uint32_t i) const noexcept { return EventId{first_event_.value + i}; }
    [[nodiscard]] Bytes key(std::uint32_t i) const noexcept;
    [[nodiscard]] Bytes value(std::uint32_t i) const noexcept;
    [[nodiscard]] std::vector<Header> headers(std::uint32_t i) const;
    /// Calls `visit(const Header&)` for each header, in order, without an allocation.
    template <typename Visit>
    void forEachHeader(std::uint32_t i, const Visit& visit) const {
        const char* p = arena_.data() + records_[i].headers_pos;
        for (std::uint32_t n = 0; n < records_[i].headers_count; ++n) visit(nextHeader(p));
    }

    /// Whether no record's timestamp is lower than one before it, and the highest of all: most chunks need no
    /// closer look.
    [[nodiscard]] bool timestampsRise() const noexcept { return timestamps_rise_; }
    [[nodiscard]] TimeNs highestTimestamp() const noexcept { return highest_timestamp_; }

    /// The chunk's offsets as runs without holes, in order. At least one when not empty.
    [[nodiscard]] std::span<const OffsetRun> runs() const noexcept { return runs_; }

    /// Memory that the chunk holds, for bounding queues.
    [[nodiscard]] std::size_t bytes() const noexcept;

    /// A copy of `count` records from `from` on, without event ids. For the rare case that a part of a chunk
    /// is already known.
    [[nodiscard]] RecordChunk slice(std::uint32_t from, std::uint32_t count) const;

  private:
    std::uint64_t store(const char* data, std::size_t size);
    /// Reads the header at `p` and moves behind it.
    static Header nextHeader(const char*& p);

    TopicId topic_;
    std::int32_t partition_;
    EventId first_event_;
    TimeNs received_ = 0;
    TimeNs highest_timestamp_ = kNoTimestamp;
    bool timestamps_rise_ = true;
    std::vector<Record> records_;
    std::vector<OffsetRun> runs_;
    std::vector<char> arena_;
};

using ChunkPtr = std::shared_ptr<const RecordChunk>;

}  // namespace weir
