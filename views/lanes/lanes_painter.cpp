// SPDX-License-Identifier: GPL-3.0-or-later
#include "lanes/lanes_painter.h"

#include "lanes/column_strip.h"
#include "theme/glyphs.h"

#include <QCoreApplication>
#include <QFontMetrics>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace weir::views {
namespace {

constexpr double kDimmed = 0.22;  ///< of what a filter leaves out

QString tr(const char* source) {
    return QCoreApplication::translate("Lanes", source);
}

const QString kDot = QStringLiteral(" \u00b7 ");
const QString kArrow = QStringLiteral(" \u2192 ");
constexpr std::size_t kMostArrows = 400;
constexpr int kMarkWidth = 3;
constexpr int kArrowEvery = 16;  ///< pixels per call, under which arrows only hide what is below them

QColor faded(QRgb colour, int alpha) {
    QColor c(colour);
    c.setAlpha(alpha);
    return c;
}

QFont semibold(QFont font) {
    font.setWeight(QFont::DemiBold);
    return font;
}

struct MarkLook {
    Mark mark;
    Glyph glyph;
};
constexpr MarkLook kMarkLooks[] = {
    {Mark::Failed, Glyph::Failed}, {Mark::Retry, Glyph::Retry}, {Mark::Cold, Glyph::Cold}};

const Tone& toneOf(const Theme& t, Mark mark) {
    return mark == Mark::Failed ? t.failed : mark == Mark::Retry ? t.retry : t.cold;
}

}  // namespace

LanesPainter::LanesPainter(QPainter& painter, const LanesScene& scene, const Hatches& hatches,
                           const Clock& clock)
    : p_(painter),
      s_(scene),
      hatches_(hatches),
      clock_(clock),
      t_(theme()),
      plot_(scene.gutter, scene.axis, std::max(1, scene.size.width() - scene.gutter),
            std::max(1, scene.size.height() - scene.axis)),
      small_(smallFont()),
      bold_(semibold(smallFont())),
      mono_(smallMonoFont()) {
    const auto& rows = s_.layout->rows;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const int top = topOf(rows[i]);
        if (top < s_.size.height() && top + rows[i].height > s_.axis) visible_.push_back(static_cast<int>(i));
    }
}

void LanesPainter::paint() {
    p_.fillRect(QRect(QPoint(), s_.size), QColor(t_.canvas));
    for (const int i : visible_) {
        const LaneRow& row = s_.layout->rows[static_cast<std::size_t>(i)];
        const Lane* lane = s_.store->lane(row.key);
        if (row.kind != LaneRow::Kind::Partition || lane == nullptr || row.ramp == 0) continue;
        auto waiting = backlogColumns(*s_.store, *lane, s_.scale, s_.now);
        backlog_peak_ =
            std::max(backlog_peak_, static_cast<double>(*std::max_element(waiting.begin(), waiting.end())));
        ramps_[i] = std::move(waiting);
    }
    p_.save();
    p_.setClipRect(plot_);
    paintGrid();
    for (const int i : visible_) {
        const LaneRow& row = s_.layout->rows[static_cast<std::size_t>(i)];
        if (const Lane* lane = s_.store->lane(row.key); lane != nullptr && ramps_.contains(i))
            paintRamp(row, *lane);
    }
    if (s_.arrows) paintArrows();
    for (const int i : visible_) {
        const LaneRow& row = s_.layout->rows[static_cast<std::size_t>(i)];
        if (row.kind == LaneRow::Kind::Watched) paintArrivals(row);
        if (row.folded) paintFolded(row);
        const Lane* lane = row.head() ? nullptr : s_.store->lane(row.key);
        if (lane == nullptr) continue;
        if (s_.matching == nullptr) {
            paintLane(row, *lane);
            continue;
        }
        p_.setOpacity(kDimmed);
        paintLane(row, *lane);
        p_.setOpacity(1);
        if (const Lane* matching = s_.matching->lane(row.key)) paintLane(row, *matching);
    }
    paintMarked();
    paintSelection();
    if (s_.until) paintUntil();
    p_.restore();
    for (const int i : visible_) {
        const LaneRow& row = s_.layout->rows[static_cast<std::size_t>(i)];
        p_.save();
        p_.setClipRect(QRect(0, s_.axis, s_.size.width(), plot_.height()));
        if (row.head()) {
            paintHead(row, i);
        } else {
            paintGutter(row, i);
        }
        p_.restore();
    }
    paintAxis();
}

/// The future of a replay: there, but as if behind glass.
void LanesPainter::paintUntil() {
    const int x = s_.gutter + std::clamp(s_.scale.column(*s_.until), -1, s_.scale.width());
    p_.fillRect(QRect(x + 1, plot_.top(), std::max(0, plot_.right() - x), plot_.height()),
                faded(t_.canvas, t_.dark ? 200 : 190));
    if (x >= plot_.left()) p_.fillRect(QRect(x, plot_.top(), 1, plot_.height()), QColor(t_.accent));
}

void LanesPainter::paintGrid() {
    const AxisTicks ticks = axisTicks(s_.scale, 96, clock_.offset(s_.scale.from()));
    p_.setPen(faded(t_.line, t_.dark ? 150 : 130));
    for (const TimeNs at : ticks.at) {
        const int x = s_.gutter + s_.scale.column(at);
        p_.drawLine(x, plot_.top(), x, plot_.bottom());
    }
    for (const int i : visible_) {
        const LaneRow& row = s_.layout->rows[static_cast<std::size_t>(i)];
        const int bottom = topOf(row) + row.height - 1;
        p_.drawLine(plot_.left(), bottom, plot_.right(), bottom);
        if (row.head()) {
            p_.fillRect(QRect(plot_.left(), topOf(row), plot_.width(), row.height - 1),
                        QColor(row.folded ? t_.canvas : t_.base));
        }
    }
    const int now = s_.gutter + s_.scale.column(s_.now);
    if (now < plot_.right()) {
        p_.fillRect(QRect(now + 1, plot_.top(), plot_.right() - now, plot_.height()), faded(t_.chrome, 140));
    }
}

void LanesPainter::paintRamp(const LaneRow& row, const Lane&) {
    const auto& waiting = ramps_[static_cast<int>(&row - s_.layout->rows.data())];
    const int base = topOf(row) + row.height - 1;
    const double unit = row.ramp / std::sqrt(std::max(4.0, backlog_peak_));
    const int until = std::min(static_cast<int>(waiting.size()), s_.scale.column(s_.now) + 1);
    if (until <= 1) return;
    ColumnStrip strip(until, row.ramp + 1);
    const QRgb fill = premultiplied(faded(t_.waiting.fill, t_.dark ? 90 : 70));
    const QRgb line = premultiplied(QColor(t_.waiting.fill));
    int before = -1;
    for (int x = 0; x < until; ++x) {
        const double exact = std::sqrt(static_cast<double>(waiting[static_cast<std::size_t>(x)])) * unit;
        const int height = static_cast<int>(std::lround(exact));
        strip.fill(x, 1, height, fill);
        // The line goes on from where it was in the column before.
        const int from = before < 0        ? height
                         : before < height ? before + 1
                         : before > height ? before - 1
                                           : before;
        strip.fill(x, std::min(from, height), std::max(from, height) + 1, line);
        before = height;
    }
    strip.draw(p_, QPoint(s_.gutter, base - row.ramp));
}

void LanesPainter::paintLane(const LaneRow& row, const Lane& lane) {
    if (isDense(*s_.store, lane, s_.scale, s_.now)) {
        const int pad = s_.layout->compact ? 2 : 5;
        const int height = std::max(row.bar, lane.rows() * (row.bar + 2) - 2);
        paintColumns(columns(*s_.store, lane, s_.scale, s_.now), topOf(row) + pad, height);
    } else {
        paintBars(row, lane);
    }
}

void LanesPainter::paintBars(const LaneRow& row, const Lane& lane) {
    const auto [first, last] = s_.store->range(lane, s_.scale.from(), s_.scale.to());
    std::vector<std::size_t> marked;
    for (std::size_t i = first; i < last; ++i) {
        const Call& call = s_.store->calls()[lane.calls[i]];
        if (call.endOr(s_.now) < s_.scale.from()) continue;
        if (call.failed() || call.retry() || call.cold) {
            marked.push_back(i);
        } else {
            paintBar(row, call, barOf(s_, row, lane, i));
        }
    }
    for (const std::size_t i : marked) {
        const Call& call = s_.store->calls()[lane.calls[i]];
        QRect rect = barOf(s_, row, lane, i);
        rect.setWidth(std::max(kMarkWidth, rect.width()));
        paintBar(row, call, rect);
    }
}

void LanesPainter::paintBody(const Call& call, const QRect& whole) {
    const QRect rect = whole.intersected(plot_.adjusted(-8, -40, 8, 40));
    if (rect.isEmpty()) return;
    p_.setBrushOrigin(whole.topLeft());
    if (!call.open() && call.outcome == facts::Outcome::Abandoned) {
        p_.setPen(QPen(QColor(t_.line_strong), 1, Qt::DashLine));
        p_.setBrush(Qt::NoBrush);
        p_.drawRect(rect.adjusted(0, 0, -1, -1));
        return;
    }
    if (call.failed()) {
        p_.fillRect(rect, hatches_.failed());
        p_.setPen(QColor(t_.failed.fill));
        const QRect edge = rect.adjusted(0, 0, -1, -1);
        p_.drawLine(edge.topLeft(), edge.topRight());
        p_.drawLine(edge.bottomLeft(), edge.bottomRight());
        p_.drawLine(edge.topLeft(), edge.bottomLeft());
        if (call.outcome == facts::Outcome::Timeout) {
            // An open right end: the call did not come back by itself.
            const int gap = std::min(4, rect.width() / 2);
            p_.fillRect(QRect(rect.right() - gap + 1, rect.top() + 4, gap, rect.height() - 8),
                        QColor(t_.canvas));
        } else {
            p_.drawLine(edge.topRight(), edge.bottomRight());
        }
        return;
    }
    p_.fillRect(rect, call.retry() ? hatches_.retry() : QBrush(QColor(t_.success.fill)));
    if (call.open()) {
        p_.setPen(QPen(QColor(t_.canvas), 2, Qt::CustomDashLine));
        QPen pen(QColor(t_.canvas), 2);
        pen.setDashPattern({1.5, 1.5});
        p_.setPen(pen);
        p_.drawLine(rect.right() - 2, rect.top(), rect.right() - 2, rect.bottom() + 1);
    }
}

void LanesPainter::paintBar(const LaneRow& row, const Call& call, const QRect& rect) {
    QRect body = rect;
    if (call.cold) {
        const TimeNs ready = initEnd(*s_.catalog, call, s_.now);
        const int split = s_.gutter + s_.scale.column(ready);
        QRect init = rect;
        init.setRight(std::clamp(split - 1, rect.left() + kMarkWidth - 1, rect.right()));
        body.setLeft(init.right() + 1);
        if (body.width() > 0) paintBody(call, body);
        const QRect shown = init.intersected(plot_.adjusted(-8, -40, 8, 40));
        p_.setBrushOrigin(init.topLeft());
        p_.fillRect(shown, hatches_.cold());
        p_.setPen(QColor(t_.cold.fill));
        p_.setBrush(Qt::NoBrush);
        p_.drawRect(shown.adjusted(0, 0, -1, -1));
        if (row.bar >= 14) {
            const QString length = durationText(ready - call.start);
            const bool partition = row.kind == LaneRow::Kind::Partition;
            const QString full =
                partition ? tr("cold start, init %1").arg(length) : tr("init %1").arg(length);
            const int left = std::max(shown.left(), plot_.left()) + 10;
            for (const QString& words : {full, length}) {
                const int width = QFontMetrics(bold_).horizontalAdvance(words) + 21;
                if (left + width > shown.right() - 3) continue;
                const QRect plate(left, rect.top() + 1, width, rect.height() - 2);
                p_.fillRect(plate, QColor(t_.canvas));
                paintGlyph(p_, Glyph::Cold, QRectF(plate.left() + 3, plate.top(), 11, plate.height()),
                           t_.cold.text);
                text(plate.left() + 17, plate.top(), width, plate.height(), bold_, t_.cold.text, words);
                break;
            }
        }
    } else {
        paintBody(call, rect);
    }
    if (row.bar < 14 || body.width() < 8) return;
    const bool plain = !call.open() && call.outcome == facts::Outcome::Abandoned;
    const QRgb colour = plain           ? t_.text2
                        : call.failed() ? t_.failed.label
                        : call.retry()  ? t_.retry.label
                                        : t_.success.label;
    const QRgb plate = call.failed() ? t_.failed.fill : t_.retry.fill;
    label(body, countText(call.events), colour, plate, call.failed() || call.retry());
}

void LanesPainter::label(const QRect& rect, const QString& words, QRgb colour, QRgb plate, bool needs_plate) {
    const QRect shown = rect.intersected(plot_);
    const int width = QFontMetrics(small_).horizontalAdvance(words);
    if (width + 4 > shown.width()) return;
    if (needs_plate) {
        p_.fillRect(QRect(shown.center().x() - width / 2 - 2, shown.top() + 1, width + 4, shown.height() - 2),
                    QColor(plate));
    }
    p_.setFont(small_);
    p_.setPen(QColor(colour));
    p_.drawText(shown, Qt::AlignCenter, words);
}

void LanesPainter::paintColumns(const std::vector<Column>& columns, int top, int height) {
    ColumnStrip strip(static_cast<int>(columns.size()), height);
    const QRgb busy = premultiplied(QColor(t_.success.fill));
    for (std::size_t x = 0; x < columns.size(); ++x) {
        if (columns[x].busy <= 0) continue;
        const int tall =
            std::max(1, static_cast<int>(std::lround(columns[x].busy * static_cast<float>(height))));
        strip.fill(static_cast<int>(x), 0, tall, busy);
    }
    strip.draw(p_, QPoint(s_.gutter, top));
    // Marks last and at least three pixels wide: zooming out never hides one.
    for (const Mark mark : {Mark::Cold, Mark::Retry, Mark::Failed}) {
        const QBrush& brush = mark == Mark::Cold    ? hatches_.cold()
                              : mark == Mark::Retry ? hatches_.retry()
                                                    : hatches_.failed();
        for (std::size_t x = 0; x < columns.size();) {
            if (!columns[x].has(mark)) {
                ++x;
                continue;
            }
            std::size_t end = x;
            while (end < columns.size() && columns[end].has(mark)) ++end;
            const int width = std::max(kMarkWidth, static_cast<int>(end - x));
            const QRect rect(s_.gutter + static_cast<int>(x), top, width, height);
            p_.setBrushOrigin(rect.topLeft());
            p_.fillRect(rect, width > kMarkWidth ? brush : QBrush(QColor(toneOf(t_, mark).fill)));
            x = end;
        }
    }
}

void LanesPainter::paintArrivals(const LaneRow& row) {
    const ArrivalTrack* track = s_.store->arrivals(row.key.topic, row.key.partition);
    if (track == nullptr) return;
    const auto counts = arrivalColumns(*track, s_.scale);
    const double peak =
        static_cast<double>(std::max<std::int64_t>(4, *std::max_element(counts.begin(), counts.end())));
    const int tallest = std::max(3, row.bar);
    ColumnStrip strip(static_cast<int>(counts.size()) + 1, tallest);
    const QRgb fill = premultiplied(QColor(t_.waiting.fill));
    for (std::size_t x = 0; x < counts.size(); ++x) {
        if (counts[x] == 0) continue;
        const double share = std::sqrt(static_cast<double>(counts[x]) / peak);
        const int tall = std::max(3, static_cast<int>(std::lround(share * row.bar)));
        strip.fill(static_cast<int>(x), 0, tall, fill);
        strip.fill(static_cast<int>(x) + 1, 0, tall, fill);
    }
    strip.draw(p_, QPoint(s_.gutter, topOf(row) + row.height - 4 - tallest));
}

std::vector<const Lane*> LanesPainter::membersOf(const LaneRow& head) const {
    std::vector<const Lane*> members;
    for (const Lane& lane : s_.store->lanes()) {
        const bool instance = static_cast<bool>(lane.key.instance);
        const bool mine = head.kind == LaneRow::Kind::FunctionHead
                              ? instance && lane.key.function == head.key.function
                              : head.kind == LaneRow::Kind::TriggerHead && !instance &&
                                    lane.key.trigger == head.key.trigger &&
                                    lane.key.function == head.key.function;
        if (mine) members.push_back(&lane);
    }
    return members;
}

void LanesPainter::paintFolded(const LaneRow& row) {
    std::vector<Column> sum(static_cast<std::size_t>(s_.scale.width()));
    const auto members = membersOf(row);
    for (const Lane* lane : members) {
        const auto part = columns(*s_.store, *lane, s_.scale, s_.now);
        for (std::size_t x = 0; x < sum.size(); ++x) {
            sum[x].busy += part[x].busy / static_cast<float>(members.size());
            sum[x].marks |= part[x].marks;
        }
    }
    paintColumns(sum, topOf(row) + 6, row.height - 11);
}

void LanesPainter::paintArrow(const Call& call, const QColor& colour, int width) {
    const auto [partition, instance] = s_.store->lanesOf(call);
    if (partition < 0 || instance < 0) return;
    const auto find = [&](int lane) {
        const Lane& l = s_.store->lanes()[static_cast<std::size_t>(lane)];
        const int row = s_.layout->rowOf(l.key);
        if (row < 0) return QRect();
        const auto position = static_cast<std::uint32_t>(s_.store->positionOf(call.id));
        const auto at = std::lower_bound(l.calls.begin(), l.calls.end(), position) - l.calls.begin();
        return barOf(s_, s_.layout->rows[static_cast<std::size_t>(row)], l, static_cast<std::size_t>(at));
    };
    const QRect from = find(partition);
    const QRect to = find(instance);
    if (from.isNull() || to.isNull()) return;
    const int x = from.left() + 2;
    const int y0 = std::clamp(from.bottom() + 1, plot_.top() - 10, plot_.bottom() + 10);
    const int y1 = std::clamp(to.top() - 1, plot_.top() - 10, plot_.bottom() + 10);
    if (y1 <= y0) return;
    p_.setPen(QPen(colour, width));
    p_.drawLine(x, y0, x, y1 - 4);
    p_.setPen(Qt::NoPen);
    p_.setBrush(colour);
    const int half = width + 2;
    const QPoint head[] = {{x - half + 1, y1 - 5}, {x + half, y1 - 5}, {x, y1 + 1}};
    p_.drawPolygon(head, 3);
}

void LanesPainter::paintArrows() {
    std::vector<const Call*> shown;
    for (const int i : visible_) {
        const LaneRow& row = s_.layout->rows[static_cast<std::size_t>(i)];
        const LaneStore& store = s_.matching == nullptr ? *s_.store : *s_.matching;
        const Lane* lane = row.kind == LaneRow::Kind::Instance ? store.lane(row.key) : nullptr;
        if (lane == nullptr || isDense(*s_.store, *lane, s_.scale, s_.now)) continue;
        const auto [first, last] = s_.store->range(*lane, s_.scale.from(), s_.scale.to());
        if (shown.size() + (last - first) > kMostArrows) return;
        if (last - first > static_cast<std::size_t>(s_.scale.width() / kArrowEvery)) continue;
        for (std::size_t c = first; c < last; ++c) shown.push_back(&s_.store->calls()[lane->calls[c]]);
    }
    for (const Call* call : shown) {
        if (call->start >= s_.scale.from()) paintArrow(*call, faded(t_.line_strong, 150), 1);
    }
}

void LanesPainter::paintSelection() {
    const Call* call = s_.store->call(s_.selected);
    if (call == nullptr) return;
    paintArrow(*call, QColor(t_.accent), 2);
    for (const QRect& bar : barsOf(*call)) {
        p_.setBrush(Qt::NoBrush);
        p_.setPen(QPen(QColor(t_.accent), 2, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
        p_.drawRect(bar.adjusted(-2, -2, 2, 2));
    }
}

std::vector<QRect> LanesPainter::barsOf(const Call& call) const {
    std::vector<QRect> bars;
    const auto [partition, instance] = s_.store->lanesOf(call);
    for (const int lane : {partition, instance}) {
        if (lane < 0) continue;
        const Lane& l = s_.store->lanes()[static_cast<std::size_t>(lane)];
        const int index = s_.layout->rowOf(l.key);
        if (index < 0) continue;
        const LaneRow& row = s_.layout->rows[static_cast<std::size_t>(index)];
        const auto position = static_cast<std::uint32_t>(s_.store->positionOf(call.id));
        const auto at = std::lower_bound(l.calls.begin(), l.calls.end(), position) - l.calls.begin();
        QRect bar = barOf(s_, row, l, static_cast<std::size_t>(at));
        bar.setWidth(std::max(kMarkWidth, bar.width()));
        if (isDense(*s_.store, l, s_.scale, s_.now)) bar.setHeight(l.rows() * (row.bar + 2) - 2);
        bars.push_back(bar);
    }
    return bars;
}

/// What the chosen finding is about: a firm outline for what was broken, a broken line for what overtook it,
/// and on both the order in which they ended.
void LanesPainter::paintMarked() {
    if (s_.marked == nullptr) return;
    for (const bool broken : {false, true}) {
        for (const MarkedCall& mark : *s_.marked) {
            const Call* call = mark.broken == broken ? s_.store->call(mark.call) : nullptr;
            if (call == nullptr) continue;
            for (const QRect& bar : barsOf(*call)) paintMark(mark, bar);
        }
    }
}

void LanesPainter::paintMark(const MarkedCall& mark, const QRect& bar) {
    const QRect shown = bar.intersected(plot_.adjusted(-8, -40, 8, 40));
    if (shown.isEmpty()) return;
    p_.setBrush(Qt::NoBrush);
    p_.setPen(QPen(QColor(t_.broken.fill), 2, mark.broken ? Qt::SolidLine : Qt::DotLine, Qt::SquareCap,
                   Qt::MiterJoin));
    p_.drawRect(shown.adjusted(1, 1, -1, -1));
    if (bar.height() < 12 || shown.width() < 24) return;
    // At the end: that is what the numbers are about.
    const QRectF disc(shown.right() - 15, shown.top() + (shown.height() - 13) / 2.0, 13, 13);
    p_.save();
    p_.setRenderHint(QPainter::Antialiasing);
    p_.setPen(QPen(QColor(t_.broken.fill), 1));
    p_.setBrush(QColor(mark.broken ? t_.broken.fill : t_.canvas));
    p_.drawEllipse(disc);
    p_.setFont(small_);
    p_.setPen(QColor(mark.broken ? t_.broken.label : t_.broken.text));
    p_.drawText(disc, Qt::AlignCenter, QString::number(mark.number));
    p_.restore();
}

int LanesPainter::text(int x, int y, int width, int height, const QFont& font, QRgb colour,
                       const QString& words) {
    const QFontMetrics metrics(font);
    const QString shown = metrics.elidedText(words, Qt::ElideMiddle, width);
    p_.setFont(font);
    p_.setPen(QColor(colour));
    p_.drawText(QRect(x, y, width, height), Qt::AlignLeft | Qt::AlignVCenter, shown);
    return metrics.horizontalAdvance(shown);
}

int LanesPainter::figuresWidth(const LaneRow& row, const LaneFigures& f) const {
    const bool stacked = row.kind == LaneRow::Kind::Partition && !s_.layout->compact;
    int width = 0;
    int shown = 0;
    for (const auto& look : kMarkLooks) {
        const std::int64_t count = f.marks[static_cast<std::size_t>(look.mark)];
        if (count == 0 || shown == 2) continue;
        const int one = QFontMetrics(bold_).horizontalAdvance(countText(count)) + 21;
        width = stacked ? std::max(width, one) : width + one;
        ++shown;
    }
    return width;
}

void LanesPainter::paintFigures(const LaneRow& row, const LaneFigures& f, QRect area) {
    const bool stacked = row.kind == LaneRow::Kind::Partition && !s_.layout->compact;
    int line = 0;
    int right = area.right();
    for (const auto& look : kMarkLooks) {
        const std::int64_t count = f.marks[static_cast<std::size_t>(look.mark)];
        if (count == 0 || line == 2) continue;
        const QString words = countText(count);
        const QRgb colour = toneOf(t_, look.mark).text;
        const int width = QFontMetrics(bold_).horizontalAdvance(words);
        const int y = stacked ? area.top() + 4 + line * 15 : area.top();
        const int height = stacked ? 15 : area.height();
        text(right - width, y, width + 2, height, bold_, colour, words);
        paintGlyph(p_, look.glyph, QRectF(right - width - 15, y, 11, height), colour);
        if (!stacked) right -= width + 21;
        ++line;
    }
}

void LanesPainter::paintGutter(const LaneRow& row, int index) {
    const int top = topOf(row);
    const QRect area(0, top, s_.gutter, row.height);
    const bool chosen = s_.chosen == row.key && row.key != LaneKey{};
    p_.fillRect(area.adjusted(0, 0, 0, -1), QColor(chosen ? t_.sel_bg : t_.base));
    p_.fillRect(QRect(0, area.bottom(), s_.gutter, 1), QColor(t_.line));
    if (chosen) p_.fillRect(QRect(0, top, 3, row.height), QColor(t_.accent));
    LaneFigures f = figures(s_, row);
    if (const auto ramp = ramps_.find(index); ramp != ramps_.end()) {
        f.max_backlog = *std::max_element(ramp->second.begin(), ramp->second.end());
    }
    const QRgb strong = chosen ? t_.sel_text : t_.text;
    const QRgb weak = chosen ? t_.sel_text : t_.text2;
    const bool instance = row.kind == LaneRow::Kind::Instance;
    const QString name = instance ? s_.catalog->instanceName(row.key.instance)
                                  : s_.catalog->place(row.key.topic, row.key.partition);
    const int room = s_.gutter - 22 - 12 - figuresWidth(row, f);
    if (instance || row.kind == LaneRow::Kind::Watched || s_.layout->compact) {
        const int used = text(22, top, instance && !s_.layout->compact ? std::min(room, 84) : room,
                              row.height, mono_, strong, name);
        if (instance && !s_.layout->compact) {
            const QString share = shareText(std::min(1.0, f.busy));
            const QString busy = f.any ? tr("%1 busy").arg(share) : tr("idle");
            const int x = 22 + std::max(used + 8, 52);
            const int width = s_.gutter - x - 12 - figuresWidth(row, f);
            // The longest that fits whole, or nothing.
            for (const QString& words : {busy, share}) {
                if (QFontMetrics(small_).horizontalAdvance(words) > width) continue;
                text(x, top, width, row.height, small_, weak, words);
                break;
            }
        }
    } else {
        text(22, top + 4, room, 15, mono_, strong, name);
        const QString lag = f.max_backlog > 0 ? tr("max lag %1").arg(countText(f.max_backlog)) : tr("no lag");
        const QString words = f.any || f.max_backlog > 0 ? lag : tr("no deliveries here");
        text(22, top + 18, room, 15, small_, weak, words);
    }
    paintFigures(row, f, QRect(0, top, s_.gutter - 10, row.height - 1));
    p_.fillRect(QRect(s_.gutter - 1, top, 1, row.height), QColor(t_.line_strong));
    if (s_.has_focus && s_.focused_row == index) {
        p_.setPen(QPen(QColor(t_.accent), 2));
        p_.setBrush(Qt::NoBrush);
        p_.drawRect(QRect(2, top + 2, s_.size.width() - 4, row.height - 4));
    }
}

void LanesPainter::paintHead(const LaneRow& row, int index) {
    const int top = topOf(row);
    const int width = row.folded ? s_.gutter - 1 : s_.size.width();
    p_.fillRect(QRect(0, top, width, row.height - 1), QColor(t_.base));
    p_.fillRect(QRect(0, top, s_.size.width(), 1), QColor(t_.line_strong));
    QString name;
    QStringList details;
    if (row.kind == LaneRow::Kind::TopicHead) {
        name = s_.catalog->topicName(row.key.topic);
        details << tr("recorded, triggers no function")
                << countedText(row.members, tr("%1 partition"), tr("%1 partitions"));
    } else if (row.kind == LaneRow::Kind::FunctionHead) {
        name = s_.catalog->functionName(row.key.function);
        details << tr("instances");
        if (const auto* f = s_.catalog->function(row.key.function); f != nullptr && f->concurrency > 0) {
            details << tr("concurrency %1").arg(f->concurrency);
        }
        const auto& all = s_.catalog->instances;
        const auto alive = std::count_if(all.begin(), all.end(), [&](const journal::InstanceRow& i) {
            return i.function == row.key.function && i.started <= s_.scale.to() &&
                   (!i.ended || *i.ended >= s_.scale.from());
        });
        details << tr("%1 in view").arg(countText(alive));
    } else if (const auto* trigger = s_.catalog->trigger(row.key.trigger)) {
        QStringList topics;
        for (const TopicId id : trigger->topics) topics << s_.catalog->topicName(id);
        name = topics.join(QStringLiteral(", ")) + kArrow + s_.catalog->functionName(row.key.function);
        if (!trigger->order.empty()) details << tr("order %1").arg(views::text(trigger->order));
        if (trigger->batch_size > 0) {
            details << tr("batch %1 or %2")
                           .arg(countText(trigger->batch_size), durationText(trigger->batching_window));
        }
        details << countedText(row.members, tr("%1 lane"), tr("%1 lanes"));
    } else {
        name = s_.catalog->functionName(row.key.function);
        details << countedText(row.members, tr("%1 lane"), tr("%1 lanes"));
    }
    p_.save();
    p_.setRenderHint(QPainter::Antialiasing);
    p_.setPen(QPen(QColor(t_.text2), 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QPointF c(11, top + 12);
    if (row.folded) {
        p_.drawPolyline(QPolygonF({c + QPointF(-2, -3.5), c + QPointF(1.5, 0), c + QPointF(-2, 3.5)}));
    } else {
        p_.drawPolyline(QPolygonF({c + QPointF(-3.5, -2), c + QPointF(0, 1.5), c + QPointF(3.5, -2)}));
    }
    p_.restore();
    const QString more = details.join(kDot);
    if (row.folded) {
        text(22, top + 3, s_.gutter - 30, 15, bold_, t_.text, name);
        text(22, top + 17, s_.gutter - 30, 15, small_, t_.text2, details.back());
        p_.fillRect(QRect(s_.gutter - 1, top, 1, row.height), QColor(t_.line_strong));
    } else {
        const int used = text(22, top, width / 2, row.height, bold_, t_.text, name);
        text(22 + used + 12, top, width - used - 40, row.height, small_, t_.text2, more);
    }
    p_.fillRect(QRect(0, top + row.height - 1, width, 1), QColor(t_.line));
    if (s_.has_focus && s_.focused_row == index) {
        p_.setPen(QPen(QColor(t_.accent), 2));
        p_.setBrush(Qt::NoBrush);
        p_.drawRect(QRect(2, top + 2, s_.size.width() - 4, row.height - 4));
    }
}

void LanesPainter::paintAxis() {
    const QRect strip(0, 0, s_.size.width(), s_.axis);
    p_.fillRect(strip, QColor(t_.chrome));
    p_.fillRect(QRect(0, s_.axis - 1, s_.size.width(), 1), QColor(t_.line_strong));
    text(10, 0, s_.gutter - 16, s_.axis - 1, small_, t_.text2,
         tr("%1 in view").arg(durationText(std::max<DurationNs>(1, s_.scale.span()))));
    const AxisTicks ticks = axisTicks(s_.scale, 96, clock_.offset(s_.scale.from()));
    p_.save();
    p_.setClipRect(QRect(s_.gutter, 0, plot_.width(), s_.axis));
    bool full = true;
    int free_from = s_.gutter;
    for (const TimeNs at : ticks.at) {
        const int x = s_.gutter + s_.scale.column(at);
        p_.fillRect(QRect(x, 14, 1, s_.axis - 15), QColor(t_.line_strong));
        if (x + 4 < free_from) continue;
        const QString words = clock_.axisTime(at, ticks.step, full);
        const int width = QFontMetrics(mono_).horizontalAdvance(words);
        text(x + 5, 0, width + 4, s_.axis - 1, mono_, t_.text2, words);
        free_from = x + width + 12;
        full = false;
    }
    p_.restore();
    p_.fillRect(QRect(s_.gutter - 1, 0, 1, s_.axis), QColor(t_.line_strong));
}

}  // namespace weir::views
