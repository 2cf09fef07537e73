// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace weir::views {

/// Time to pixels and back. A value: pixel 0 shows `from`, a pixel is `ns_per_px` long.
class TimeScale {
  public:
    static constexpr double kFinest = 1'000;           ///< 1 µs a pixel
    static constexpr double kCoarsest = 3600.0 * 1e9;  ///< 1 h a pixel

    TimeScale() = default;
    TimeScale(TimeNs from, double ns_per_px, int width)
        : from_(from), ns_per_px_(std::clamp(ns_per_px, kFinest, kCoarsest)), width_(std::max(1, width)) {}
    /// Shows from…to in `width` pixels.
    static TimeScale fitted(TimeNs from, TimeNs to, int width) {
        const int w = std::max(1, width);
        return {from, static_cast<double>(std::max<TimeNs>(1, to - from)) / w, w};
    }

    [[nodiscard]] TimeNs from() const { return from_; }
    [[nodiscard]] TimeNs to() const { return time(width_); }
    [[nodiscard]] DurationNs span() const { return to() - from_; }
    [[nodiscard]] int width() const { return width_; }
    [[nodiscard]] double nsPerPixel() const { return ns_per_px_; }

    [[nodiscard]] double x(TimeNs at) const { return static_cast<double>(at - from_) / ns_per_px_; }
    /// The pixel column that holds the instant, kept within ±1 000 000 so that it can be drawn.
    [[nodiscard]] int column(TimeNs at) const {
        return static_cast<int>(std::clamp(std::floor(x(at)), -1e6, 1e6));
    }
    [[nodiscard]] TimeNs time(double x) const {
        return from_ + static_cast<TimeNs>(std::llround(x * ns_per_px_));
    }

    /// The instant at pixel `at` stays where it is. A factor over 1 shows more time.
    [[nodiscard]] TimeScale zoomed(double at, double factor) const {
        const double scale = std::clamp(ns_per_px_ * factor, kFinest, kCoarsest);
        return {time(at) - static_cast<TimeNs>(std::llround(at * scale)), scale, width_};
    }
    [[nodiscard]] TimeScale panned(double pixels) const {
        return {from_ + static_cast<TimeNs>(std::llround(pixels * ns_per_px_)), ns_per_px_, width_};
    }
    [[nodiscard]] TimeScale resized(int width) const { return {from_, ns_per_px_, width}; }
    /// The right edge is at `now`, moved by whole pixels only.
    [[nodiscard]] TimeScale following(TimeNs now) const {
        const double columns = std::ceil((static_cast<double>(now - from_)) / ns_per_px_) - width_;
        return panned(columns);
    }

    bool operator==(const TimeScale&) const = default;

  private:
    TimeNs from_ = 0;
    double ns_per_px_ = 1e6;
    int width_ = 1;
};

/// Ticks of an axis at round local times, at least `min_pixels` apart.
struct AxisTicks {
    DurationNs step = kSecond;
    std::vector<TimeNs> at;
};
[[nodiscard]] AxisTicks axisTicks(const TimeScale& scale, double min_pixels, DurationNs zone_offset);

}  // namespace weir::views
