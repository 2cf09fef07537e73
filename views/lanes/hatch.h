// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme/theme.h"

#include <QBrush>

namespace weir::views {

/// The patterns of the canvas as tiles, rendered once per theme and device pixel ratio.
class Hatches {
  public:
    Hatches() = default;
    Hatches(const Theme& theme, double device_pixel_ratio);

    [[nodiscard]] const QBrush& cold() const { return cold_; }
    [[nodiscard]] const QBrush& failed() const { return failed_; }
    [[nodiscard]] const QBrush& retry() const { return retry_; }

  private:
    QBrush cold_, failed_, retry_;
};

}  // namespace weir::views
