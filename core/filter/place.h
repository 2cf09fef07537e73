// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "filter/bind.h"

#include <vector>

namespace weir::filter {

/// What a filter demands of where an event stands: it can hold only for events that are in all five sets.
struct Box {
    IntervalSet topic = IntervalSet::all();  ///< ids
    IntervalSet partition = IntervalSet::all();
    IntervalSet offset = IntervalSet::all();
    IntervalSet received = IntervalSet::all();
    IntervalSet event = IntervalSet::all();

    [[nodiscard]] bool hasPlace() const { return !(topic.isAll() && partition.isAll() && offset.isAll()); }
    [[nodiscard]] bool empty() const {
        return topic.empty() || partition.empty() || offset.empty() || received.empty() || event.empty();
    }
};

/// Boxes of which one holds every event that the filter can hold for. None: the filter holds for nothing.
/// `always_there`: every row has an event, so that a negated test demands the opposite.
[[nodiscard]] std::vector<Box> boxesOf(const Bound& bound, bool always_there);

}  // namespace weir::filter
