// SPDX-License-Identifier: GPL-3.0-or-later
#include "instances/concurrency_chart.h"

#include "format/format.h"
#include "theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace weir::views {

ConcurrencyChart::ConcurrencyChart(QWidget* parent) : QWidget(parent) {
    setMinimumHeight(84);
    setAccessibleName(tr("Concurrency over time"));
}

void ConcurrencyChart::show(Concurrency counts, int gutter, const QString& subject,
                            std::optional<int> until) {
    counts_ = std::move(counts);
    until_ = until;
    gutter_ = gutter;
    subject_ = subject;
    setAccessibleDescription(tr("at most %1 calls in flight, limit %2").arg(counts_.peak).arg(counts_.limit));
    update();
}

void ConcurrencyChart::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter p(this);
    p.fillRect(rect(), QColor(t.canvas));
    p.fillRect(QRect(0, height() - 1, width(), 1), QColor(t.line));
    p.fillRect(QRect(gutter_ - 1, 0, 1, height()), QColor(t.line));
    QFont bold;
    bold.setWeight(QFont::DemiBold);
    p.setFont(bold);
    p.setPen(QColor(t.text));
    p.drawText(QRect(12, 8, gutter_ - 20, 18), Qt::AlignVCenter,
               elidedName(subject_, p.fontMetrics(), gutter_ - 24));
    p.setFont(smallFont());
    p.setPen(QColor(t.text2));
    p.drawText(QRect(12, 28, gutter_ - 20, 16), Qt::AlignVCenter,
               (counts_.averaged ? tr("in flight, mean %1") : tr("most in flight %1")).arg(counts_.peak));
    p.drawText(QRect(12, 44, gutter_ - 20, 16), Qt::AlignVCenter,
               counts_.limit > 0 ? tr("limit %1").arg(counts_.limit) : tr("limit unknown"));
    int alive_peak = 0;
    for (const int count : counts_.alive) alive_peak = std::max(alive_peak, count);
    const int top_value = std::max({1, counts_.peak, alive_peak, counts_.limit});
    const int base = height() - 8;
    const int room = base - 12;
    const auto y = [&](int value) { return base - value * room / top_value; };
    for (const int value : {top_value, (top_value + 1) / 2}) {
        p.fillRect(QRect(gutter_, y(value), width() - gutter_, 1), QColor(t.line));
        p.setPen(QColor(t.text3));
        p.setFont(smallMonoFont());
        p.drawText(QRect(gutter_ - 44, y(value) - 8, 36, 16), Qt::AlignRight | Qt::AlignVCenter,
                   QString::number(value));
    }
    QColor fill(t.success.fill);
    fill.setAlpha(t.dark ? 150 : 120);
    for (std::size_t x = 0; x < counts_.running.size(); ++x) {
        const int value = counts_.running[x];
        if (value > 0) p.fillRect(QRect(gutter_ + static_cast<int>(x), y(value), 1, base - y(value)), fill);
    }
    p.setPen(QPen(QColor(t.text2), 1.4));
    QPolygonF line;
    for (std::size_t x = 0; x < counts_.alive.size(); ++x) {
        const QPointF at(gutter_ + static_cast<double>(x), y(counts_.alive[x]));
        if (!line.isEmpty() && line.last().y() != at.y()) line << QPointF(at.x(), line.last().y());
        line << at;
    }
    p.drawPolyline(line);
    if (until_) {
        const int x = gutter_ + std::clamp(*until_, -1, width() - gutter_);
        QColor veil(t.canvas);
        veil.setAlpha(t.dark ? 200 : 190);
        p.fillRect(QRect(x + 1, 0, std::max(0, width() - x), height() - 1), veil);
        if (x >= gutter_) p.fillRect(QRect(x, 0, 1, height() - 1), QColor(t.accent));
    }
    if (counts_.limit > 0) {
        p.setPen(QPen(QColor(t.warn.text), 1, Qt::DashLine));
        p.drawLine(gutter_, y(counts_.limit), width(), y(counts_.limit));
    }
    p.setFont(smallFont());
    p.setPen(QColor(t.text2));
    p.drawText(QRect(12, 60, gutter_ - 20, 16), Qt::AlignVCenter, tr("line: instances alive"));
}

}  // namespace weir::views
