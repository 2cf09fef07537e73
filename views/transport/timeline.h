// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/rollup.h"
#include "lanes/lane_store.h"
#include "lanes/time_scale.h"

#include <cstdint>
#include <vector>

namespace weir::views {

/// A session at a glance, one value a pixel: how fast events arrived, where calls were cold or failed.
struct Timeline {
    std::vector<float> rate;            ///< events per second of the pixel's time
    std::vector<std::uint8_t> cold;     ///< 1: a call began cold in that pixel
    std::vector<std::uint8_t> failed;   ///< 1: a call that failed began there
    std::vector<std::uint8_t> finding;  ///< 0 none, 1 note, 2 warn, 3 error: filled in by addFinding()
    float peak = 0;                     ///< the highest rate

    void addFinding(int column, int severity);
};

/// From the roll-ups of the whole session, by time, up to `until`; from there on by what `store` knows, which
/// is ahead of them while recording, and all there is for sessions without roll-ups. The cost follows pixels
/// and partitions, not events.
[[nodiscard]] Timeline timelineOf(const std::vector<journal::RollupRow>& rollups, const LaneStore& store,
                                  const TimeScale& scale);

}  // namespace weir::views
