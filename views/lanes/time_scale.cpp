// SPDX-License-Identifier: GPL-3.0-or-later
#include "lanes/time_scale.h"

#include <array>

namespace weir::views {
namespace {

constexpr DurationNs kMinute = 60 * kSecond;
constexpr DurationNs kHour = 60 * kMinute;
constexpr DurationNs kDay = 24 * kHour;

/// The shortest round step that is at least `least` long.
DurationNs roundStep(double least) {
    for (DurationNs unit = 1; unit <= kSecond; unit *= 10) {
        for (const DurationNs factor : {1, 2, 5}) {
            if (unit * factor > 5 * kSecond) break;
            if (static_cast<double>(unit * factor) >= least) return unit * factor;
        }
    }
    constexpr std::array<DurationNs, 16> kSteps{10 * kSecond, 15 * kSecond, 30 * kSecond, kMinute,
                                                2 * kMinute,  5 * kMinute,  10 * kMinute, 15 * kMinute,
                                                30 * kMinute, kHour,        2 * kHour,    3 * kHour,
                                                6 * kHour,    12 * kHour,   kDay,         7 * kDay};
    for (const DurationNs step : kSteps) {
        if (static_cast<double>(step) >= least) return step;
    }
    return kDay * static_cast<DurationNs>(std::ceil(least / static_cast<double>(kDay)));
}

}  // namespace

AxisTicks axisTicks(const TimeScale& scale, double min_pixels, DurationNs zone_offset) {
    AxisTicks ticks;
    ticks.step = roundStep(min_pixels * scale.nsPerPixel());
    const TimeNs local = scale.from() + zone_offset;
    TimeNs first = local / ticks.step * ticks.step;
    if (first < local) first += ticks.step;
    for (TimeNs at = first - zone_offset; at <= scale.to(); at += ticks.step) ticks.at.push_back(at);
    return ticks;
}

}  // namespace weir::views
