// SPDX-License-Identifier: GPL-3.0-or-later
#include "latency/latency_plot.h"

#include "format/format.h"
#include "lanes/time_scale.h"
#include "theme/heat.h"
#include "theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QVBoxLayout>
#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace weir::views {
namespace {

constexpr int kColumnPx = 5;
constexpr double kZoomStep = 1.25;
constexpr double kBarShare = 0.44;  ///< of a column, for each of its two bars
constexpr int kDragFrom = 4;

/// A mark of a cold start in the colours of the theme.
void dress(QCPAbstractItem* item) {
    const Theme& t = theme();
    if (auto* line = qobject_cast<QCPItemStraightLine*>(item)) {
        line->setPen(QPen(QColor(t.cold.text), 1, Qt::DotLine));
    } else if (auto* label = qobject_cast<QCPItemText*>(item)) {
        label->setColor(QColor(t.cold.text));
        label->setBrush(QBrush(QColor(t.canvas)));
    }
}

}  // namespace

/// What the plot is made of; all of it belongs to the plot.
struct LatencyPlot::Parts {
    QCPAxisRect* map_rect = nullptr;
    QCPAxisRect* split_rect = nullptr;
    QCPColorMap* map = nullptr;
    std::array<QCPGraph*, 3> halo{}, line{};
    QCPBars* wait = nullptr;
    QCPBars* run = nullptr;
    QCPItemRect* band = nullptr;
    QCPItemStraightLine* cursor = nullptr;
    std::vector<QCPAbstractItem*> marks;
    QSharedPointer<QCPAxisTickerText> times, values, split_values;
    QCPItemText* words = nullptr;
};

LatencyPlot::LatencyPlot(Selection* selection, QWidget* parent)
    : QWidget(parent), selection_(selection), plot_(new QCustomPlot), parts_(std::make_unique<Parts>()) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(plot_);
    plot_->setFocusPolicy(Qt::StrongFocus);
    plot_->setAccessibleName(tr("Latency over time"));
    plot_->setAccessibleDescription(
        tr("Heat map of durations with percentiles. W and S zoom, A and D move, left and right choose a "
           "column."));
    plot_->setNoAntialiasingOnDrag(true);
    plot_->setBufferDevicePixelRatio(devicePixelRatioF());
    plot_->installEventFilter(this);
    setFocusProxy(plot_);
    build();
    applyTheme();
}

LatencyPlot::~LatencyPlot() = default;

void LatencyPlot::build() {
    Parts& q = *parts_;
    plot_->plotLayout()->clear();
    plot_->plotLayout()->setRowSpacing(4);
    q.map_rect = new QCPAxisRect(plot_);
    q.split_rect = new QCPAxisRect(plot_);
    plot_->plotLayout()->addElement(0, 0, q.map_rect);
    plot_->plotLayout()->addElement(1, 0, q.split_rect);
    plot_->plotLayout()->setRowStretchFactor(0, 2.4);
    plot_->plotLayout()->setRowStretchFactor(1, 1);
    auto* group = new QCPMarginGroup(plot_);
    for (QCPAxisRect* rect : {q.map_rect, q.split_rect}) {
        rect->setMarginGroup(QCP::msLeft | QCP::msRight, group);
        rect->setMinimumMargins(QMargins(8, 8, 14, 4));
    }
    q.map = new QCPColorMap(q.map_rect->axis(QCPAxis::atBottom), q.map_rect->axis(QCPAxis::atLeft));
    q.map->setInterpolate(false);
    q.map->setTightBoundary(false);
    for (std::size_t i = 0; i < 3; ++i) {
        q.halo[i] = plot_->addGraph(q.map_rect->axis(QCPAxis::atBottom), q.map_rect->axis(QCPAxis::atLeft));
        q.line[i] = plot_->addGraph(q.map_rect->axis(QCPAxis::atBottom), q.map_rect->axis(QCPAxis::atLeft));
    }
    q.wait = new QCPBars(q.split_rect->axis(QCPAxis::atBottom), q.split_rect->axis(QCPAxis::atLeft));
    q.run = new QCPBars(q.split_rect->axis(QCPAxis::atBottom), q.split_rect->axis(QCPAxis::atLeft));
    for (QCPBars* bars : {q.wait, q.run}) {
        bars->setAntialiased(false);
        bars->setWidthType(QCPBars::wtPlotCoords);
    }
    q.times = QSharedPointer<QCPAxisTickerText>(new QCPAxisTickerText);
    q.values = QSharedPointer<QCPAxisTickerText>(new QCPAxisTickerText);
    q.split_values = QSharedPointer<QCPAxisTickerText>(new QCPAxisTickerText);
    q.map_rect->axis(QCPAxis::atBottom)->setTicker(q.times);
    q.split_rect->axis(QCPAxis::atBottom)->setTicker(q.times);
    q.map_rect->axis(QCPAxis::atLeft)->setTicker(q.values);
    q.split_rect->axis(QCPAxis::atLeft)->setTicker(q.split_values);
    q.map_rect->axis(QCPAxis::atBottom)->setTickLabels(false);
    q.band = new QCPItemRect(plot_);
    q.band->setVisible(false);
    q.cursor = new QCPItemStraightLine(plot_);
    for (QCPItemPosition* position : {q.cursor->point1, q.cursor->point2}) {
        position->setAxes(q.map_rect->axis(QCPAxis::atBottom), q.map_rect->axis(QCPAxis::atLeft));
        position->setAxisRect(q.map_rect);
    }
    for (QCPItemPosition* position : {q.band->topLeft, q.band->bottomRight}) {
        position->setAxes(q.map_rect->axis(QCPAxis::atBottom), q.map_rect->axis(QCPAxis::atLeft));
        position->setAxisRect(q.map_rect);
    }
    q.cursor->setVisible(false);
    q.words = new QCPItemText(plot_);
    q.words->position->setType(QCPItemPosition::ptViewportRatio);
    q.words->position->setCoords(0.5, 0.4);
    q.words->setPositionAlignment(Qt::AlignCenter);
}

void LatencyPlot::applyTheme() {
    const Theme& t = theme();
    Parts& q = *parts_;
    plot_->setBackground(QBrush(QColor(t.canvas)));
    const QPen axis_pen{QColor(t.line)};
    for (QCPAxisRect* rect : {q.map_rect, q.split_rect}) {
        for (QCPAxis* axis : rect->axes()) {
            axis->setBasePen(axis_pen);
            axis->setTickPen(axis_pen);
            axis->setSubTickPen(Qt::NoPen);
            axis->setTickLabelColor(QColor(t.text2));
            axis->setTickLabelFont(smallMonoFont());
            axis->grid()->setPen(axis_pen);
            axis->grid()->setZeroLinePen(axis_pen);
        }
        rect->axis(QCPAxis::atBottom)->grid()->setVisible(false);
    }
    QCPColorGradient gradient;
    gradient.clearColorStops();
    const auto& ramp = heatRamp();
    for (std::size_t i = 0; i < ramp.size(); ++i)
        gradient.setColorStopAt(static_cast<double>(i) / static_cast<double>(ramp.size() - 1),
                                QColor(ramp[i]));
    q.map->setGradient(gradient);
    const Qt::PenStyle styles[] = {Qt::SolidLine, Qt::DashLine, Qt::DotLine};
    for (std::size_t i = 0; i < 3; ++i) {
        q.halo[i]->setPen(QPen(QColor(t.canvas), 4));
        q.line[i]->setPen(QPen(QColor(t.text), 2, styles[i]));
    }
    q.wait->setPen(Qt::NoPen);
    q.wait->setBrush(QColor(t.waiting.fill));
    q.run->setPen(Qt::NoPen);
    q.run->setBrush(QColor(t.success.fill));
    QColor band(t.accent);
    band.setAlpha(50);
    q.band->setPen(QPen(QColor(t.accent)));
    q.band->setBrush(band);
    for (QCPAbstractItem* item : q.marks) dress(item);
    q.cursor->setPen(QPen(QColor(t.text)));
    q.words->setColor(QColor(t.text2));
    q.words->setFont(font());
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

int LatencyPlot::wantedColumns() const {
    return std::clamp((width() - 90) / kColumnPx, 40, 600);
}

TimeNs LatencyPlot::timeAt(double x) const {
    if (!picture_) return 0;
    const double seconds = parts_->map_rect->axis(QCPAxis::atBottom)->pixelToCoord(x);
    return picture_->question.range.first + static_cast<TimeNs>(seconds * 1e9);
}

void LatencyPlot::showText(const QString& words) {
    Parts& q = *parts_;
    picture_.reset();
    q.map->data()->setSize(0, 0);
    for (std::size_t i = 0; i < 3; ++i) {
        q.halo[i]->data()->clear();
        q.line[i]->data()->clear();
    }
    q.wait->data()->clear();
    q.run->data()->clear();
    for (QCPAbstractItem* item : q.marks) plot_->removeItem(item);
    q.marks.clear();
    q.cursor->setVisible(false);
    q.words->setText(words);
    q.words->setVisible(true);
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void LatencyPlot::updateAxis() {
    Parts& q = *parts_;
    const auto& question = picture_->question;
    const double seconds = static_cast<double>(question.range.second - question.range.first) / 1e9;
    for (QCPAxisRect* rect : {q.map_rect, q.split_rect}) rect->axis(QCPAxis::atBottom)->setRange(0, seconds);
    const TimeScale scale =
        TimeScale::fitted(question.range.first, question.range.second, std::max(100, width() - 90));
    const AxisTicks ticks = axisTicks(scale, 120, clock_.offset(question.range.first));
    q.times->clear();
    for (const TimeNs at : ticks.at)
        q.times->addTick(static_cast<double>(at - question.range.first) / 1e9,
                         clock_.axisTime(at, ticks.step, at == ticks.at.front()));
    q.map_rect->axis(QCPAxis::atLeft)->setRange(std::log10(picture_->low), std::log10(picture_->high));
    q.values->clear();
    for (double decade = 1e3; decade < picture_->high * 10; decade *= 10) {
        for (const double factor : {1.0, 2.0, 5.0}) {
            const double value = decade * factor;
            if (value < picture_->low || value > picture_->high) continue;
            q.values->addTick(std::log10(value), durationText(static_cast<DurationNs>(value)));
        }
    }
}

void LatencyPlot::show(std::shared_ptr<const LatencyPicture> picture, std::vector<ColdMark> cold) {
    if (!picture || picture->empty()) {
        showText(tr("No finished call"));
        return;
    }
    picture_ = std::move(picture);
    Parts& q = *parts_;
    q.words->setVisible(false);
    updateAxis();
    const auto columns = static_cast<int>(picture_->columns.size());
    const double seconds =
        static_cast<double>(picture_->question.range.second - picture_->question.range.first) / 1e9;
    const double width = seconds / columns;
    q.map->data()->setSize(columns, picture_->rows);
    const double log_low = std::log10(picture_->low);
    const double log_high = std::log10(picture_->high);
    const double row_height = (log_high - log_low) / picture_->rows;
    q.map->data()->setRange(QCPRange(width / 2, seconds - width / 2),
                            QCPRange(log_low + row_height / 2, log_high - row_height / 2));
    double peak = 1;
    for (int c = 0; c < columns; ++c) {
        for (int r = 0; r < picture_->rows; ++r) {
            // The root brings out the few slow ones beside the many.
            const double value = std::sqrt(static_cast<double>(picture_->cell(c, r)));
            q.map->data()->setCell(c, r, value);
            peak = std::max(peak, value);
        }
    }
    q.map->setDataRange(QCPRange(0, peak));
    QVector<double> x;
    std::array<QVector<double>, 3> y;
    // Side by side, never on top of each other: the sum of two percentiles is none.
    QVector<double> wait_x, run_x, wait, run;
    double highest = 0;
    for (int c = 0; c < columns; ++c) {
        const LatencyColumn& column = picture_->columns[static_cast<std::size_t>(c)];
        const double at = (c + 0.5) * width;
        const bool any = column.count > 0 && column.p50 > 0;
        x << at;
        const double values[] = {column.p50, column.p95, column.p99};
        for (std::size_t i = 0; i < 3; ++i) y[i] << (any ? std::log10(std::max(1.0, values[i])) : qQNaN());
        if (!any) continue;
        wait_x << at - width * kBarShare / 2;
        run_x << at + width * kBarShare / 2;
        wait << std::max(0.0, column.wait_p95) / 1e6;
        run << std::max(0.0, column.run_p95) / 1e6;
        highest = std::max({highest, wait.back(), run.back()});
    }
    for (std::size_t i = 0; i < 3; ++i) {
        q.halo[i]->setData(x, y[i], true);
        q.line[i]->setData(x, y[i], true);
    }
    for (QCPBars* bars : {q.wait, q.run}) bars->setWidth(width * kBarShare);
    q.wait->setData(wait_x, wait, true);
    q.run->setData(run_x, run, true);
    q.split_rect->axis(QCPAxis::atLeft)->setRange(0, std::max(1e-6, highest * 1.1));
    q.split_values->clear();
    const double rough = std::max(1e-6, highest * 1.1) / 3;
    const double decade = std::pow(10, std::floor(std::log10(rough)));
    const double step = rough / decade < 2 ? 2 * decade : rough / decade < 5 ? 5 * decade : 10 * decade;
    for (double v = 0; v <= highest * 1.1; v += step)
        q.split_values->addTick(
            v, v == 0 ? QStringLiteral("0") : durationText(static_cast<DurationNs>(v * 1e6)));
    for (QCPAbstractItem* item : q.marks) plot_->removeItem(item);
    q.marks.clear();
    double label_end = -1;
    for (const ColdMark& mark : cold) {
        const double at = static_cast<double>(mark.at - picture_->question.range.first) / 1e9;
        if (at < 0 || at > seconds || q.marks.size() > 200) continue;
        auto* line = new QCPItemStraightLine(plot_);
        dress(line);
        for (QCPItemPosition* position : {line->point1, line->point2})
            position->setAxes(q.map_rect->axis(QCPAxis::atBottom), q.map_rect->axis(QCPAxis::atLeft));
        line->point1->setCoords(at, 0);
        line->point2->setCoords(at, 1);
        q.marks.push_back(line);
        const double pixel = q.map_rect->axis(QCPAxis::atBottom)->coordToPixel(at);
        if (pixel < label_end) continue;  // labels that would collide give way
        auto* label = new QCPItemText(plot_);
        label->setText(mark.init > 0 ? tr("cold, init %1").arg(durationText(mark.init)) : tr("cold"));
        dress(label);
        label->setFont(smallFont());
        // Left of its line where it would be cut at the edge.
        const int wide = QFontMetrics(smallFont()).horizontalAdvance(label->text()) + 10;
        const bool left = pixel + wide > q.map_rect->right();
        label->setPositionAlignment((left ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignTop);
        label->setPadding(QMargins(4, 1, 4, 1));
        label->position->setAxes(q.map_rect->axis(QCPAxis::atBottom), q.map_rect->axis(QCPAxis::atLeft));
        label->position->setCoords(at, log_high);
        label_end = pixel + QFontMetrics(smallFont()).horizontalAdvance(label->text()) + 20;
        q.marks.push_back(label);
    }
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

bool LatencyPlot::save(const QString& path) {
    if (path.endsWith(QLatin1String(".pdf"), Qt::CaseInsensitive)) return plot_->savePdf(path);
    return plot_->savePng(path, 0, 0, 2.0);
}

void LatencyPlot::zoom(double factor, double x) {
    if (!picture_) return;
    const TimeRange range = picture_->question.range;
    const TimeNs at = std::clamp(timeAt(x), range.first, range.second);
    const auto scaled = [&](TimeNs time) {
        return at + static_cast<TimeNs>(static_cast<double>(time - at) * factor);
    };
    const TimeRange next{scaled(range.first), scaled(range.second)};
    if (next.second - next.first < 10 * kMillisecond) return;
    selection_->showTime(next);
}

void LatencyPlot::pan(double share) {
    if (!picture_) return;
    const TimeRange range = picture_->question.range;
    const auto by = static_cast<TimeNs>(static_cast<double>(range.second - range.first) * share);
    selection_->showTime(TimeRange{range.first + by, range.second + by});
}

bool LatencyPlot::key(int key) {
    const double middle = parts_->map_rect->center().x();
    switch (key) {
        case Qt::Key_W:
        case Qt::Key_Plus:
            zoom(1 / kZoomStep, middle);
            return true;
        case Qt::Key_S:
        case Qt::Key_Minus:
            zoom(kZoomStep, middle);
            return true;
        case Qt::Key_A:
            pan(-0.15);
            return true;
        case Qt::Key_D:
            pan(0.15);
            return true;
        case Qt::Key_F:
            selection_->showTime(std::nullopt);
            return true;
        case Qt::Key_Left:
        case Qt::Key_Right:
            if (!picture_) return true;
            column_ = std::clamp(column_ + (key == Qt::Key_Left ? -1 : 1), 0,
                                 static_cast<int>(picture_->columns.size()) - 1);
            emit columnChosen(column_);
            return true;
        default:
            return false;
    }
}

bool LatencyPlot::eventFilter(QObject* watched, QEvent* event) {
    if (watched != plot_ || !picture_) return QWidget::eventFilter(watched, event);
    Parts& q = *parts_;
    switch (event->type()) {
        case QEvent::KeyPress:
            return key(static_cast<QKeyEvent*>(event)->key());
        case QEvent::Wheel: {
            const auto* wheel = static_cast<QWheelEvent*>(event);
            zoom(std::pow(kZoomStep, -wheel->angleDelta().y() / 120.0), wheel->position().x());
            return true;
        }
        case QEvent::MouseButtonPress:
            press_ = static_cast<QMouseEvent*>(event)->position().x();
            dragging_ = false;
            plot_->setFocus();
            return true;
        case QEvent::MouseMove: {
            const double x = static_cast<QMouseEvent*>(event)->position().x();
            if (press_ < 0 || (!dragging_ && std::abs(x - press_) < kDragFrom)) return false;
            dragging_ = true;
            QCPAxis* axis = q.map_rect->axis(QCPAxis::atBottom);
            q.band->topLeft->setCoords(axis->pixelToCoord(std::min(x, press_)), std::log10(picture_->high));
            q.band->bottomRight->setCoords(axis->pixelToCoord(std::max(x, press_)),
                                           std::log10(picture_->low));
            q.band->setVisible(true);
            plot_->replot(QCustomPlot::rpQueuedReplot);
            return true;
        }
        case QEvent::MouseButtonRelease: {
            const double x = static_cast<QMouseEvent*>(event)->position().x();
            q.band->setVisible(false);
            if (dragging_) {
                const TimeNs from = timeAt(std::min(x, press_));
                const TimeNs to = timeAt(std::max(x, press_));
                press_ = -1;
                dragging_ = false;
                if (to - from > 10 * kMillisecond) selection_->showTime(TimeRange{from, to});
                return true;
            }
            press_ = -1;
            const double seconds = q.map_rect->axis(QCPAxis::atBottom)->pixelToCoord(x);
            const double share = seconds / q.map_rect->axis(QCPAxis::atBottom)->range().upper;
            const auto columns = static_cast<int>(picture_->columns.size());
            column_ = share < 0 || share >= 1 ? -1 : static_cast<int>(share * columns);
            q.cursor->setVisible(column_ >= 0);
            q.cursor->point1->setCoords(seconds, 0);
            q.cursor->point2->setCoords(seconds, 1);
            plot_->replot(QCustomPlot::rpQueuedReplot);
            emit columnChosen(column_);
            return true;
        }
        case QEvent::MouseButtonDblClick:
            selection_->showTime(std::nullopt);
            return true;
        default:
            return QWidget::eventFilter(watched, event);
    }
}

void LatencyPlot::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) {
        applyTheme();
    }
    QWidget::changeEvent(event);
}

void LatencyPlot::resizeEvent(QResizeEvent*) {
    if (picture_) updateAxis();
}

}  // namespace weir::views
