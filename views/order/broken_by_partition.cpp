// SPDX-License-Identifier: GPL-3.0-or-later
#include "order/broken_by_partition.h"

#include "theme/theme.h"

#include <QPainter>

#include <algorithm>
#include <map>
#include <tuple>

namespace weir::views {
namespace {
using analysis::order::Kind;
constexpr std::size_t kMost = 5;
constexpr int kRow = 21, kHead = 26, kPad = 12, kNames = 190;
}  // namespace

BrokenByPartition::BrokenByPartition(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Events overtaken, by partition"));
}

QSize BrokenByPartition::sizeHint() const {
    return {
        320,
        kHead + static_cast<int>(std::max<std::size_t>(1, rows_.size()) + (more_ > 0 ? 1 : 0)) * kRow + 10};
}

void BrokenByPartition::show(const std::vector<FindingGroup>& groups, std::shared_ptr<const Catalog> names) {
    std::map<std::tuple<FunctionId, TopicId, std::int32_t>, std::int64_t> events;
    for (const FindingGroup& g : groups) {
        if ((g.kind != Kind::Regression && g.kind != Kind::Inversion) || g.passed == 0) continue;
        events[{g.function, g.topic, g.partition}] += g.passed.value_or(g.units);
    }
    rows_.clear();
    QStringList lines;
    for (const auto& [place, count] : events) {
        const auto& [function, topic, partition] = place;
        rows_.push_back(
            {names->functionName(function) + QLatin1Char(' ') + names->place(topic, partition), count});
    }
    std::stable_sort(rows_.begin(), rows_.end(),
                     [](const Row& a, const Row& b) { return a.events > b.events; });
    more_ = rows_.size() > kMost ? rows_.size() - kMost : 0;
    if (more_ > 0) rows_.resize(kMost);
    for (const Row& row : rows_) lines << QStringLiteral("%1: %2").arg(row.name, countText(row.events));
    setAccessibleDescription(lines.join(QStringLiteral(", ")));
    setVisible(!rows_.empty());
    updateGeometry();
    update();
}

void BrokenByPartition::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const Theme& t = theme();
    p.fillRect(rect(), QColor(t.base));
    p.setPen(QColor(t.line));
    p.drawLine(0, 0, width(), 0);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    p.setFont(bold);
    p.setPen(QColor(t.text));
    const QString title = tr("Order by partition");
    p.drawText(QRect(kPad, 4, width() - 2 * kPad, kHead - 4), Qt::AlignVCenter | Qt::AlignLeft, title);
    const int after = kPad + QFontMetrics(bold).horizontalAdvance(title) + 8;
    p.setFont(font());
    p.setPen(QColor(t.text2));
    p.drawText(QRect(after, 4, width() - after - kPad, kHead - 4), Qt::AlignVCenter | Qt::AlignLeft,
               tr("events overtaken, worst first"));
    const QFontMetrics mono(smallMonoFont());
    int y = kHead;
    const std::int64_t most = rows_.empty() ? 1 : std::max<std::int64_t>(1, rows_.front().events);
    const int room = std::max(20, width() - kNames - kPad - 90);
    for (const Row& row : rows_) {
        p.setFont(smallMonoFont());
        p.setPen(QColor(t.text));
        p.drawText(QRect(kPad, y, kNames - kPad - 8, kRow), Qt::AlignVCenter | Qt::AlignLeft,
                   elidedName(row.name, mono, kNames - kPad - 8));
        const int wide =
            std::max(2, static_cast<int>(static_cast<double>(row.events) / static_cast<double>(most) * room));
        p.fillRect(QRect(kNames, y + 5, wide, kRow - 10), QColor(t.broken.fill));
        p.drawText(QRect(kNames + wide + 6, y, 84, kRow), Qt::AlignVCenter | Qt::AlignLeft,
                   countText(row.events));
        y += kRow;
    }
    if (more_ > 0) {
        p.setFont(smallFont());
        p.setPen(QColor(t.text2));
        p.drawText(QRect(kPad, y, width() - 2 * kPad, kRow), Qt::AlignVCenter | Qt::AlignLeft,
                   tr("%1 more").arg(countText(static_cast<std::int64_t>(more_))));
    }
}

}  // namespace weir::views
