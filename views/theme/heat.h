// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRgb>

#include <array>

namespace weir::views {

/// From nothing to many, by lightness only, in the theme in use. Stops short of the text colour, so that
/// lines stay on top.
[[nodiscard]] const std::array<QRgb, 7>& heatRamp();

}  // namespace weir::views
