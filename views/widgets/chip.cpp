// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/chip.h"

#include "theme/glyphs.h"
#include "theme/theme.h"

#include <QPainter>

namespace weir::views {

Chip::Chip(QWidget* parent) : QAbstractButton(parent) {
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);  // with little room its words are elided
}

void Chip::setWords(const QString& words, const QString& placeholder) {
    set_ = !words.isEmpty();
    const QString shown = set_ ? words : placeholder;
    setVisible(!shown.isEmpty());
    setEnabled(set_);
    setAccessibleName(set_ ? tr("%1, press to clear").arg(words) : placeholder);
    if (shown == text()) {
        update();
        return;
    }
    setText(shown);
    updateGeometry();
    update();
}

QSize Chip::sizeHint() const {
    const QFontMetrics metrics(set_ ? monoFont() : font());
    return {metrics.horizontalAdvance(text()) + (set_ ? 34 : 16), 22};
}

void Chip::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(QPen(QColor(set_ ? t.accent : t.line), hasFocus() ? 2 : 1));
    p.setBrush(QColor(set_ ? t.sel_bg : t.chrome));
    p.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    p.setFont(set_ ? monoFont() : font());
    p.setPen(QColor(set_ ? t.sel_text : t.text2));
    const QRect area = rect().adjusted(8, 0, set_ ? -24 : -6, 0);
    p.drawText(area, Qt::AlignVCenter | Qt::AlignLeft,
               p.fontMetrics().elidedText(text(), Qt::ElideMiddle, area.width() + 1));
    if (set_) paintGlyph(p, Glyph::Close, QRectF(width() - 20, 0, 12, height()), t.sel_text);
}

}  // namespace weir::views
