// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/replay_lanes.h"

#include "format/places.h"
#include "theme/theme.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <map>

namespace weir::views {
namespace {

constexpr int kHead = 24, kGutter = 150, kRight = 156, kPad = 12;
constexpr double kWidest = 8;  ///< pixels an offset at most

}  // namespace

ReplayLanes::ReplayLanes(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Offsets at the cursor"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void ReplayLanes::show(std::shared_ptr<const ReplayPicture> picture, std::shared_ptr<const Catalog> names) {
    picture_ = std::move(picture);
    names_ = std::move(names);
    QStringList lines;
    if (picture_) {
        for (const ReplayLane& lane : picture_->lanes) {
            if (lines.size() >= 20) break;
            lines << tr("%1 of %2: lag %3")
                         .arg(names_->place(lane.place.topic, lane.place.partition),
                              names_->functionName(lane.function), countText(lane.lag()));
        }
    }
    setAccessibleDescription(lines.join(QLatin1Char('\n')));
    updateGeometry();
    update();
}

int ReplayLanes::rowHeight() const {
    const std::size_t rows = picture_ ? picture_->lanes.size() : 0;
    return rows <= 8 ? 40 : rows <= 40 ? 26 : 16;
}

QSize ReplayLanes::sizeHint() const {
    const int rows = picture_ ? static_cast<int>(picture_->lanes.size()) : 0;
    return {600, kHead + std::max(1, rows) * rowHeight() + 1};
}

std::int64_t ReplayLanes::start(const ReplayLane& lane) const {
    // Some of what is done stays in view before the first that is not.
    return std::max<std::int64_t>(lane.from, lane.lowest() - std::max<std::int64_t>(4, most_ / 8));
}

void ReplayLanes::scale() {
    most_ = 1;
    for (const ReplayLane& lane : picture_->lanes) most_ = std::max(most_, lane.next - lane.lowest());
    std::int64_t longest = 1;
    for (const ReplayLane& lane : picture_->lanes) longest = std::max(longest, lane.next - start(lane));
    const double room = std::max(40, width() - kGutter - kRight);
    unit_ = std::min(kWidest, room / static_cast<double>(longest));
}

double ReplayLanes::x(const ReplayLane& lane, std::int64_t offset) const {
    return kGutter + static_cast<double>(offset - start(lane)) * unit_;
}

QRectF ReplayLanes::span(const ReplayLane& lane, std::int64_t first, std::int64_t last, int row) const {
    const double height = rowHeight();
    const double left = x(lane, std::max(first, start(lane)));
    const double bar = std::min(18.0, height - 6);
    return {left, kHead + row * height + (height - bar) / 2, std::max(2.0, x(lane, last + 1) - left), bar};
}

void ReplayLanes::paintEvent(QPaintEvent* event) {
    const Theme& t = theme();
    QPainter p(this);
    p.fillRect(rect(), QColor(t.canvas));
    if (!picture_) return;
    if (picture_->lanes.empty()) {
        p.setPen(QColor(t.text2));
        p.drawText(rect().adjusted(0, kHead, 0, 0), Qt::AlignCenter,
                   picture_->atStart() ? tr("At the beginning: nothing has happened yet.")
                                       : tr("No function has had an event yet."));
    } else {
        scale();
        const int height = rowHeight();
        const int first = std::max(0, (event->rect().top() - kHead) / height);
        const int last =
            std::min(static_cast<int>(picture_->lanes.size()) - 1, (event->rect().bottom() - kHead) / height);
        for (int row = first; row <= last; ++row) paintRow(p, row);
    }
    paintHead(p);
}

void ReplayLanes::paintHead(QPainter& p) const {
    const Theme& t = theme();
    p.fillRect(0, 0, width(), kHead, QColor(t.header));
    p.setPen(QColor(t.line));
    p.drawLine(0, kHead - 1, width(), kHead - 1);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    p.setFont(bold);
    p.setPen(QColor(t.text));
    p.drawText(QRect(kPad, 0, kGutter - kPad, kHead), Qt::AlignVCenter, tr("Partition"));
    const int right = width() - kRight;
    p.drawText(QRect(right, 0, 60, kHead), Qt::AlignVCenter | Qt::AlignRight, tr("Lag"));
    p.drawText(QRect(right + 60, 0, kRight - 60 - kPad, kHead), Qt::AlignVCenter | Qt::AlignRight,
               tr("Committed"));
    // What the fills mean.
    p.setFont(smallFont());
    const QFontMetrics metrics(smallFont());
    int left = kGutter;
    const auto entry = [&](const QString& words, const auto& paint) {
        if (left + 24 + metrics.horizontalAdvance(words) > right) return;
        paint(QRect(left, kHead / 2 - 5, 18, 10));
        p.setPen(QColor(t.text2));
        p.drawText(QRect(left + 24, 0, 200, kHead), Qt::AlignVCenter, words);
        left += 24 + metrics.horizontalAdvance(words) + 16;
    };
    entry(tr("committed"), [&](const QRect& r) { p.fillRect(r, QColor(t.accent)); });
    entry(tr("done"), [&](const QRect& r) { p.fillRect(r, QColor(t.success.fill)); });
    entry(tr("in flight"), [&](const QRect& r) {
        p.fillRect(r, QBrush(QColor(t.text2), Qt::BDiagPattern));
        p.setPen(QColor(t.text));
        p.drawRect(r.adjusted(0, 0, -1, -1));
    });
    entry(tr("waiting"), [&](const QRect& r) {
        p.setPen(QPen(QColor(t.waiting.fill), 1, Qt::DashLine));
        p.drawRect(r.adjusted(0, 0, -1, -1));
    });
}

void ReplayLanes::paintRow(QPainter& p, int row) const {
    const Theme& t = theme();
    const ReplayLane& lane = picture_->lanes[static_cast<std::size_t>(row)];
    const int height = rowHeight();
    const QRect area(0, kHead + row * height, width(), height);
    p.setPen(QColor(t.line));
    p.drawLine(area.left(), area.bottom(), area.right(), area.bottom());
    const QFont small = smallFont();
    const QFontMetrics metrics(small);
    const auto words = [&](const QRect& r, int flags, QRgb colour, const QString& what, const QFont& f) {
        p.setFont(f);
        p.setPen(QColor(colour));
        p.drawText(r, Qt::AlignVCenter | flags, elidedName(what, QFontMetrics(f), r.width()));
    };
    const QString place = names_->place(lane.place.topic, lane.place.partition);
    const QString function = names_->functionName(lane.function);
    if (height >= 40) {
        const QRect line = area.adjusted(kPad, 3, kGutter - kPad - width(), -height / 2);
        words(line, Qt::AlignLeft, t.text, elidedPlace(place, QFontMetrics(font()), line.width()), font());
        words(area.adjusted(kPad, height / 2 - 1, kGutter - kPad - width(), -3), Qt::AlignLeft, t.text2,
              function, small);
    } else {
        // Which partition it is matters more than the whole name of the function.
        const QRect line = area.adjusted(kPad, 0, kGutter - kPad - width(), 0);
        const QFont& f = height < 20 ? small : font();
        const QFontMetrics fm(f);
        const int own = std::min(fm.horizontalAdvance(place), line.width());
        const QString shown = elidedPlace(place, fm, own);
        words(line, Qt::AlignLeft, t.text, shown, f);
        const int left = fm.horizontalAdvance(shown) + fm.horizontalAdvance(QStringLiteral("  "));
        if (line.width() - left > 40)
            words(line.adjusted(left, 0, 0, 0), Qt::AlignLeft, t.text2, function, f);
    }

    const std::int64_t from = start(lane);
    if (lane.next > from) p.fillRect(span(lane, from, lane.next - 1, row), QColor(t.success.fill));
    if (lane.committed && *lane.committed > from)
        p.fillRect(span(lane, from, *lane.committed - 1, row), QColor(t.accent));
    for (const replay::Run& run : lane.waiting) {
        const QRectF r = span(lane, run.first, run.last, row);
        p.fillRect(r, QColor(t.canvas));
        QColor ground(t.waiting.fill);
        ground.setAlpha(50);
        p.fillRect(r, ground);
        p.setPen(QPen(QColor(t.waiting.fill), 1, Qt::DashLine));
        p.setBrush(Qt::NoBrush);
        p.drawRect(r.adjusted(0.5, 0.5, -0.5, -0.5));
        const QString count = tr("%1 waiting").arg(countText(run.last - run.first + 1));
        if (height >= 20 && metrics.horizontalAdvance(count) + 8 < r.width())
            words(r.toAlignedRect().adjusted(5, 0, -2, 0), Qt::AlignLeft, t.text2, count, small);
    }
    // The number of a call stands in its longest piece only.
    std::map<InvocationId, const ReplayLane::InFlight*> longest;
    for (const ReplayLane::InFlight& call : lane.in_flight) {
        const ReplayLane::InFlight*& piece = longest[call.call];
        if (piece == nullptr || call.last - call.first > piece->last - piece->first) piece = &call;
    }
    for (const ReplayLane::InFlight& call : lane.in_flight) {
        const QRectF r = span(lane, call.first, call.last, row);
        const QRgb colour = call.cold ? t.cold.fill : call.retry ? t.retry.fill : t.text2;
        p.fillRect(r, QColor(t.canvas));
        p.fillRect(r, QBrush(QColor(colour), Qt::BDiagPattern));
        p.setPen(QColor(call.cold || call.retry ? colour : t.text));
        p.setBrush(Qt::NoBrush);
        p.drawRect(r.adjusted(0.5, 0.5, -0.5, -0.5));
        const QString id = callText(call.call.value);
        const int wide = metrics.horizontalAdvance(id);
        if (longest[call.call] == &call && height >= 20 && wide + 12 < r.width()) {
            p.fillRect(QRectF(r.left() + 4, r.top() + 2, wide + 5, r.height() - 4), QColor(t.canvas));
            words(r.toAlignedRect().adjusted(6, 0, 0, 0), Qt::AlignLeft, t.text, id, small);
        }
    }
    if (lane.committed && *lane.committed >= from) {
        const double at = std::round(x(lane, *lane.committed));
        const QRectF bar = span(lane, from, from, row);
        p.fillRect(QRectF(at - 1, bar.top() - 3, 2, bar.height() + 6), QColor(t.accent));
        p.fillRect(QRectF(at + 1, bar.top() - 3, 5, 4), QColor(t.accent));
    }
    const int right = width() - kRight;
    words({right, area.top(), 60, height}, Qt::AlignRight, t.text, countText(lane.lag()), figuresFont());
    words({right + 60, area.top(), kRight - 60 - kPad, height}, Qt::AlignRight, t.text2,
          lane.committed ? countText(*lane.committed) : notApplicable(), figuresFont());
}

int ReplayLanes::rowAt(int y) const {
    if (!picture_ || y < kHead) return -1;
    const int row = (y - kHead) / rowHeight();
    return row < static_cast<int>(picture_->lanes.size()) ? row : -1;
}

const ReplayLane::InFlight* ReplayLanes::callAt(int row, QPointF at) const {
    const ReplayLane& lane = picture_->lanes[static_cast<std::size_t>(row)];
    for (const ReplayLane::InFlight& call : lane.in_flight) {
        if (span(lane, call.first, call.last, row).adjusted(-2, -2, 2, 2).contains(at)) return &call;
    }
    return nullptr;
}

void ReplayLanes::mousePressEvent(QMouseEvent* event) {
    const int row = rowAt(event->pos().y());
    if (row < 0) return;
    if (const auto* call = callAt(row, event->position())) {
        emit callChosen(call->call);
        return;
    }
    const ReplayLane& lane = picture_->lanes[static_cast<std::size_t>(row)];
    emit laneChosen(lane.function, lane.place.topic, lane.place.partition);
}

bool ReplayLanes::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int row = rowAt(help->pos().y());
        if (row >= 0) {
            const ReplayLane& lane = picture_->lanes[static_cast<std::size_t>(row)];
            QStringList lines{
                names_->place(lane.place.topic, lane.place.partition) + QStringLiteral(" → ") +
                    names_->functionName(lane.function),
                tr("read to %1").arg(countText(lane.next - 1)),
                tr("%1 in calls, %2 waiting").arg(countText(lane.in_calls), countText(lane.waits))};
            if (const auto* call = callAt(row, help->pos()))
                lines << QStringLiteral("%1: %2").arg(callText(call->call.value),
                                                      offsetsText(call->first, call->last));
            QToolTip::showText(help->globalPos(), lines.join(QLatin1Char('\n')), this);
            return true;
        }
    }
    return QWidget::event(event);
}

}  // namespace weir::views
