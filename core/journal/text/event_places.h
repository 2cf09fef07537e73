// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/time.h"
#include "journal/text/slot_pages.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace weir::journal {

/// What is known of the offsets of one partition.
class PartitionPlaces {
  public:
    PartitionPlaces(TopicId topic, std::int32_t partition) : topic_(topic), partition_(partition) {}

    [[nodiscard]] TopicId topic() const noexcept { return topic_; }
    [[nodiscard]] std::int32_t partition() const noexcept { return partition_; }

    /// The event at an offset; id 0 when there is none. `content` 0 means that no record names it.
    Slot event(SlotPages& pages, std::int64_t offset);
    void setEvent(SlotPages& pages, std::int64_t offset, Slot event) { slots_.at(pages, offset) = event; }
    /// No event stands there, and a hole says that none ever will.
    bool isHole(SlotPages& pages, std::int64_t offset);
    void addHole(SlotPages& pages, std::int64_t first, std::int64_t last);

    // Of the record, and the output, that came last.
    TimeNs record_at = -1, output_at = -1;
    std::int64_t record_offset = -1, output_offset = -1;

  private:
    TopicId topic_;
    std::int32_t partition_;
    SlotArray slots_;
    std::map<std::int64_t, std::int64_t> long_holes_;  ///< first → last
};

/// All partitions, by the topic's id and their number.
class EventPlaces {
  public:
    [[nodiscard]] PartitionPlaces* find(TopicId topic, std::int32_t partition);
    PartitionPlaces& at(TopicId topic, std::int32_t partition);

  private:
    std::map<std::pair<std::int64_t, std::int32_t>, PartitionPlaces> partitions_;
    PartitionPlaces* last_ = nullptr;
};

}  // namespace weir::journal
