// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lanes/lane_store.h"
#include "lanes/time_scale.h"

#include <cstdint>
#include <vector>

namespace weir::views {

/// What one pixel of a lane shows when its bars are too narrow to be told apart.
struct Column {
    float busy = 0;          ///< share of the pixel's time, 0…1
    std::uint8_t marks = 0;  ///< bit per Mark

    [[nodiscard]] bool has(Mark mark) const { return (marks >> static_cast<int>(mark) & 1) != 0; }
};

/// True when the median bar in view is under 3 pixels: the lane is drawn by columns then.
[[nodiscard]] bool isDense(const LaneStore& store, const Lane& lane, const TimeScale& scale, TimeNs now);

/// One column per pixel of the scale. The cost follows the pixels, not the calls.
[[nodiscard]] std::vector<Column> columns(const LaneStore& store, const Lane& lane, const TimeScale& scale,
                                          TimeNs now);

/// Events waiting per pixel, the most within it.
[[nodiscard]] std::vector<std::int64_t> backlogColumns(const LaneStore& store, const Lane& lane,
                                                       const TimeScale& scale, TimeNs now);

/// Events that arrived per pixel.
[[nodiscard]] std::vector<std::int64_t> arrivalColumns(const ArrivalTrack& track, const TimeScale& scale);

}  // namespace weir::views
