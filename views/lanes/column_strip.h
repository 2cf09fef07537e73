// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QImage>

class QPainter;
class QPoint;

namespace weir::views {

/// Columns that stand side by side, a pixel wide each, put together in memory and drawn in one go: hundreds
/// of small rectangles or one large polygon cost many times as much.
class ColumnStrip {
  public:
    ColumnStrip(int width, int height);
    ColumnStrip(const ColumnStrip&) = delete;
    ColumnStrip& operator=(const ColumnStrip&) = delete;

    /// Pixels from…to above the bottom, `to` not included; what lies outside is left out.
    void fill(int x, int from, int to, QRgb premultiplied);
    /// With its upper left corner at `at`.
    void draw(QPainter& painter, QPoint at) const;

  private:
    QImage image_;
    const int width_, height_;
    QRgb* bottom_;      ///< the first pixel of the lowest line
    qsizetype stride_;  ///< pixels from a line to the one above
};

/// A colour as fill() takes it.
[[nodiscard]] inline QRgb premultiplied(const QColor& colour) {
    return qPremultiply(colour.rgba());
}

}  // namespace weir::views
