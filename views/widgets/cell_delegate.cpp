// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/cell_delegate.h"

#include "events/event_outcome.h"
#include "theme/glyphs.h"
#include "theme/theme.h"

#include <QFontMetrics>
#include <QPainter>

namespace weir::views {
namespace {
constexpr int kPad = 7;
constexpr int kRow = 22;

QRgb toneColour(CellTone tone) {
    const Theme& t = theme();
    switch (tone) {
        case CellTone::Plain:
            return t.text;
        case CellTone::Quiet:
            return t.text2;
        case CellTone::Warn:
            return t.warn.text;
        case CellTone::Failed:
            return t.failed.text;
        case CellTone::Broken:
            return t.broken.text;
        case CellTone::Cold:
            return t.cold.text;
        case CellTone::Retry:
            return t.retry.text;
        case CellTone::Success:
            return t.success.text;
    }
    return t.text;
}

}  // namespace

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const {
    const Theme& t = theme();
    const bool chosen = option.state.testFlag(QStyle::State_Selected);
    const bool hovered = index.row() == hovered_row_ || option.state.testFlag(QStyle::State_MouseOver);
    if (chosen) {
        painter->fillRect(option.rect, QColor(t.sel_bg));
    } else if (hovered) {
        painter->fillRect(option.rect, QColor(t.hover));
    }
    if (chosen && index.column() == 0) {
        painter->fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())), QColor(t.accent));
    }
    if (bar_role_ != 0 && !chosen && index.column() == 0) {
        const QVariant bar = index.data(bar_role_);
        if (bar.isValid())
            painter->fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())),
                              QColor::fromRgba(bar.value<QRgb>()));
    }
    const auto time = time_role_ == 0 ? RowTime::Past : static_cast<RowTime>(index.data(time_role_).toInt());
    const bool to_come = time == RowTime::Future && !chosen;
    if (time == RowTime::Cursor) {
        painter->fillRect(QRect(option.rect.left(), option.rect.bottom() - 1, option.rect.width(), 2),
                          QColor(t.accent));
    }
    QRect area = option.rect.adjusted(kPad, 0, -kPad, 0);
    QRgb colour = t.text;
    if (quiet_role_ != 0 && index.data(quiet_role_).toBool()) colour = t.text2;
    if (tone_role_ != 0) {
        const auto tone = static_cast<CellTone>(index.data(tone_role_).toInt());
        if (tone != CellTone::Plain) colour = toneColour(tone);
    }
    if (to_come) colour = t.text3;
    if (glyph_role_ != 0) {
        const QVariant glyph = index.data(glyph_role_);
        if (glyph.isValid() && glyph.toInt() >= 0) {
            paintGlyph(*painter, static_cast<Glyph>(glyph.toInt()),
                       QRectF(area.left(), area.top(), 12, area.height()), chosen ? t.sel_text : colour);
            area.setLeft(area.left() + 18);
        }
    }
    if (index.column() == outcome_column_) {
        const auto kind = static_cast<EventOutcome::Kind>(index.data(kind_role_).toInt());
        colour = to_come ? t.text3 : colourOf(kind, true);
        if (const auto glyph = glyphOf(kind)) {
            const QRgb glyph_colour = chosen ? t.sel_text : colourOf(kind, false);
            paintGlyph(*painter, *glyph, QRectF(area.left(), area.top(), 12, area.height()), glyph_colour);
            area.setLeft(area.left() + 18);
        }
    }
    if (chosen) colour = t.sel_text;
    const QVariant font = index.data(Qt::FontRole);
    painter->setFont(font.isValid() ? font.value<QFont>() : option.font);
    painter->setPen(QColor(colour));
    const auto alignment = static_cast<Qt::Alignment>(index.data(Qt::TextAlignmentRole).toInt());
    const QString words = index.data(Qt::DisplayRole).toString();
    painter->drawText(
        area, static_cast<int>(alignment.toInt() == 0 ? Qt::AlignVCenter | Qt::AlignLeft : alignment),
        painter->fontMetrics().elidedText(
            words, index.column() == name_column_ ? Qt::ElideMiddle : Qt::ElideRight, area.width()));
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const QSize size = QStyledItemDelegate::sizeHint(option, index);
    return {size.width() + 2 * kPad, kRow};
}

}  // namespace weir::views
