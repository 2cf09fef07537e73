// SPDX-License-Identifier: GPL-3.0-or-later
#include "lanes/hatch.h"

#include <QPainter>
#include <QPixmap>

namespace weir::views {
namespace {

/// A tile of `side` pixels in `ground`, drawn on by `draw`.
template <typename Draw>
QBrush tile(int side, double dpr, QRgb ground, Draw draw) {
    QPixmap pixmap(QSize(side, side) * dpr);
    pixmap.setDevicePixelRatio(dpr);
    pixmap.fill(QColor(ground));
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    draw(painter);
    painter.end();
    QBrush brush(pixmap);
    return brush;
}

void slope(QPainter& p, int side, bool rising) {
    for (const int shift : {-side, 0, side}) {
        const QPointF low(shift - 1, rising ? side + 1 : -1);
        const QPointF high(shift + side + 1, rising ? -1 : side + 1);
        p.drawLine(low, high);
    }
}

QColor faded(QRgb colour, int alpha) {
    QColor c(colour);
    c.setAlpha(alpha);
    return c;
}

}  // namespace

Hatches::Hatches(const Theme& t, double dpr) {
    cold_ = tile(8, dpr, t.canvas, [&](QPainter& p) {
        p.setPen(QPen(QColor(t.cold.fill), 2.9));
        slope(p, 8, true);
    });
    failed_ = tile(6, dpr, t.failed.fill, [&](QPainter& p) {
        p.setPen(QPen(faded(t.canvas, t.dark ? 150 : 120), 1));
        slope(p, 6, true);
        slope(p, 6, false);
    });
    retry_ = tile(5, dpr, t.retry.fill, [&](QPainter& p) {
        p.setRenderHint(QPainter::Antialiasing, false);
        p.fillRect(QRectF(3, 0, 1, 5), faded(t.canvas, t.dark ? 170 : 150));
    });
}

}  // namespace weir::views
