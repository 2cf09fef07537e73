// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/flow_canvas.h"

#include "flow/flow_painter.h"
#include "flow/layered_layout.h"
#include "theme/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QSettings>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace weir::views {
namespace {

constexpr double kNodeWidth = 158, kWidestNode = 200;
constexpr double kMargin = 26;
constexpr double kLeast = 0.3, kMost = 2;
constexpr int kDragFrom = 4;

}  // namespace

QSizeF flowNodeSize(const FlowNode& node) {
    QFont bold;
    bold.setWeight(QFont::DemiBold);
    const double name = QFontMetricsF(bold).horizontalAdvance(node.name);
    const bool topic = node.kind == FlowNode::Kind::Topic;
    const double beside =
        topic ? QFontMetricsF(smallFont()).horizontalAdvance(QStringLiteral("000 part.")) : 0;
    const double width = std::ceil(std::clamp(name + beside + 46, kNodeWidth - (topic ? 8 : 0), kWidestNode));
    switch (node.kind) {
        case FlowNode::Kind::Topic:
            return {width, 66};
        case FlowNode::Kind::Outside:
            return {width, 48};
        case FlowNode::Kind::Function:
        case FlowNode::Kind::Processor:
            break;
    }
    return {width, 84};
}

FlowCanvas::FlowCanvas(Selection* selection, QWidget* parent) : QWidget(parent), selection_(selection) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMinimumSize(200, 120);
    setAccessibleName(tr("Flow"));
    setAccessibleDescription(
        tr("Topics and functions as a graph. Arrow keys move between nodes, Enter chooses, F shows all."));
    connect(selection_, &Selection::changed, this, qOverload<>(&QWidget::update));
}

void FlowCanvas::setStore(const QString& session_name) {
    store_ = QStringLiteral("flow/") + QString(session_name).replace(QLatin1Char('/'), QLatin1Char('_'));
    placed_.clear();
    last_.clear();
    links_.clear();
    shape_.clear();
    focused_ = -1;
    fitted_ = true;
    loadPlaces();
}

void FlowCanvas::loadPlaces() {
    QSettings settings;
    settings.beginGroup(store_);
    for (const QString& key : settings.childKeys()) placed_.insert(key, settings.value(key).toPointF());
}

void FlowCanvas::savePlaces() const {
    QSettings settings;
    settings.remove(store_);
    settings.beginGroup(store_);
    for (auto at = placed_.begin(); at != placed_.end(); ++at) settings.setValue(at.key(), at.value());
}

void FlowCanvas::setOptions(FlowOptions options) {
    options_ = options;
    update();
}

void FlowCanvas::setEmptyText(const QString& words) {
    empty_ = words;
    update();
}

void FlowCanvas::setGraph(FlowGraph graph) {
    graph_ = std::move(graph);
    QString shape;
    for (const FlowNode& node : graph_.nodes) shape += node.key + QLatin1Char('\n');
    for (const FlowEdge& edge : graph_.edges) shape += QStringLiteral("%1>%2\n").arg(edge.from).arg(edge.to);
    if (shape != shape_) {
        shape_ = shape;
        layOut();
    }
    update();
}

void FlowCanvas::layOut() {
    LayeredGraph layered;
    double widest = kNodeWidth;
    QHash<QString, QString> links;
    for (const FlowEdge& edge : graph_.edges) {
        const QString& from = graph_.nodes[static_cast<std::size_t>(edge.from)].key;
        const QString& to = graph_.nodes[static_cast<std::size_t>(edge.to)].key;
        links[from] += to + QLatin1Char('\n');
        links[to] += from + QLatin1Char('\n');
        layered.edges.emplace_back(edge.from, edge.to);
    }
    for (const FlowNode& node : graph_.nodes) {
        layered.nodes.push_back(flowNodeSize(node));
        widest = std::max(widest, layered.nodes.back().width());
        // A node with new neighbours may move beside them; the others keep their order.
        const bool same = links_.contains(node.key) && links_.value(node.key) == links.value(node.key);
        layered.before.push_back(same ? last_.value(node.key) : QPointF());
    }
    for (const FlowNode& node : graph_.nodes) links_.insert(node.key, links.value(node.key));
    LayeredOptions options;
    const auto fits = static_cast<int>((width() - 2 * kMargin + options.gap_x) / (widest + options.gap_x));
    options.layers_a_row = std::max(2, fits);
    boxes_ = layOutLayers(layered, options);
    for (std::size_t i = 0; i < boxes_.size(); ++i) {
        const QString& key = graph_.nodes[i].key;
        last_.insert(key, boxes_[i].topLeft() + QPointF(1, 1));
        const auto dragged = placed_.find(key);
        if (dragged != placed_.end()) boxes_[i].moveTopLeft(*dragged);
    }
    if (fitted_) fit();
}

void FlowCanvas::arrange() {
    placed_.clear();
    last_.clear();
    links_.clear();
    savePlaces();
    fitted_ = true;
    layOut();
    update();
}

void FlowCanvas::fit() {
    fitted_ = true;
    QRectF all;
    for (const QRectF& box : boxes_) all |= box;
    if (all.isEmpty()) return;
    const double room_x = std::max(50.0, width() - 2 * kMargin);
    const double room_y = std::max(50.0, height() - 2 * kMargin);
    scale_ = std::clamp(std::min(room_x / all.width(), room_y / all.height()), kLeast, 1.0);
    origin_ = {all.center().x() - width() / scale_ / 2, all.center().y() - height() / scale_ / 2};
    if (scale_ == 1.0) origin_ = {std::round(origin_.x()), std::round(origin_.y())};
    update();
}

QRectF FlowCanvas::nodeRect(int index) const {
    const QRectF& box = boxes_[static_cast<std::size_t>(index)];
    return {(box.topLeft() - origin_) * scale_, box.size() * scale_};
}

bool FlowCanvas::chosen(const FlowNode& node) const {
    if (node.function) return node.function == selection_->function();
    return selection_->place() && selection_->place()->topic == node.topic;
}

void FlowCanvas::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter p(this);
    p.fillRect(rect(), QColor(t.canvas));
    if (graph_.nodes.empty()) {
        p.setPen(QColor(t.text2));
        p.drawText(rect(), Qt::AlignCenter, empty_);
        return;
    }
    if (!empty_.isEmpty()) {
        p.setFont(smallFont());
        p.setPen(QColor(t.text2));
        p.drawText(rect().adjusted(16, 8, -16, 0), Qt::AlignTop | Qt::AlignLeft, empty_);
    }
    p.scale(scale_, scale_);
    p.translate(-origin_);
    FlowPainter painter(p, graph_, boxes_, options_);
    painter.paintEdges(*selection_);
    for (int i = 0; i < static_cast<int>(graph_.nodes.size()); ++i) {
        painter.paintNode(i, chosen(graph_.nodes[static_cast<std::size_t>(i)]), hasFocus() && i == focused_,
                          false);
    }
    painter.paintWords();
}

void FlowCanvas::resizeEvent(QResizeEvent*) {
    if (!fitted_) return;
    layOut();
}

int FlowCanvas::nodeAt(QPointF at) const {
    const QPointF scene = at / scale_ + origin_;
    for (std::size_t i = boxes_.size(); i-- > 0;) {
        if (boxes_[i].adjusted(-3, -3, 3, 3).contains(scene)) return static_cast<int>(i);
    }
    return -1;
}

void FlowCanvas::choose(int index) {
    const FlowNode& node = graph_.nodes[static_cast<std::size_t>(index)];
    const bool again = chosen(node);
    if (node.function) {
        selection_->chooseFunction(again ? FunctionId{} : node.function);
    } else if (again) {
        selection_->choosePlace(std::nullopt);
    } else {
        selection_->choosePlace(PlaceChoice{node.topic, PlaceChoice::kAll});
    }
}

void FlowCanvas::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    press_ = event->position();
    moved_ = false;
    dragged_ = nodeAt(press_);
    panning_ = dragged_ < 0;
    grip_ = panning_ ? origin_ : boxes_[static_cast<std::size_t>(dragged_)].topLeft();
    if (dragged_ >= 0) focused_ = dragged_;
}

void FlowCanvas::mouseMoveEvent(QMouseEvent* event) {
    if (!event->buttons().testFlag(Qt::LeftButton)) {
        setCursor(nodeAt(event->position()) >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
        return;
    }
    const QPointF by = event->position() - press_;
    if (!moved_ && by.manhattanLength() < kDragFrom) return;
    moved_ = true;
    fitted_ = false;
    if (panning_) {
        origin_ = grip_ - by / scale_;
        setCursor(Qt::ClosedHandCursor);
    } else if (dragged_ >= 0) {
        const QPointF to = grip_ + by / scale_;
        const QPointF grid(std::round(to.x() / 4) * 4, std::round(to.y() / 4) * 4);
        boxes_[static_cast<std::size_t>(dragged_)].moveTopLeft(grid);
        placed_.insert(graph_.nodes[static_cast<std::size_t>(dragged_)].key, grid);
    }
    update();
}

void FlowCanvas::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    if (!moved_) {
        if (dragged_ >= 0) {
            choose(dragged_);
        } else if (selection_->function() || selection_->place()) {
            selection_->chooseFunction({});
            selection_->choosePlace(std::nullopt);
        }
    } else if (dragged_ >= 0) {
        savePlaces();
    }
    dragged_ = -1;
    panning_ = false;
    setCursor(Qt::ArrowCursor);
    update();
}

void FlowCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
    const int node = nodeAt(event->position());
    if (node < 0) return;
    if (!chosen(graph_.nodes[static_cast<std::size_t>(node)])) choose(node);
    dragged_ = -1;
    moved_ = true;  // the release that follows is no click
    emit opened();
}

void FlowCanvas::zoom(double factor, QPointF at) {
    const double next = std::clamp(scale_ * factor, kLeast, kMost);
    origin_ += at / scale_ - at / next;
    scale_ = next;
    fitted_ = false;
    update();
}

void FlowCanvas::wheelEvent(QWheelEvent* event) {
    zoom(std::pow(1.2, event->angleDelta().y() / 120.0), event->position());
    event->accept();
}

void FlowCanvas::moveFocus(int key) {
    if (boxes_.empty()) return;
    if (focused_ < 0 || focused_ >= static_cast<int>(boxes_.size())) {
        focused_ = 0;
        return;
    }
    const QPointF here = boxes_[static_cast<std::size_t>(focused_)].center();
    double best = 1e18;
    int to = focused_;
    for (int i = 0; i < static_cast<int>(boxes_.size()); ++i) {
        const QPointF d = boxes_[static_cast<std::size_t>(i)].center() - here;
        const double along = key == Qt::Key_Right  ? d.x()
                             : key == Qt::Key_Left ? -d.x()
                             : key == Qt::Key_Down ? d.y()
                                                   : -d.y();
        const double across = key == Qt::Key_Right || key == Qt::Key_Left ? std::abs(d.y()) : std::abs(d.x());
        if (along < 4) continue;
        const double cost = along + 2 * across;
        if (cost < best) {
            best = cost;
            to = i;
        }
    }
    focused_ = to;
}

void FlowCanvas::keyPressEvent(QKeyEvent* event) {
    const QPointF middle(width() / 2.0, height() / 2.0);
    switch (event->key()) {
        case Qt::Key_Left:
        case Qt::Key_Right:
        case Qt::Key_Up:
        case Qt::Key_Down:
            moveFocus(event->key());
            update();
            break;
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Space:
            if (focused_ >= 0 && focused_ < static_cast<int>(boxes_.size())) choose(focused_);
            break;
        case Qt::Key_W:
        case Qt::Key_Plus:
            zoom(1.25, middle);
            break;
        case Qt::Key_S:
        case Qt::Key_Minus:
            zoom(0.8, middle);
            break;
        case Qt::Key_F:
            fit();
            layOut();
            break;
        default:
            event->ignore();
            return;
    }
    event->accept();
}

void FlowCanvas::contextMenuEvent(QContextMenuEvent* event) {
    const int node = event->reason() == QContextMenuEvent::Keyboard ? focused_ : nodeAt(event->pos());
    QMenu menu(this);
    if (node >= 0 && node < static_cast<int>(graph_.nodes.size())) {
        const bool again = chosen(graph_.nodes[static_cast<std::size_t>(node)]);
        connect(menu.addAction(again ? tr("Take back the choice") : tr("Choose")), &QAction::triggered, this,
                [this, node] { choose(node); });
        connect(menu.addAction(tr("Show in Lanes")), &QAction::triggered, this, [this, node, again] {
            if (!again) choose(node);
            emit opened();
        });
        menu.addSeparator();
    }
    connect(menu.addAction(tr("Fit")), &QAction::triggered, this, &FlowCanvas::fit);
    connect(menu.addAction(tr("Arrange again")), &QAction::triggered, this, &FlowCanvas::arrange);
    menu.exec(event->globalPos());
}

bool FlowCanvas::event(QEvent* event) {
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) {
        if (event->type() == QEvent::FocusIn && focused_ < 0) focused_ = 0;
        update();
    }
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int index = nodeAt(help->pos());
        if (index < 0) {
            QToolTip::hideText();
        } else {
            QToolTip::showText(help->globalPos(), graph_.nodes[static_cast<std::size_t>(index)].name, this);
        }
        return true;
    }
    return QWidget::event(event);
}

}  // namespace weir::views
