// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/text/event_places.h"

#include <algorithm>

namespace weir::journal {
namespace {

constexpr std::int64_t kHole = -1;          // a slot's id
constexpr std::int64_t kLongHole = 10'000;  // from here on an interval is cheaper than slots

}  // namespace

Slot PartitionPlaces::event(SlotPages& pages, std::int64_t offset) {
    const Slot* const slot = slots_.find(pages, offset);
    return slot == nullptr || slot->id == kHole ? Slot{} : *slot;
}

bool PartitionPlaces::isHole(SlotPages& pages, std::int64_t offset) {
    const Slot* const slot = slots_.find(pages, offset);
    if (slot != nullptr && slot->id != 0) return slot->id == kHole;
    const auto after = long_holes_.upper_bound(offset);
    return after != long_holes_.begin() && offset <= std::prev(after)->second;
}

void PartitionPlaces::addHole(SlotPages& pages, std::int64_t first, std::int64_t last) {
    if (last - first < kLongHole) {
        for (std::int64_t offset = first; offset <= last; ++offset) {
            Slot& slot = slots_.at(pages, offset);
            if (slot.id == 0) slot.id = kHole;
        }
        return;
    }
    // Joined with what it touches, so that intervals never overlap.
    auto at = long_holes_.upper_bound(first);
    if (at != long_holes_.begin() && std::prev(at)->second >= first - 1) --at;
    while (at != long_holes_.end() && at->first <= last + 1) {
        first = std::min(first, at->first);
        last = std::max(last, at->second);
        at = long_holes_.erase(at);
    }
    long_holes_.emplace(first, last);
}

PartitionPlaces* EventPlaces::find(TopicId topic, std::int32_t partition) {
    if (last_ != nullptr && last_->topic() == topic && last_->partition() == partition) return last_;
    const auto known = partitions_.find({topic.value, partition});
    if (known == partitions_.end()) return nullptr;
    return last_ = &known->second;
}

PartitionPlaces& EventPlaces::at(TopicId topic, std::int32_t partition) {
    if (PartitionPlaces* const known = find(topic, partition)) return *known;
    const auto added = partitions_.try_emplace({topic.value, partition}, topic, partition).first;
    return *(last_ = &added->second);
}

}  // namespace weir::journal
