// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "format/format.h"

namespace weir::views {

/// The name of a partition keeps its number: `valid-bids…ction-join/3`.
[[nodiscard]] QString elidedPlace(const QString& place, const QFontMetrics& metrics, int width);

}  // namespace weir::views
