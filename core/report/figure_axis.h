// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "report/figure.h"
#include "report/words.h"

#include <algorithm>
#include <cmath>

namespace weir::report {

/// Times along the width of a figure.
class TimeAxis {
  public:
    TimeAxis(TimeNs first, TimeNs last, double left, double right)
        : first_(first),
          span_(std::max<double>(1, static_cast<double>(last - first))),
          left_(left),
          right_(right) {}

    [[nodiscard]] double x(TimeNs at) const {
        const double share = static_cast<double>(at - first_) / span_;
        return left_ + std::clamp(share, 0.0, 1.0) * (right_ - left_);
    }

    void draw(Figure& figure, double y) const {
        figure.line(left_, y, right_, y, Ink::LineStrong);
        const double step = niceStep(span_ / std::max(2.0, (right_ - left_) / 110));
        const bool millis = step < 1e9;
        double last_end = -1e9;
        for (double t = std::ceil(static_cast<double>(first_) / step) * step;
             t <= static_cast<double>(first_) + span_; t += step) {
            const auto at = static_cast<TimeNs>(std::llround(t / 1e6)) * 1'000'000;
            const double tick = x(at);
            figure.line(tick, y, tick, y + 4, Ink::LineStrong);
            const std::string words = clock(at).substr(0, millis ? 12 : step >= 60e9 ? 5 : 8);
            const double half = static_cast<double>(words.size()) * 3.3;
            if (tick - half < last_end + 8 || tick + half > right_ + 2) continue;
            const double middle = std::max(tick, left_ + half);
            figure.shapes.emplace_back(
                Label{middle, y + 16, words, Ink::Text2, Anchor::Middle, 11, false, true});
            last_end = middle + half;
        }
    }

  private:
    static double niceStep(double least) {
        for (const double step :
             {1e6,    2e6,  5e6,  1e7,    2e7,  5e7,  1e8,  2e8,    5e8,    1e9,    2e9,     5e9,    1e10,
              1.5e10, 3e10, 6e10, 1.2e11, 3e11, 6e11, 9e11, 1.8e12, 3.6e12, 7.2e12, 2.16e13, 4.32e13}) {
            if (step >= least) return step;
        }
        return 8.64e13 * std::ceil(least / 8.64e13);
    }

    TimeNs first_;
    double span_, left_, right_;
};

}  // namespace weir::report
