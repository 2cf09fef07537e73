// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/flow_canvas.h"
#include "theme/theme.h"

#include <QFont>
#include <QPainterPath>

class QPainter;

namespace weir::views {

/// How an edge runs between two boxes: out of the side that faces the other.
struct FlowCurve {
    QPainterPath path;
    QPointF end, direction;  ///< where the arrow head stands and points
    QPointF label;           ///< the middle
    bool steep = false;      ///< runs rather down or up: its label stands beside it
    double room = 0;         ///< for the width of a label
};
[[nodiscard]] FlowCurve flowCurve(const QRectF& from, const QRectF& to, bool around = false);

/// The text in lines that are at most `width` wide, broken at spaces; a word that is too long is elided.
[[nodiscard]] QStringList wrapped(const QString& text, const QFontMetricsF& metrics, double width);

/// Where a label of that size stands on the curve: in its middle, or as near to it as it is free of boxes.
/// `gap` pixels beside the line of a steep one. When no place is free: the middle.
[[nodiscard]] QRectF labelPlace(const FlowCurve& curve, QSizeF size, double gap,
                                const std::vector<QRectF>& boxes);

/// Draws the parts of the flow graph in scene coordinates.
class FlowPainter {
  public:
    FlowPainter(QPainter& painter, const FlowGraph& graph, const std::vector<QRectF>& boxes,
                const FlowOptions& options);

    void paintEdges(const Selection& selection);
    /// What stands at the edges; after the nodes, so that none covers it.
    void paintWords();
    void paintNode(int index, bool chosen, bool focused, bool dimmed);

  private:
    void paintEdge(const FlowEdge& edge, bool chosen);
    [[nodiscard]] bool blocked(const FlowEdge& edge) const;
    void paintEdgeWords(const FlowEdge& edge);
    void paintTopic(const FlowNode& node, const QRectF& box);
    void paintFunction(const FlowNode& node, const QRectF& box);
    void paintState(const FlowNode& node, const QRectF& line);
    void paintBusy(const FlowNode& node, const QRectF& line);
    void paintSpark(const FlowNode& node, const QRectF& area);
    void words(const QRectF& area, Qt::Alignment alignment, QRgb colour, const QString& text,
               bool bold = false);

    QPainter& p_;
    const FlowGraph& graph_;
    const std::vector<QRectF>& boxes_;
    const FlowOptions& options_;
    const Theme& t_;
    QFont small_, bold_;
};

}  // namespace weir::views
