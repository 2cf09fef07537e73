// SPDX-License-Identifier: GPL-3.0-or-later
#include "lanes/column_strip.h"

#include <QPainter>

#include <algorithm>

namespace weir::views {

ColumnStrip::ColumnStrip(int width, int height)
    : image_(std::max(1, width), std::max(1, height), QImage::Format_ARGB32_Premultiplied),
      width_(image_.width()),
      height_(image_.height()) {
    image_.fill(Qt::transparent);
    bottom_ = reinterpret_cast<QRgb*>(image_.scanLine(height_ - 1));
    stride_ = image_.bytesPerLine() / static_cast<qsizetype>(sizeof(QRgb));
}

void ColumnStrip::fill(int x, int from, int to, QRgb premultiplied) {
    if (x < 0 || x >= width_) return;
    const int low = std::clamp(from, 0, height_);
    const int high = std::clamp(to, low, height_);
    QRgb* pixel = bottom_ + x - low * stride_;
    for (int y = low; y < high; ++y, pixel -= stride_) *pixel = premultiplied;
}

void ColumnStrip::draw(QPainter& painter, QPoint at) const {
    painter.drawImage(at, image_);
}

}  // namespace weir::views
