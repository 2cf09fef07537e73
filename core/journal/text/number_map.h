// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/text/slot_pages.h"

#include <cstdint>
#include <unordered_map>

namespace weir::journal {

/// Which id stands for a number of an invocation or batch. Numbers that count up, from wherever, cost next to
/// no memory; numbers that are scattered over all of 64 bits cost some tens of bytes each.
class NumberMap {
  public:
    /// 0: not in use. `number` is at least 0.
    std::int64_t find(SlotPages& pages, std::int64_t number);
    void set(SlotPages& pages, std::int64_t number, std::int64_t id);

  private:
    SlotArray dense_;
    std::int64_t first_block_ = -1, last_block_ = -1;
    std::unordered_map<std::int64_t, std::int64_t> scattered_;
};

}  // namespace weir::journal
