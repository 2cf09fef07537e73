// SPDX-License-Identifier: GPL-3.0-or-later
#include "lanes/column_strip.h"

#include <QPainter>

#include <algorithm>

namespace weir::views {

ColumnStrip::ColumnStrip(int width, int height)
    : image_(std::max(1, width), std::max(1, height), QImage::Format_ARGB32_Premultiplied) {
    image_.fill(Qt::transparent);
}

void ColumnStrip::fill(int x, int from, int to, QRgb premultiplied) {
    if (x < 0 || x >= image_.width()) return;
    const int low = std::clamp(from, 0, image_.height());
    const int high = std::clamp(to, low, image_.height());
    const qsizetype line = image_.bytesPerLine() / static_cast<qsizetype>(sizeof(QRgb));
    QRgb* pixel = reinterpret_cast<QRgb*>(image_.bits()) + (image_.height() - 1 - low) * line + x;
    for (int y = low; y < high; ++y, pixel -= line) *pixel = premultiplied;
}

void ColumnStrip::draw(QPainter& painter, QPoint at) const {
    painter.drawImage(at, image_);
}

}  // namespace weir::views
