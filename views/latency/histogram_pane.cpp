// SPDX-License-Identifier: GPL-3.0-or-later
#include "latency/histogram_pane.h"

#include "theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace weir::views {
namespace {
constexpr int kPad = 10, kLine = 20, kBar = 9;
}

HistogramPane::HistogramPane(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Distribution"));
    setMinimumHeight(320);
}

void HistogramPane::show(const QString& title, std::vector<std::pair<QString, QString>> facts,
                         std::vector<Row> rows) {
    title_ = title;
    facts_ = std::move(facts);
    rows_ = std::move(rows);
    QStringList said{title_};
    for (const auto& [name, value] : facts_) said << name + QLatin1Char(' ') + value;
    setAccessibleDescription(said.join(QStringLiteral(", ")));
    update();
}

void HistogramPane::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter p(this);
    p.fillRect(rect(), QColor(t.base));
    QFont bold;
    bold.setWeight(QFont::DemiBold);
    p.setFont(bold);
    p.setPen(QColor(t.text));
    int y = 8;
    p.drawText(QRect(kPad, y, width() - 2 * kPad, kLine), Qt::AlignVCenter, title_);
    y += kLine + 4;
    for (const auto& [name, value] : facts_) {
        p.setFont(QFont());
        p.setPen(QColor(t.text2));
        p.drawText(QRect(kPad, y, 110, kLine), Qt::AlignVCenter, name);
        p.setPen(QColor(t.text));
        p.drawText(QRect(kPad + 110, y, width() - 2 * kPad - 110, kLine), Qt::AlignVCenter, value);
        y += kLine;
    }
    y += 8;
    p.fillRect(QRect(0, y, width(), 1), QColor(t.line));
    y += 10;
    if (rows_.empty()) {
        p.setPen(QColor(t.text3));
        p.setFont(QFont());
        p.drawText(QRect(kPad, y, width() - 2 * kPad, kLine), Qt::AlignVCenter, tr("No finished call"));
        return;
    }
    double peak = 0;
    for (const Row& row : rows_) peak = std::max(peak, row.count);
    p.setFont(smallMonoFont());
    const int label = p.fontMetrics().horizontalAdvance(QStringLiteral("000 ms")) + 8;
    int last_label = -100;
    for (std::size_t i = rows_.size(); i-- > 0;) {
        const Row& row = rows_[i];
        const int length = static_cast<int>(row.count / peak * (width() - 2 * kPad - label - 4));
        if (y - last_label >= 30) {
            p.setPen(QColor(t.text2));
            p.drawText(QRect(kPad, y - 6, label, kBar + 12), Qt::AlignVCenter | Qt::AlignRight,
                       durationText(static_cast<DurationNs>(row.high)));
            last_label = y;
        }
        if (row.count > 0)
            p.fillRect(QRect(kPad + label + 6, y, std::max(1, length), kBar - 1), QColor(t.success.fill));
        y += kBar;
        if (y > height() - kBar) break;
    }
}

}  // namespace weir::views
