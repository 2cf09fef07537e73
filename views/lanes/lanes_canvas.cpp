// SPDX-License-Identifier: GPL-3.0-or-later
#include "lanes/lanes_canvas.h"

#include "theme/glyphs.h"

#include <QAction>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace weir::views {
namespace {

constexpr int kFrameMs = 33;
constexpr int kDragFrom = 4;
constexpr int kNarrowGutter = 96, kWideGutter = 420;
constexpr DurationNs kFollowSpan = 12 * kSecond;
constexpr double kZoomStep = 1.25;

/// The offsets that stand with a call are those of its first run of events.
bool allKnown(const Call& call) {
    return call.events == call.last_offset - call.first_offset + 1;
}

}  // namespace

LanesCanvas::LanesCanvas(Selection* selection, LaneRows shown, QWidget* parent)
    : QAbstractScrollArea(parent), selection_(selection), rows_shown_(shown) {
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(shown == LaneRows::All ? tr("Lanes") : tr("Instances over time"));
    setAccessibleDescription(
        tr("Calls over time, a lane per partition and per instance. Up and down choose a lane, "
           "left and right a call, W and S zoom, A and D pan, F fits."));
    live_timer_.setInterval(kFrameMs);
    live_timer_.setTimerType(Qt::PreciseTimer);
    connect(&live_timer_, &QTimer::timeout, this, &LanesCanvas::advance);
    connect(selection_, &Selection::changed, this, &LanesCanvas::redraw);
    connect(selection_, &Selection::timeChanged, this, [this] {
        const auto& view = selection_->view();
        if (view) {
            // Shown only: several canvases share the choice, and none corrects it for the others.
            if (view->first == scale_.from() && view->second == scale_.to()) return;
            setFollowing(false);
            fitted_ = false;
            setScale(TimeScale::fitted(view->first, view->second, plotWidth()), false);
        } else if (!fitted_ && !follow_) {
            fit();
        }
    });
}

void LanesCanvas::setSession(Session* session) {
    if (session_) session_->disconnect(this);
    session_ = session;
    layout_ = {};
    folded_.clear();
    focused_row_ = -1;
    tip_call_ = tip_shown_ = {};
    marked_.clear();
    setFollowing(false);
    fitted_ = true;  // also after a live one
    if (session != nullptr) {
        connect(session, &Session::grew, this, &LanesCanvas::sessionGrew);
        connect(session, &Session::catalogChanged, this, &LanesCanvas::relayout);
        connect(session, &Session::matchesChanged, this, [this] {
            redraw();
            viewport()->update();
        });
        connect(session, &Session::finished, this, [this] { setFollowing(false); });
        if (session->live()) setFollowing(true);
        sessionGrew();
    }
    verticalScrollBar()->setValue(0);
    redraw();
}

int LanesCanvas::plotWidth() const {
    return std::max(1, viewport()->width() - gutter_);
}

bool LanesCanvas::empty() const {
    return !session_ || layout_.rows.empty();
}

void LanesCanvas::sessionGrew() {
    relayout();
    if (fitted_ && !follow_) {
        fit();
    } else {
        redraw();
    }
}

void LanesCanvas::relayout() {
    if (!session_) return;
    layout_ = layOut(session_->catalog(), session_->lanes(), folded_, rows_shown_);
    focused_row_ = std::min(focused_row_, static_cast<int>(layout_.rows.size()) - 1);
    updateScrollBar();
    redraw();
}

void LanesCanvas::updateScrollBar() {
    const int page = std::max(1, viewport()->height() - 25);
    verticalScrollBar()->setPageStep(page);
    verticalScrollBar()->setSingleStep(37);
    verticalScrollBar()->setRange(0, std::max(0, layout_.height - page));
}

void LanesCanvas::redraw() {
    content_valid_ = false;
    viewport()->update();
}

void LanesCanvas::advance() {
    if (!session_) return;
    const TimeScale next =
        scale_.following(session_->horizon() + static_cast<TimeNs>(scale_.nsPerPixel() * 24));
    if (next == scale_) return;
    setScale(next, false);
}

void LanesCanvas::setScale(const TimeScale& scale, bool by_user) {
    if (by_user) fitted_ = false;
    if (scale == scale_) return;
    scale_ = scale;
    redraw();
    if (by_user) selection_->showTime(std::pair{scale_.from(), scale_.to()});
    emit scaleChanged();
}

void LanesCanvas::zoom(double factor) {
    if (follow_) {
        // Live keeps its right edge.
        setScale(scale_.zoomed(scale_.width(), factor), false);
        return;
    }
    const bool inside = cursor_x_ >= gutter_;
    setScale(scale_.zoomed(inside ? cursor_x_ - gutter_ : scale_.width() / 2.0, factor), true);
}

void LanesCanvas::pan(double share) {
    if (follow_ && share < 0) setFollowing(false);
    if (!follow_) setScale(scale_.panned(std::round(share * scale_.width())), true);
}

void LanesCanvas::fit() {
    setFollowing(false);
    if (!session_) return;
    const TimeNs from = session_->extent().first_at;
    const TimeNs to = std::max(session_->horizon(), from + kMillisecond);
    const DurationNs margin = std::max<DurationNs>(1, (to - from) / 100);
    setScale(TimeScale::fitted(from - margin, to + margin, plotWidth()), false);
    fitted_ = true;
    selection_->showTime(std::nullopt);
}

void LanesCanvas::setFollowing(bool follow) {
    if (follow == follow_) return;
    follow_ = follow;
    if (follow && session_) {
        const TimeNs to = session_->horizon();
        setScale(TimeScale::fitted(to - kFollowSpan, to, plotWidth()), false);
        selection_->showTime(std::nullopt);
        live_timer_.start();
    } else {
        live_timer_.stop();
        fitted_ = false;
    }
    emit followingChanged(follow_);
}

void LanesCanvas::setArrows(bool shown) {
    arrows_ = shown;
    redraw();
}

void LanesCanvas::setMarked(const std::vector<MarkedCall>& calls) {
    if (calls == marked_) return;
    marked_ = calls;
    redraw();
}

void LanesCanvas::setUntil(std::optional<TimeNs> at) {
    if (at == until_) return;
    until_ = at;
    if (at && (*at < scale_.from() || *at > scale_.to()))
        setScale(scale_.panned(std::round(scale_.x(*at) - scale_.width() * 0.7)), false);
    redraw();
    viewport()->update();
}

void LanesCanvas::showTime(TimeNs from, TimeNs to) {
    setFollowing(false);
    setScale(TimeScale::fitted(from, to, plotWidth()), true);
}

void LanesCanvas::reveal(InvocationId id) {
    const Call* call = session_ ? session_->lanes().call(id) : nullptr;
    if (call == nullptr) return;
    setFollowing(false);
    const TimeNs end = call->endOr(session_->horizon());
    const double length = static_cast<double>(end - call->start) / scale_.nsPerPixel();
    const TimeNs middle = call->start + (end - call->start) / 2;
    if (length < 8 || length > scale_.width()) {
        const DurationNs span = std::max<DurationNs>(end - call->start, kMillisecond) * 25;
        setScale(TimeScale::fitted(middle - span / 2, middle + span / 2, plotWidth()), true);
    } else if (call->start < scale_.from() || end > scale_.to()) {
        setScale(scale_.panned(scale_.x(middle) - scale_.width() / 2.0), true);
    }
    const auto [partition, instance] = session_->lanes().lanesOf(*call);
    const bool by_instance = rows_shown_ == LaneRows::Instances && instance >= 0;
    const int lane = partition >= 0 && !by_instance ? partition : instance;
    if (lane < 0) return;
    const int row = layout_.rowOf(session_->lanes().lanes()[static_cast<std::size_t>(lane)].key);
    if (row >= 0) focusRow(row);
}

LanesScene LanesCanvas::scene() const {
    LanesScene s;
    s.catalog = &session_->catalog();
    s.store = &session_->lanes();
    s.matching = session_->matching();
    s.layout = &layout_;
    s.scale = scale_;
    s.now = session_->horizon();
    s.gutter = gutter_;
    s.scroll = verticalScrollBar()->value();
    s.size = viewport()->size();
    s.selected = selection_->call();
    s.focused_row = focused_row_;
    s.has_focus = hasFocus();
    s.arrows = arrows_;
    s.until = until_;
    s.marked = &marked_;
    if (const auto& place = selection_->place()) {
        for (const LaneRow& row : layout_.rows) {
            if (!row.head() && row.key.topic == place->topic && row.key.partition == place->partition) {
                s.chosen = row.key;
                break;
            }
        }
    }
    return s;
}

void LanesCanvas::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    if (empty()) {
        paintEmpty(painter);
        return;
    }
    const double ratio = devicePixelRatioF();
    if (!content_valid_ || content_.size() != viewport()->size() * ratio) {
        if (hatch_ratio_ != ratio) {
            hatches_ = Hatches(theme(), ratio);
            hatch_ratio_ = ratio;
        }
        content_ = QPixmap(viewport()->size() * ratio);
        content_.setDevicePixelRatio(ratio);
        QPainter content(&content_);
        const LanesScene s = scene();
        LanesPainter(content, s, hatches_, clock_).paint();
        content_valid_ = true;
    }
    painter.drawPixmap(0, 0, content_);
    paintCursor(painter);
}

void LanesCanvas::paintCursor(QPainter& painter) const {
    if (cursor_x_ < gutter_) return;
    const Theme& t = theme();
    painter.setPen(QColor(t.text2));
    painter.drawLine(cursor_x_, 25, cursor_x_, viewport()->height());
    const QString words = clock_.time(scale_.time(cursor_x_ - gutter_));
    painter.setFont(smallMonoFont());
    const int width = painter.fontMetrics().horizontalAdvance(words) + 10;
    const int left =
        std::clamp(cursor_x_ - width / 2, gutter_, std::max(gutter_, viewport()->width() - width));
    painter.fillRect(QRect(left, 3, width, 18), QColor(t.text));
    painter.setPen(QColor(t.canvas));
    painter.drawText(QRect(left, 3, width, 18), Qt::AlignCenter, words);
}

void LanesCanvas::paintEmpty(QPainter& painter) const {
    const Theme& t = theme();
    painter.fillRect(viewport()->rect(), QColor(t.canvas));
    painter.setPen(QColor(t.text2));
    QString words = tr("No session is open.");
    if (session_ && session_->failure()) {
        words.clear();
    } else if (session_ && !session_->isOpen()) {
        words = tr("Opening the session…");
    } else if (session_ && session_->live()) {
        words = tr("Nothing has arrived yet. Lanes appear with the first event.");
    } else if (session_) {
        words = tr("This session holds no call and no event.");
    }
    painter.drawText(viewport()->rect(), Qt::AlignCenter, words);
}

void LanesCanvas::resizeEvent(QResizeEvent*) {
    updateScrollBar();
    const auto& view = selection_->view();
    scale_ = view && !follow_ ? TimeScale::fitted(view->first, view->second, plotWidth())
                              : scale_.resized(plotWidth());
    if (fitted_ && !follow_) fit();
    redraw();
    emit scaleChanged();
}

void LanesCanvas::scrollContentsBy(int, int) {
    redraw();
}

void LanesCanvas::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        hatch_ratio_ = 0;
        redraw();
    }
    QAbstractScrollArea::changeEvent(event);
}

void LanesCanvas::focusInEvent(QFocusEvent* event) {
    if (focused_row_ < 0 && !layout_.rows.empty() && event->reason() != Qt::MouseFocusReason)
        focused_row_ = 0;
    redraw();
}

void LanesCanvas::focusOutEvent(QFocusEvent*) {
    redraw();
}

void LanesCanvas::focusRow(int row) {
    if (layout_.rows.empty()) return;
    focused_row_ = std::clamp(row, 0, static_cast<int>(layout_.rows.size()) - 1);
    ensureRowVisible(focused_row_);
    redraw();
}

void LanesCanvas::ensureRowVisible(int index) {
    const LaneRow& row = layout_.rows[static_cast<std::size_t>(index)];
    QScrollBar* bar = verticalScrollBar();
    if (row.y < bar->value()) bar->setValue(row.y);
    const int page = viewport()->height() - 25;
    if (row.y + row.height > bar->value() + page) bar->setValue(row.y + row.height - page);
}

void LanesCanvas::toggleFold(int index) {
    const QString name = foldName(layout_.rows[static_cast<std::size_t>(index)]);
    if (!folded_.remove(name)) folded_.insert(name);
    relayout();
}

void LanesCanvas::chooseCall(const Call& call) {
    selection_->chooseCall(call.id);
    if (follow_) setFollowing(false);
}

void LanesCanvas::stepCall(int steps) {
    if (!session_ || focused_row_ < 0) return;
    const LaneRow& row = layout_.rows[static_cast<std::size_t>(focused_row_)];
    const Lane* lane = row.head() ? nullptr : session_->lanes().lane(row.key);
    if (lane == nullptr || lane->calls.empty()) return;
    const LaneStore& store = session_->lanes();
    const std::ptrdiff_t position = store.positionOf(selection_->call());
    const auto chosen = static_cast<std::uint32_t>(std::max<std::ptrdiff_t>(0, position));
    const auto at = std::lower_bound(lane->calls.begin(), lane->calls.end(), chosen);
    const bool here = position >= 0 && at != lane->calls.end() && *at == chosen;
    std::ptrdiff_t index = at - lane->calls.begin() + steps;
    if (!here) {
        // The first step goes to the call nearest to the middle of what is shown.
        const TimeNs middle = scale_.from() + scale_.span() / 2;
        index = static_cast<std::ptrdiff_t>(store.firstStartingAt(*lane, middle));
    }
    index = std::clamp<std::ptrdiff_t>(index, 0, static_cast<std::ptrdiff_t>(lane->calls.size()) - 1);
    const Call& call = store.calls()[lane->calls[static_cast<std::size_t>(index)]];
    chooseCall(call);
    if (call.start < scale_.from() || call.endOr(session_->horizon()) > scale_.to()) {
        const double middle = scale_.x(call.start);
        setScale(scale_.panned(std::round(middle - scale_.width() / 2.0)), true);
    }
}

void LanesCanvas::activateRow() {
    if (focused_row_ < 0) return;
    if (layout_.rows[static_cast<std::size_t>(focused_row_)].head()) {
        toggleFold(focused_row_);
    } else {
        stepCall(0);
    }
}

void LanesCanvas::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_W:
            zoom(1 / kZoomStep);
            break;
        case Qt::Key_Plus:
            zoom(1 / kZoomStep);
            break;
        case Qt::Key_S:
            zoom(kZoomStep);
            break;
        case Qt::Key_Minus:
            zoom(kZoomStep);
            break;
        case Qt::Key_A:
            pan(-0.15);
            break;
        case Qt::Key_D:
            pan(0.15);
            break;
        case Qt::Key_F:
            fit();
            break;
        case Qt::Key_L:
            if (session_ && session_->live()) setFollowing(true);
            break;
        case Qt::Key_Up:
            focusRow(focused_row_ - 1);
            break;
        case Qt::Key_Down:
            focusRow(focused_row_ + 1);
            break;
        case Qt::Key_Left:
        case Qt::Key_Comma:
            stepCall(-1);
            break;
        case Qt::Key_Right:
        case Qt::Key_Period:
            stepCall(1);
            break;
        case Qt::Key_PageUp:
            verticalScrollBar()->triggerAction(QScrollBar::SliderPageStepSub);
            break;
        case Qt::Key_PageDown:
            verticalScrollBar()->triggerAction(QScrollBar::SliderPageStepAdd);
            break;
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Space:
            activateRow();
            break;
        default:
            event->ignore();
            return;
    }
    event->accept();
}

void LanesCanvas::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    press_ = last_ = event->pos();
    dragging_ = false;
    resizing_ = std::abs(event->pos().x() - gutter_) <= 3;
}

void LanesCanvas::mouseMoveEvent(QMouseEvent* event) {
    const QPoint at = event->pos();
    if (event->buttons().testFlag(Qt::LeftButton) && resizing_) {
        gutter_ = std::clamp(at.x(), kNarrowGutter, std::min(kWideGutter, viewport()->width() / 2));
        scale_ = scale_.resized(plotWidth());
        redraw();
        return;
    }
    if (event->buttons().testFlag(Qt::LeftButton) && press_.x() >= gutter_) {
        if (!dragging_ && (at - press_).manhattanLength() < kDragFrom) return;
        dragging_ = true;
        if (at.x() != last_.x()) {
            setFollowing(false);
            setScale(scale_.panned(last_.x() - at.x()), true);
        }
        verticalScrollBar()->setValue(verticalScrollBar()->value() + last_.y() - at.y());
        last_ = at;
    }
    const bool edge = std::abs(at.x() - gutter_) <= 3;
    viewport()->setCursor(edge ? Qt::SplitHCursor : dragging_ ? Qt::ClosedHandCursor : Qt::ArrowCursor);
    const int before = cursor_x_;
    cursor_x_ = empty() ? -1 : at.x();
    if (before != cursor_x_) viewport()->update();
}

void LanesCanvas::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && !dragging_ && !resizing_) click(event->pos());
    dragging_ = resizing_ = false;
    viewport()->setCursor(Qt::ArrowCursor);
}

void LanesCanvas::click(QPoint at) {
    if (empty() || at.y() < 25) return;
    const int row = layout_.rowAt(at.y() - 25 + verticalScrollBar()->value());
    if (row < 0) return;
    const LaneRow& lane = layout_.rows[static_cast<std::size_t>(row)];
    focusRow(row);
    if (lane.head()) {
        toggleFold(row);
        return;
    }
    if (at.x() < gutter_) {
        if (lane.kind == LaneRow::Kind::Instance) {
            selection_->chooseFunction(selection_->function() == lane.key.function ? FunctionId{}
                                                                                   : lane.key.function);
        } else {
            const PlaceChoice place{lane.key.topic, lane.key.partition};
            selection_->choosePlace(selection_->place() == place ? std::nullopt : std::optional(place));
        }
        return;
    }
    if (const Call* call = callAt(scene(), at)) {
        chooseCall(*call);
    } else {
        selection_->choose({}, {});
    }
}

void LanesCanvas::wheelEvent(QWheelEvent* event) {
    const QPoint delta = event->angleDelta();
    const bool sideways =
        event->modifiers().testFlag(Qt::ShiftModifier) || std::abs(delta.x()) > std::abs(delta.y());
    const int amount = delta.y() != 0 ? delta.y() : delta.x();
    cursor_x_ = static_cast<int>(event->position().x());
    if (sideways) {
        pan(-amount / 1200.0);
    } else if (cursor_x_ < gutter_ || event->modifiers().testFlag(Qt::ControlModifier)) {
        verticalScrollBar()->setValue(verticalScrollBar()->value() - amount / 2);
    } else {
        zoom(std::pow(kZoomStep, -amount / 120.0));
    }
    event->accept();
}

bool LanesCanvas::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::Leave && cursor_x_ >= 0) {
        cursor_x_ = -1;
        viewport()->update();
    }
    if (event->type() == QEvent::ToolTip && !empty()) {
        auto* help = static_cast<QHelpEvent*>(event);
        QString words;
        if (const Call* call = callAt(scene(), help->pos())) {
            words = tip(*call);
            tip_at_ = help->globalPos();
            tip_shown_ = call->id;
            askRanges(*call);
        } else if (help->pos().x() < gutter_ && help->pos().y() > 25) {
            const int row = layout_.rowAt(help->pos().y() - 25 + verticalScrollBar()->value());
            if (row >= 0) words = rowTip(layout_.rows[static_cast<std::size_t>(row)]);
        }
        if (words.isEmpty()) {
            QToolTip::hideText();
        } else {
            QToolTip::showText(help->globalPos(), words, viewport());
        }
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

QString LanesCanvas::rowTip(const LaneRow& row) const {
    const Catalog& c = session_->catalog();
    switch (row.kind) {
        case LaneRow::Kind::Instance: {
            const auto* instance = c.instance(row.key.instance);
            QString words = tr("%1, instance of %2")
                                .arg(c.instanceName(row.key.instance), c.functionName(row.key.function));
            if (instance != nullptr && instance->ready) {
                words +=
                    QLatin1Char('\n') + tr("init %1").arg(durationText(*instance->ready - instance->started));
            }
            if (instance != nullptr && instance->ended) {
                words += QLatin1Char('\n') +
                         tr("ended %1, %2").arg(clock_.time(*instance->ended), text(instance->end_reason));
            }
            return words;
        }
        case LaneRow::Kind::Partition:
        case LaneRow::Kind::Watched:
            return c.place(row.key.topic, row.key.partition);
        case LaneRow::Kind::TriggerHead:
            return row.key.trigger && c.trigger(row.key.trigger) != nullptr
                       ? text(c.trigger(row.key.trigger)->name)
                       : c.functionName(row.key.function);
        case LaneRow::Kind::FunctionHead:
            return c.functionName(row.key.function);
        case LaneRow::Kind::TopicHead:
            return c.topicName(row.key.topic);
    }
    return {};
}

void LanesCanvas::askRanges(const Call& call) {
    if (allKnown(call) || tip_call_ == call.id) return;
    session_->ask(
        this, [id = call.id](journal::SessionReader& reader) { return rangesOf(reader, id); },
        [this, id = call.id](Result<std::vector<OffsetRange>> ranges) {
            const Call* asked = session_ ? session_->lanes().call(id) : nullptr;
            if (!ranges || asked == nullptr || tip_shown_ != id) return;
            tip_call_ = id;
            tip_ranges_ = std::move(*ranges);
            if (QToolTip::isVisible()) QToolTip::showText(tip_at_, tip(*asked), viewport());
        },
        true);
}

QString LanesCanvas::tip(const Call& call) const {
    const Catalog& c = session_->catalog();
    QStringList lines;
    lines << tr("%1  %2 on %3")
                 .arg(callText(call.id.value), c.functionName(call.function), c.instanceName(call.instance));
    lines << countedText(call.events, tr("%1 event"), tr("%1 events")) + QStringLiteral(", ") +
                 (allKnown(call)
                      ? rangesText({{call.topic, call.partition, call.first_offset, call.last_offset}}, c)
                  : tip_call_ == call.id ? rangesText(tip_ranges_, c)
                                         : c.place(call.topic, call.partition));
    QString state = call.open() ? tr("in flight") : text(facts::word(call.outcome));
    if (call.attempt > 1) state += tr(", attempt %1").arg(call.attempt);
    if (call.cold) state += tr(", cold start");
    lines << state;
    const DurationNs length = call.endOr(session_->horizon()) - call.start;
    lines << (call.open() ? tr("running for %1").arg(durationText(length))
                          : tr("ran %1").arg(durationText(length)));
    return lines.join(QLatin1Char('\n'));
}

void LanesCanvas::contextMenuEvent(QContextMenuEvent* event) {
    if (empty()) return;
    QMenu menu(this);
    const Call* call = callAt(scene(), event->pos());
    const InvocationId id = call == nullptr ? selection_->call() : call->id;
    QAction* choose = menu.addAction(tr("Select %1").arg(callText(id.value)));
    choose->setVisible(static_cast<bool>(id));
    connect(choose, &QAction::triggered, this, [this, id] { selection_->chooseCall(id); });
    connect(menu.addAction(tr("Fit the whole session")), &QAction::triggered, this, &LanesCanvas::fit);
    QAction* live = menu.addAction(tr("Follow live"));
    live->setEnabled(session_->live() && !follow_);
    connect(live, &QAction::triggered, this, [this] { setFollowing(true); });
    menu.exec(event->globalPos());
}

}  // namespace weir::views
