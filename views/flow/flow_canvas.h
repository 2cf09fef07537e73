// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/flow_graph.h"

#include <QHash>
#include <QWidget>

#include <vector>

class QPainterPath;

namespace weir::views {

/// What the canvas shows besides the graph.
struct FlowOptions {
    bool rates = true, lag = true, errors = true, order = true;
};

/// The graph of topics and functions. Nodes can be dragged, and stay where they were put; new ones find their
/// place beside those that are there.
class FlowCanvas : public QWidget {
    Q_OBJECT
  public:
    explicit FlowCanvas(Selection* selection, QWidget* parent = nullptr);

    /// New figures; the places of nodes change only when nodes or edges came.
    void setGraph(FlowGraph graph);
    [[nodiscard]] const FlowGraph& graph() const { return graph_; }
    /// Places are kept under this name, in the settings of the user.
    void setStore(const QString& session_name);
    void setOptions(FlowOptions options);
    [[nodiscard]] FlowOptions options() const { return options_; }
    /// Forgets what was dragged.
    void arrange();
    /// All of it in view, at most at its own size.
    void fit();
    void setEmptyText(const QString& words);
    [[nodiscard]] int focused() const { return focused_; }
    /// A node's rectangle on the canvas.
    [[nodiscard]] QRectF nodeRect(int index) const;

  signals:
    /// Double click or Enter.
    void opened();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool event(QEvent* event) override;

  private:
    void layOut();
    void loadPlaces();
    void savePlaces() const;
    [[nodiscard]] int nodeAt(QPointF at) const;
    [[nodiscard]] bool chosen(const FlowNode& node) const;
    void choose(int index);
    void moveFocus(int key);
    void zoom(double factor, QPointF at);

    Selection* const selection_;
    FlowGraph graph_;
    std::vector<QRectF> boxes_;       ///< of nodes, in scene coordinates
    QHash<QString, QPointF> placed_;  ///< by key: dragged by the user
    QHash<QString, QPointF> last_;    ///< by key: where each stood at the last layout
    QHash<QString, QString> links_;   ///< by key: the neighbours it had then
    QString shape_;                   ///< the nodes and edges that were laid out
    QString store_;
    QString empty_;
    FlowOptions options_;
    double scale_ = 1;
    QPointF origin_;  ///< scene point at the canvas's top left
    bool fitted_ = true;
    int focused_ = -1, dragged_ = -1;
    bool panning_ = false, moved_ = false;
    QPointF press_, grip_;
};

/// The size of a node's box.
[[nodiscard]] QSizeF flowNodeSize(const FlowNode& node);

}  // namespace weir::views
