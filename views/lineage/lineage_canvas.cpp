// SPDX-License-Identifier: GPL-3.0-or-later
#include "lineage/lineage_canvas.h"

#include "theme/glyphs.h"
#include "theme/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace weir::views {
namespace {

using analysis::CallNode;
using analysis::EventNode;
using Kind = LineageBox::Kind;

constexpr int kHead = 46, kClock = 64, kPad = 14;
constexpr double kFaint = 0.35;  ///< of what a filter leaves out, and of what had not happened yet

QFont semibold(QFont font) {
    font.setWeight(QFont::DemiBold);
    return font;
}

bool failed(const CallNode& call) {
    return call.outcome && *call.outcome != facts::Outcome::Success &&
           *call.outcome != facts::Outcome::Partial;
}

QString placeText(const EventNode& e) {
    return QStringLiteral("/%1 @ %2").arg(e.place.partition).arg(countText(e.place.offset));
}

/// True when a box stands for nothing but members of the set.
bool allOf(const LineageBox& box, const std::set<std::size_t>& set) {
    if (set.empty()) return false;
    if (box.kind != Kind::Folded) return set.contains(box.index);
    return std::all_of(box.members.begin(), box.members.end(),
                       [&](std::size_t i) { return set.contains(i); });
}

QString lossText(const analysis::EventLoss& loss) {
    QString words = QString::fromLatin1(analysis::word(loss.kind));
    if (!loss.function.empty()) words += QStringLiteral(" · ") + text(loss.function);
    return words;
}

}  // namespace

LineageCanvas::LineageCanvas(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Causes and effects"));
    setMouseTracking(true);
}

void LineageCanvas::show(std::shared_ptr<const analysis::Lineage> lineage) {
    lineage_ = std::move(lineage);
    look_.unfolded.clear();
    focused_.reset();
    later_ = lineage_ && until_ ? laterThan(*lineage_, *until_) : LineageLater();
    layOutAgain();
}

void LineageCanvas::setUntil(std::optional<TimeNs> at) {
    until_ = at;
    LineageLater later = lineage_ && until_ ? laterThan(*lineage_, *until_) : LineageLater();
    if (later == later_) return;
    later_ = std::move(later);
    update();
}

void LineageCanvas::setMostInColumn(std::size_t most) {
    look_.most_in_column = most;
    layOutAgain();
}

void LineageCanvas::setDimmed(std::set<std::size_t> events, std::set<std::size_t> calls) {
    dimmed_events_ = std::move(events);
    dimmed_calls_ = std::move(calls);
    update();
}

bool LineageCanvas::dimmed(const LineageBox& box) const {
    const bool calls = box.kind == Kind::Call || box.calls;
    return allOf(box, calls ? dimmed_calls_ : dimmed_events_);
}

bool LineageCanvas::later(const LineageBox& box) const {
    const bool calls = box.kind == Kind::Call || box.calls;
    return allOf(box, calls ? later_.calls : later_.events);
}

/// Of the events or calls of a column, folded ones too, those that had happened at the cursor.
std::size_t LineageCanvas::happened(const LineageColumn& column) const {
    const auto& later = column.number % 2 != 0 ? later_.calls : later_.events;
    std::size_t count = column.count;
    for (const LineageBox& box : picture_.boxes) {
        if (picture_.columns[static_cast<std::size_t>(box.column)].number != column.number) continue;
        if (box.kind != Kind::Folded) {
            count -= later.contains(box.index) ? 1 : 0;
            continue;
        }
        count -= static_cast<std::size_t>(std::count_if(box.members.begin(), box.members.end(),
                                                        [&](std::size_t i) { return later.contains(i); }));
    }
    return count;
}

void LineageCanvas::layOutAgain() {
    const QFontMetrics mono(smallMonoFont());
    look_.event_width = std::max(120, mono.horizontalAdvance(QStringLiteral("/00 @ 00 000 000")) + 24);
    look_.call_width = std::max(110, mono.horizontalAdvance(QStringLiteral("#000 000 000")) + 40);
    look_.box_height = 2 * QFontMetrics(smallFont()).height() + 16;
    picture_ = lineage_ ? layOut(*lineage_, look_) : LineagePicture();
    QStringList columns;
    for (const LineageColumn& c : picture_.columns) {
        columns
            << QStringLiteral("%1: %2").arg(c.names.empty() ? QString() : text(c.names.front())).arg(c.count);
    }
    setAccessibleDescription(columns.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

QSize LineageCanvas::sizeHint() const {
    return {static_cast<int>(picture_.width) + 2 * kPad,
            static_cast<int>(picture_.height) + kHead + kClock + kPad};
}

/// Where the picture's corner stands: in the middle when there is room.
QPointF LineageCanvas::origin() const {
    const double free_height = height() - kHead - kClock - picture_.height;
    return {static_cast<double>(kPad), kHead + std::max(0.0, free_height / 2)};
}

void LineageCanvas::paintEvent(QPaintEvent*) {
    QPainter p(this);
    paintOn(p);
}

void LineageCanvas::paintOn(QPainter& p) const {
    p.fillRect(rect(), QColor(theme().canvas));
    if (!lineage_ || picture_.boxes.empty()) return;
    paintLines(p);
    for (std::size_t i = 0; i < picture_.boxes.size(); ++i) {
        p.setOpacity(dimmed(picture_.boxes[i]) || later(picture_.boxes[i]) ? kFaint : 1);
        paintBox(p, i);
    }
    p.setOpacity(1);
    paintHead(p, 0);
    paintClock(p);
}

void LineageCanvas::paintHead(QPainter& p, double) const {
    const Theme& t = theme();
    p.fillRect(QRect(0, 0, width(), kHead - 6), QColor(t.chrome));
    p.setPen(QColor(t.line));
    p.drawLine(0, kHead - 6, width(), kHead - 6);
    const QPointF o = origin();
    for (const LineageColumn& c : picture_.columns) {
        const bool calls = c.number % 2 != 0;
        const int x = static_cast<int>(o.x() + c.x);
        const int wide = static_cast<int>(c.width);
        paintGlyph(p, calls ? Glyph::Function : Glyph::Topic, QRectF(x, 5, 12, 14), t.text2);
        const QFont bold = semibold(smallFont());
        const QFontMetrics metrics(bold);
        QString name = c.names.empty() ? QString() : text(c.names.front());
        if (c.names.size() > 1) name += QStringLiteral(" +%1").arg(c.names.size() - 1);
        p.setFont(bold);
        p.setPen(QColor(t.text));
        p.drawText(QRect(x + 17, 3, wide - 17, 18), Qt::AlignVCenter | Qt::AlignLeft,
                   elidedName(name, metrics, wide - 17));
        p.setFont(smallFont());
        p.setPen(QColor(t.text2));
        const auto count = static_cast<std::int64_t>(c.count);
        QString words = calls ? countedText(count, tr("%1 call"), tr("%1 calls"))
                              : countedText(count, tr("%1 event"), tr("%1 events"));
        const auto by_then = static_cast<std::int64_t>(happened(c));
        if (by_then != count) words = tr("%1 of %2").arg(countText(by_then), words);
        p.drawText(QRect(x + 17, 20, wide - 17, 16), Qt::AlignVCenter | Qt::AlignLeft, words);
    }
}

void LineageCanvas::paintLines(QPainter& p) const {
    const Theme& t = theme();
    const QPointF o = origin();
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    p.setBrush(Qt::NoBrush);
    for (const bool path : {false, true}) {
        for (const LineageLine& line : picture_.lines) {
            if (line.on_path != path) continue;
            const LineageBox& a = picture_.boxes[line.from];
            const LineageBox& b = picture_.boxes[line.to];
            const QPointF from(o.x() + a.x + a.width, o.y() + a.y + a.height / 2);
            const QPointF to(o.x() + b.x, o.y() + b.y + b.height / 2);
            QPainterPath curve(from);
            const double bend = std::max(24.0, std::abs(to.x() - from.x()) / 2);
            curve.cubicTo(from.x() + bend, from.y(), to.x() - bend, to.y(), to.x() - 6, to.y());
            QPen pen(QColor(path ? t.accent : t.line_strong), path ? 2 : 1);
            if (line.again || line.named) pen.setDashPattern({4, 3});
            p.setOpacity(later(a) || later(b) ? kFaint : 1);
            p.setPen(pen);
            p.drawPath(curve);
            QPolygonF head;
            head << to << QPointF(to.x() - 7, to.y() - 4) << QPointF(to.x() - 7, to.y() + 4);
            p.setPen(Qt::NoPen);
            p.setBrush(QColor(path ? t.accent : t.line_strong));
            p.drawPolygon(head);
            p.setBrush(Qt::NoBrush);
        }
    }
    p.restore();
}

void LineageCanvas::paintBox(QPainter& p, std::size_t i) const {
    const Theme& t = theme();
    const LineageBox& box = picture_.boxes[i];
    const QPointF o = origin();
    const QRectF rect(o.x() + box.x, o.y() + box.y, box.width, box.height);
    const bool asked = box.kind == Kind::Event && box.index == 0;
    const QRgb edge = box.on_path ? t.accent : t.line_strong;
    const QRgb ground = asked ? t.sel_bg : box.kind == Kind::Call || box.calls ? t.header : t.base;
    p.save();
    p.setRenderHint(QPainter::Antialiasing, box.kind == Kind::Call);
    if (box.kind == Kind::Folded) {
        p.setPen(QColor(t.line));
        p.setBrush(QColor(t.base));
        p.drawRect(rect.translated(4, 4).adjusted(0.5, 0.5, -0.5, -0.5));
    }
    p.setPen(QPen(QColor(edge), asked ? 2 : 1, later(box) ? Qt::DashLine : Qt::SolidLine));
    p.setBrush(QColor(ground));
    if (box.kind == Kind::Call) {
        p.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
    } else {
        p.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5));
        if (box.kind == Kind::Event)
            p.fillRect(QRectF(rect.left(), rect.top(), 4, rect.height()), QColor(edge));
    }
    p.restore();
    if (focused_ == i && hasFocus()) {
        p.setPen(QPen(QColor(t.accent), 2));
        p.setBrush(Qt::NoBrush);
        p.drawRect(rect.adjusted(-3, -3, 3, 3));
    }

    const int line = QFontMetrics(smallFont()).height();
    const QRectF first(rect.left() + 10, rect.top() + 7, rect.width() - 18, line);
    const QRectF second = first.translated(0, line + 2);
    const auto write = [&p](const QRectF& where, const QString& words, const QFont& font, QRgb colour) {
        p.setFont(font);
        p.setPen(QColor(colour));
        p.drawText(where, Qt::AlignVCenter | Qt::AlignLeft,
                   QFontMetrics(font).elidedText(words, Qt::ElideRight, static_cast<int>(where.width())));
    };
    const auto glyph = [&](Glyph which, QRgb colour) {
        paintGlyph(p, which, QRectF(rect.right() - 20, rect.top() + 7, 12, 12), colour);
    };
    if (box.kind == Kind::Folded) {
        write(first, tr("%1 more").arg(countText(static_cast<std::int64_t>(box.members.size()))),
              semibold(smallFont()), t.text);
        write(second, box.calls ? tr("calls") : tr("events"), smallFont(), t.text2);
        glyph(Glyph::Plus, t.text2);
        return;
    }
    if (box.kind == Kind::Event) {
        const EventNode& e = lineage_->events[box.index];
        const QRgb own = asked ? t.sel_text : t.text;
        write(first, placeText(e), smallMonoFont(), own);
        if (!e.losses.empty() && !later_.kept.contains(box.index)) {
            write(second, lossText(e.losses.front()), smallFont(), t.failed.text);
            glyph(Glyph::Failed, t.failed.text);
        } else if (!e.recorded) {
            write(second, tr("not recorded"), smallFont(), t.text3);
        } else {
            write(second,
                  e.key            ? bytesText(*e.key)
                  : e.type.empty() ? tr("no key")
                                   : text(e.type),
                  smallMonoFont(), asked ? t.sel_text : t.text2);
        }
        return;
    }
    const CallNode& call = lineage_->calls[box.index];
    write(first, callText(call.id.value), smallMonoFont(), t.text);
    QString words;
    QRgb colour = t.text2;
    const bool open = later_.open.contains(box.index);
    if (open) {
        words = tr("in flight");
    } else if (failed(call)) {
        words = QString::fromLatin1(facts::word(*call.outcome));
        colour = t.failed.text;
        glyph(Glyph::Failed, t.failed.text);
    } else if (call.observed) {
        words = tr("observed");
    } else if (!call.end || !call.start) {
        words = tr("no end");
    } else {
        words = tr("ran %1").arg(durationText(*call.end - *call.start));
    }
    if (call.attempt > 1 && !call.observed) {
        words += tr(", try %1").arg(call.attempt);
        if (open || !failed(call)) glyph(Glyph::Retry, t.retry.text);
    } else if (call.cold && (open || !failed(call))) {
        glyph(Glyph::Cold, t.cold.text);
    }
    write(second, words, smallFont(), colour);
}

void LineageCanvas::paintClock(QPainter& p) const {
    const Theme& t = theme();
    const int top = height() - kClock;
    p.fillRect(QRect(0, top, width(), kClock), QColor(t.chrome));
    p.setPen(QColor(t.line));
    p.drawLine(0, top, width(), top);
    p.setFont(semibold(smallFont()));
    p.setPen(QColor(t.text));
    p.drawText(QRect(kPad, top + 4, width() - 2 * kPad, 18), Qt::AlignVCenter | Qt::AlignLeft,
               tr("Clock since the selected event"));
    std::optional<TimeNs> zero;
    for (const LineageColumn& c : picture_.columns) {
        if (c.number == 0) zero = c.at;
    }
    const EventNode& asked = lineage_->events.front();
    if (asked.received) zero = asked.received;
    const QPointF o = origin();
    for (const LineageColumn& c : picture_.columns) {
        const int x = static_cast<int>(o.x() + c.x);
        const int wide = static_cast<int>(c.width) + 40;
        p.setFont(smallMonoFont());
        p.setPen(QColor(t.text));
        QString since = notApplicable();
        if (c.at && zero) {
            const DurationNs d = *c.at - *zero;
            since = d == 0 ? tr("0 ms") : d < 0 ? QStringLiteral("−") + durationText(-d) : durationText(d);
        }
        p.drawText(QRect(x, top + 22, wide, 18), Qt::AlignVCenter | Qt::AlignLeft, since);
        p.setPen(QColor(t.text2));
        p.drawText(QRect(x, top + 40, wide, 18), Qt::AlignVCenter | Qt::AlignLeft,
                   c.at ? clock_.time(*c.at) : QString());
    }
}

std::optional<std::size_t> LineageCanvas::boxAt(const QPointF& at) const {
    const QPointF o = origin();
    for (std::size_t i = 0; i < picture_.boxes.size(); ++i) {
        const LineageBox& b = picture_.boxes[i];
        if (QRectF(o.x() + b.x, o.y() + b.y, b.width, b.height).contains(at)) return i;
    }
    return std::nullopt;
}

void LineageCanvas::choose(std::size_t i, bool open) {
    const LineageBox& box = picture_.boxes[i];
    focused_ = i;
    update();
    if (box.kind == Kind::Folded) {
        look_.unfolded.insert(picture_.columns[static_cast<std::size_t>(box.column)].number);
        focused_.reset();
        layOutAgain();
    } else if (box.kind == Kind::Call) {
        emit callChosen(box.index);
    } else if (open) {
        emit eventOpened(box.index);
    } else {
        emit eventChosen(box.index);
    }
}

void LineageCanvas::mousePressEvent(QMouseEvent* event) {
    setFocus(Qt::MouseFocusReason);
    if (event->button() != Qt::LeftButton) return;
    if (const auto box = boxAt(event->position())) choose(*box, false);
}

void LineageCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
    if (const auto box = boxAt(event->position())) choose(*box, true);
}

void LineageCanvas::keyPressEvent(QKeyEvent* event) {
    if (picture_.boxes.empty()) return QWidget::keyPressEvent(event);
    const std::size_t now = focused_.value_or(0);
    const LineageBox& here = picture_.boxes[now];
    // The nearest box above or below in the column, or in the next column on either side.
    const auto go = [&](int columns, int rows) {
        std::optional<std::size_t> best;
        double distance = 0;
        for (std::size_t i = 0; i < picture_.boxes.size(); ++i) {
            const LineageBox& b = picture_.boxes[i];
            if (i == now || b.column != here.column + columns) continue;
            if (rows != 0 && (b.y - here.y) * rows <= 0) continue;
            const double d = std::abs(b.y - here.y);
            if (!best || d < distance) best = i, distance = d;
        }
        if (best) focused_ = best;
        update();
    };
    switch (event->key()) {
        case Qt::Key_Left:
            return go(-1, 0);
        case Qt::Key_Right:
            return go(1, 0);
        case Qt::Key_Up:
            return go(0, -1);
        case Qt::Key_Down:
            return go(0, 1);
        case Qt::Key_Space:
            return choose(now, false);
        case Qt::Key_Return:
        case Qt::Key_Enter:
            return choose(now, true);
        default:
            QWidget::keyPressEvent(event);
    }
}

void LineageCanvas::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}
void LineageCanvas::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}
void LineageCanvas::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    update();
}

QString LineageCanvas::describe(std::size_t i) const {
    const LineageBox& box = picture_.boxes[i];
    if (box.kind == Kind::Folded) return tr("Click to unfold");
    if (box.kind == Kind::Call) {
        const CallNode& call = lineage_->calls[box.index];
        QString words = QStringLiteral("%1 %2").arg(text(call.function), callText(call.id.value));
        if (later(box)) words += QStringLiteral(", ") + tr("not yet at the cursor of Replay");
        const bool open = later_.open.contains(box.index);
        if (open) words += QStringLiteral(", ") + tr("in flight at the cursor of Replay");
        if (call.outcome && !open && !later(box))
            words += QStringLiteral(", ") + QString::fromLatin1(facts::word(*call.outcome));
        words += QLatin1Char('\n') + countedText(call.events, tr("%1 event"), tr("%1 events"));
        if (!call.error.empty()) words += QLatin1Char('\n') + bytesText(call.error);
        return words;
    }
    const EventNode& e = lineage_->events[box.index];
    QString words = QStringLiteral("%1%2").arg(text(e.place.topic), placeText(e));
    if (e.key) words += QLatin1Char('\n') + bytesText(*e.key);
    if (later(box)) words += QLatin1Char('\n') + tr("Not yet there at the cursor of Replay.");
    for (const analysis::EventLoss& loss : e.losses) {
        words += QLatin1Char('\n') + lossText(loss);
        if (!loss.detail.empty()) words += QStringLiteral(": ") + bytesText(loss.detail);
    }
    if (e.cut.any()) words += QLatin1Char('\n') + tr("There is more beyond the limits of this picture.");
    return words;
}

bool LineageCanvas::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        if (const auto box = boxAt(help->pos())) {
            QToolTip::showText(help->globalPos(), describe(*box), this);
        } else {
            QToolTip::hideText();
        }
        return true;
    }
    return QWidget::event(event);
}

}  // namespace weir::views
