// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/legend.h"

#include "theme/theme.h"

#include <QEvent>
#include <QPainter>

namespace weir::views {
namespace {
constexpr int kLine = 22;
constexpr int kTop = 34;
constexpr int kRows = 4;
}  // namespace

Legend::Legend(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAccessibleName(tr("Key of the lanes"));
}

QSize Legend::sizeHint() const {
    return {260, kTop + kRows * kLine + 8};
}

void Legend::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) ratio_ = 0;
    QWidget::changeEvent(event);
}

void Legend::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    if (ratio_ != devicePixelRatioF()) {
        ratio_ = devicePixelRatioF();
        hatches_ = Hatches(t, ratio_);
    }
    QPainter p(this);
    p.fillRect(rect(), QColor(t.base));
    p.fillRect(QRect(0, 0, width(), 1), QColor(t.line));
    QFont bold = smallFont();
    bold.setWeight(QFont::DemiBold);
    p.setFont(bold);
    p.setPen(QColor(t.text2));
    p.drawText(QRect(10, 8, width() - 20, 20), Qt::AlignVCenter, tr("Key"));
    p.setFont(smallFont());
    int index = 0;
    const auto entry = [&](const QString& words, auto draw) {
        const int column = index % 2;
        const int y = kTop + index / 2 * kLine;
        const QRect sample(10 + column * (width() - 10) / 2, y + 4, 24, 12);
        draw(sample);
        p.setPen(QColor(t.text2));
        p.drawText(QRect(sample.right() + 9, y, width() / 2 - 44, 20), Qt::AlignVCenter, words);
        ++index;
    };
    const auto hatched = [&](const QBrush& brush, QRgb frame) {
        return [&, frame](const QRect& r) {
            p.setBrushOrigin(r.topLeft());
            p.fillRect(r, brush);
            p.setBrush(Qt::NoBrush);
            p.setPen(QColor(frame));
            p.drawRect(r.adjusted(0, 0, -1, -1));
        };
    };
    entry(tr("run, warm"), [&](const QRect& r) { p.fillRect(r, QColor(t.success.fill)); });
    entry(tr("cold, init"), hatched(hatches_.cold(), t.cold.fill));
    entry(tr("retry"), hatched(hatches_.retry(), t.retry.fill));
    entry(tr("failed"), hatched(hatches_.failed(), t.failed.fill));
    entry(tr("waiting (√ scale)"), [&](const QRect& r) {
        QColor fill(t.waiting.fill);
        fill.setAlpha(t.dark ? 90 : 70);
        p.setBrush(fill);
        p.setPen(Qt::NoPen);
        const QPoint ramp[] = {r.bottomLeft(), {r.right(), r.top() + 2}, r.bottomRight()};
        p.drawPolygon(ramp, 3);
        p.setPen(QColor(t.waiting.fill));
        p.drawLine(r.left(), r.bottom(), r.right(), r.top() + 2);
    });
    entry(tr("in flight"), [&](const QRect& r) {
        p.fillRect(r, QColor(t.success.fill));
        QPen pen(QColor(t.canvas), 2);
        pen.setDashPattern({1.5, 1.5});
        p.setPen(pen);
        p.drawLine(r.right() - 2, r.top(), r.right() - 2, r.bottom() + 1);
    });
    entry(tr("abandoned"), [&](const QRect& r) {
        p.setBrush(Qt::NoBrush);
        p.setPen(QPen(QColor(t.line_strong), 1, Qt::DashLine));
        p.drawRect(r.adjusted(0, 0, -1, -1));
    });
    entry(tr("delivery"), [&](const QRect& r) {
        const int y = r.center().y();
        p.setPen(QPen(QColor(t.accent), 2));
        p.drawLine(r.left(), y, r.right() - 5, y);
        p.setPen(Qt::NoPen);
        p.setBrush(QColor(t.accent));
        const QPoint head[] = {{r.right() - 6, y - 4}, {r.right() - 6, y + 4}, {r.right(), y}};
        p.drawPolygon(head, 3);
    });
}

}  // namespace weir::views
