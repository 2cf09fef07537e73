// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/places.h"

namespace weir::views {

QString elidedPlace(const QString& place, const QFontMetrics& metrics, int width) {
    const qsizetype slash = place.lastIndexOf(QLatin1Char('/'));
    if (slash < 0 || metrics.horizontalAdvance(place) <= width) return elidedName(place, metrics, width);
    const QString number = place.mid(slash);
    return elidedName(place.left(slash), metrics, width - metrics.horizontalAdvance(number)) + number;
}

}  // namespace weir::views
