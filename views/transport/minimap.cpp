// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/minimap.h"

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

constexpr int kRebuildMs = 250;
constexpr int kMarkRows = 10;  ///< height of the two rows of marks
constexpr int kGripPx = 4;
constexpr double kZoomStep = 1.25;

}  // namespace

Minimap::Minimap(Selection* selection, QWidget* parent) : QWidget(parent), selection_(selection) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumSize(120, 46);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Minimap"));
    setAccessibleDescription(
        tr("The whole session. W and S zoom the stretch of time in view, A and D move it, F shows all."));
    rebuild_timer_.setSingleShot(true);
    rebuild_timer_.setInterval(kRebuildMs);
    connect(&rebuild_timer_, &QTimer::timeout, this, &Minimap::rebuild);
    connect(selection_, &Selection::timeChanged, this, qOverload<>(&QWidget::update));
}

void Minimap::setSession(Session* session) {
    if (session_) session_->disconnect(this);
    session_ = session;
    line_ = {};
    findings_.clear();
    rollups_.clear();
    ++generation_;
    asking_ = stale_ = false;
    followed_.reset();
    cursor_ = 0;
    if (session != nullptr) {
        connect(session, &Session::grew, this, [this] {
            stale_ = true;
            if (!rebuild_timer_.isActive()) rebuild_timer_.start();
        });
        connect(session, &Session::finished, this, [this] {
            stale_ = true;
            rebuild();
        });
    }
    rebuild();
}

void Minimap::setFindings(std::vector<std::pair<TimeNs, int>> findings) {
    findings_ = std::move(findings);
    rebuild();
}

void Minimap::setFollowed(std::optional<TimeRange> range) {
    if (range == followed_) return;
    followed_ = range;
    update();
}

void Minimap::setCursor(TimeNs at) {
    if (at == cursor_) return;
    cursor_ = at;
    update();
}

void Minimap::rebuild() {
    if (session_ && session_->extent().first_at > 0) {
        const TimeNs from = session_->extent().first_at;
        const TimeNs to = std::max(session_->horizon(), from + kMillisecond);
        scale_ = TimeScale::fitted(from, to, std::max(1, width() - 2));
        askRollups();
        line_ = timelineOf(rollups_, session_->lanes(), scale_);
        for (const auto& [at, severity] : findings_) line_.addFinding(scale_.column(at), severity);
    } else {
        line_ = {};
    }
    update();
}

void Minimap::askRollups() {
    if (asking_ || !stale_ || !session_->isOpen()) return;
    asking_ = true;
    stale_ = false;
    const TimeNs from = scale_.from();
    const TimeNs to = std::max(session_->extent().last_at, from) + 1;
    session_->ask(
        this,
        [from, to, finest = static_cast<DurationNs>(scale_.nsPerPixel())](journal::SessionReader& reader) {
            return reader.rollups({}, finest, from, to);
        },
        [this, generation = generation_](Result<std::vector<journal::RollupRow>> rows) {
            if (generation != generation_) return;
            asking_ = false;
            if (!rows) return;  // a damaged file is reported by those who show its rows
            rollups_ = std::move(*rows);
            rebuild();
        });
}

std::optional<TimeRange> Minimap::shown() const {
    return followed_ ? followed_ : selection_->view();
}

std::pair<double, double> Minimap::frame() const {
    const auto range = shown();
    if (!range) return {0.0, static_cast<double>(scale_.width())};
    double left = std::clamp(scale_.x(range->first), 0.0, static_cast<double>(scale_.width()));
    double right = std::clamp(scale_.x(range->second), 0.0, static_cast<double>(scale_.width()));
    if (right - left < 3) {  // never too thin to be seen or held
        left = std::max(0.0, (left + right) / 2 - 1.5);
        right = left + 3;
    }
    return {left, right};
}

void Minimap::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter p(this);
    p.fillRect(rect(), QColor(t.canvas));
    p.setPen(QColor(hasFocus() ? t.accent : t.line));
    p.drawRect(rect().adjusted(0, 0, -1, -1));
    const int base = height() - 2 - kMarkRows;
    p.fillRect(1, base, width() - 2, 1, QColor(t.line));
    if (line_.rate.empty()) return;

    const auto [left, right] = frame();
    const QRectF framed(1 + left, 1, right - left, height() - 2);
    QColor ground(t.accent);
    ground.setAlpha(t.dark ? 40 : 28);
    if (shown()) p.fillRect(framed, ground);

    p.setRenderHint(QPainter::Antialiasing);
    QPolygonF area;
    area << QPointF(1, base);
    const double top = 4;
    for (std::size_t x = 0; x < line_.rate.size(); ++x) {
        const double share = line_.peak > 0 ? static_cast<double>(line_.rate[x] / line_.peak) : 0;
        area << QPointF(1.5 + static_cast<double>(x), base - share * (base - top));
    }
    area << QPointF(static_cast<double>(line_.rate.size()) + 1, base);
    QColor fill(t.success.fill);
    fill.setAlpha(t.dark ? 90 : 64);
    p.setPen(Qt::NoPen);
    p.setBrush(fill);
    p.drawPolygon(area);
    area.removeFirst();
    area.removeLast();
    p.setPen(QPen(QColor(t.success.fill), 1.2));
    p.setBrush(Qt::NoBrush);
    p.drawPolyline(area);
    p.setRenderHint(QPainter::Antialiasing, false);

    const auto mark = [&](const std::vector<std::uint8_t>& row, int y, auto colour) {
        int last = -4;
        for (std::size_t x = 0; x < row.size(); ++x) {
            if (row[x] == 0) continue;
            const int at = static_cast<int>(x);
            if (at < last + 2) continue;
            p.fillRect(at, y, 3, 4, QColor(colour(row[x])));
            last = at;
        }
    };
    mark(line_.cold, base + 2, [&](std::uint8_t) { return t.cold.fill; });
    mark(line_.failed, base + 7, [&](std::uint8_t) { return t.failed.fill; });
    mark(line_.finding, base + 7, [&](std::uint8_t severity) {
        return severity >= 3 ? t.broken.fill : severity == 2 ? t.warn.fill : t.waiting.fill;
    });

    if (cursor_ > 0) {
        const int x = 1 + std::clamp(scale_.column(cursor_), 0, scale_.width() - 1);
        p.fillRect(x, 1, 1, height() - 2, QColor(t.text));
        p.setRenderHint(QPainter::Antialiasing);
        p.setPen(Qt::NoPen);
        p.setBrush(QColor(t.text));
        const QPointF cap[] = {{x - 3.5, 1.0}, {x + 4.5, 1.0}, {x + 0.5, 6.0}};
        p.drawPolygon(cap, 3);
        p.setRenderHint(QPainter::Antialiasing, false);
    }
    if (shown()) {
        p.setPen(QPen(QColor(t.accent), 2));
        p.setBrush(Qt::NoBrush);
        p.drawRect(framed.adjusted(1, 1, -1, -1));
    }
}

void Minimap::resizeEvent(QResizeEvent*) {
    stale_ = true;
    rebuild();
}

void Minimap::showColumns(double from, double to) {
    emit touched();
    const double width = scale_.width();
    if (from <= 0 && to >= width) {
        selection_->showTime(std::nullopt);
        return;
    }
    const double length = std::clamp(to - from, 0.02, width);
    from = std::clamp(from, 0.0, width - length);
    selection_->showTime(TimeRange{scale_.time(from), scale_.time(from + length)});
}

void Minimap::zoomAt(double x, double factor) {
    const auto [left, right] = frame();
    const double at = std::clamp(x, left, right);
    showColumns(at - (at - left) * factor, at + (right - at) * factor);
}

void Minimap::pan(double share) {
    const auto [left, right] = frame();
    const double by = (right - left) * share;
    showColumns(left + by, right + by);
}

void Minimap::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || line_.rate.empty()) return;
    grip_x_ = event->position().x() - 1;
    grip_frame_ = frame();
    const auto [left, right] = grip_frame_;
    const bool framed = shown().has_value();
    if (framed && std::abs(grip_x_ - left) <= kGripPx) {
        grip_ = Grip::Left;
    } else if (framed && std::abs(grip_x_ - right) <= kGripPx) {
        grip_ = Grip::Right;
    } else if (framed && grip_x_ > left && grip_x_ < right) {
        grip_ = Grip::Whole;
    } else if (framed) {
        // Outside of the frame: it comes here, as large as it was.
        const double half = (right - left) / 2;
        showColumns(grip_x_ - half, grip_x_ + half);
        grip_frame_ = frame();
        grip_ = Grip::Whole;
    } else {
        grip_ = Grip::New;
    }
}

void Minimap::mouseMoveEvent(QMouseEvent* event) {
    const double x = event->position().x() - 1;
    const auto [left, right] = grip_ == Grip::None ? frame() : grip_frame_;
    switch (grip_) {
        case Grip::None: {
            const bool edge = shown() && (std::abs(x - left) <= kGripPx || std::abs(x - right) <= kGripPx);
            QWidget::setCursor(edge ? Qt::SizeHorCursor : Qt::ArrowCursor);
            return;
        }
        case Grip::Left:
            showColumns(std::min(x, right - 1), right);
            return;
        case Grip::Right:
            showColumns(left, std::max(x, left + 1));
            return;
        case Grip::Whole:
            showColumns(left + x - grip_x_, right + x - grip_x_);
            return;
        case Grip::New:
            if (std::abs(x - grip_x_) >= kGripPx) showColumns(std::min(x, grip_x_), std::max(x, grip_x_));
            return;
    }
}

void Minimap::mouseReleaseEvent(QMouseEvent*) {
    grip_ = Grip::None;
}

void Minimap::mouseDoubleClickEvent(QMouseEvent*) {
    emit touched();
    selection_->showTime(std::nullopt);
}

void Minimap::wheelEvent(QWheelEvent* event) {
    if (line_.rate.empty()) return;
    zoomAt(event->position().x() - 1, std::pow(kZoomStep, -event->angleDelta().y() / 120.0));
    event->accept();
}

void Minimap::keyPressEvent(QKeyEvent* event) {
    if (line_.rate.empty()) {
        event->ignore();
        return;
    }
    const auto [left, right] = frame();
    switch (event->key()) {
        case Qt::Key_W:
        case Qt::Key_Plus:
            zoomAt((left + right) / 2, 1 / kZoomStep);
            break;
        case Qt::Key_S:
        case Qt::Key_Minus:
            zoomAt((left + right) / 2, kZoomStep);
            break;
        case Qt::Key_A:
        case Qt::Key_Left:
            pan(-0.15);
            break;
        case Qt::Key_D:
        case Qt::Key_Right:
            pan(0.15);
            break;
        case Qt::Key_Home:
            showColumns(0, right - left);
            break;
        case Qt::Key_End:
            showColumns(scale_.width() - (right - left), scale_.width());
            break;
        case Qt::Key_F:
            emit touched();
            selection_->showTime(std::nullopt);
            break;
        default:
            event->ignore();
            return;
    }
    event->accept();
}

bool Minimap::event(QEvent* event) {
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) update();
    if (event->type() == QEvent::ToolTip && !line_.rate.empty()) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int x = std::clamp(help->pos().x() - 1, 0, scale_.width() - 1);
        const auto column = static_cast<std::size_t>(x);
        QStringList lines{clock_.time(scale_.time(x)), rateText(static_cast<double>(line_.rate[column]))};
        const auto near = [&](const std::vector<std::uint8_t>& row) {
            std::uint8_t most = 0;
            for (int i = std::max(0, x - 2); i <= std::min(x + 2, scale_.width() - 1); ++i)
                most = std::max(most, row[static_cast<std::size_t>(i)]);
            return most;
        };
        if (near(line_.cold) != 0) lines << tr("cold start");
        if (near(line_.failed) != 0) lines << tr("failed call");
        if (const int severity = near(line_.finding); severity != 0) {
            lines << (severity >= 3   ? tr("order finding: error")
                      : severity == 2 ? tr("order finding: warn")
                                      : tr("order finding: note"));
        }
        QToolTip::showText(help->globalPos(), lines.join(QLatin1Char('\n')), this);
        return true;
    }
    return QWidget::event(event);
}

}  // namespace weir::views
