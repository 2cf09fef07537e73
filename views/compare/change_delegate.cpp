// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare/change_delegate.h"

#include "compare/compare_table.h"
#include "theme/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace weir::views {
namespace {
constexpr int kPad = 7, kWords = 52, kHigh = 8;
}

void ChangeDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const {
    CellDelegate::paint(painter, option, index);
    const QVariant change = index.data(CompareTable::ChangeRole);
    if (!change.isValid()) return;
    const Theme& t = theme();
    const QRect room = option.rect.adjusted(kPad, 0, -kPad - kWords, 0);
    if (room.width() < 24) return;
    const int middle = room.center().x();
    const double share = std::clamp(change.toDouble(), -1.0, 1.0);
    const int length = std::max(1, static_cast<int>(std::lround(std::abs(share) * (room.width() / 2 - 1))));
    const int top = room.center().y() - kHigh / 2 + 1;
    const bool noise = index.data(CompareTable::NoiseRole).toBool();
    const QRgb fill = noise ? t.waiting.fill : share > 0 ? t.warn.fill : t.success.fill;
    painter->fillRect(QRect(share > 0 ? middle + 1 : middle - length, top, length, kHigh), QColor(fill));
    painter->fillRect(QRect(middle, top - 3, 1, kHigh + 6), QColor(t.line_strong));
}

}  // namespace weir::views
