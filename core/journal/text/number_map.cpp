// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/text/number_map.h"

#include <algorithm>

namespace weir::journal {
namespace {

constexpr std::int64_t kNear = 64;  // blocks: what lies so near goes on counting

}  // namespace

std::int64_t NumberMap::find(SlotPages& pages, std::int64_t number) {
    if (const Slot* const slot = dense_.find(pages, number); slot != nullptr && slot->id != 0)
        return slot->id;
    const auto known = scattered_.find(number);
    return known == scattered_.end() ? 0 : known->second;
}

void NumberMap::set(SlotPages& pages, std::int64_t number, std::int64_t id) {
    const std::int64_t block = number / SlotPages::kSlots;
    if (first_block_ < 0) first_block_ = last_block_ = block;
    if (block < first_block_ - kNear || block > last_block_ + kNear) {
        scattered_[number] = id;
        return;
    }
    first_block_ = std::min(first_block_, block);
    last_block_ = std::max(last_block_, block);
    dense_.at(pages, number).id = id;
}

}  // namespace weir::journal
