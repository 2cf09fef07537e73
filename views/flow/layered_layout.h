// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QRectF>
#include <QSizeF>

#include <utility>
#include <vector>

namespace weir::views {

/// A graph to be laid out in layers: sizes of nodes, and edges as pairs of indices.
struct LayeredGraph {
    std::vector<QSizeF> nodes;
    std::vector<std::pair<int, int>> edges;
    /// Where nodes stood before, by index; keeps the order within a layer while a graph grows. Empty, or one
    /// for each node; a null point: new.
    std::vector<QPointF> before;
};

struct LayeredOptions {
    double gap_x = 92, gap_y = 28;
    /// Layers side by side; more begin another row below, running the other way, so that an edge from the
    /// end of a row to the next stays short. 0: all in one row.
    int layers_a_row = 0;
};

/// Layers from sources to sinks (longest path, cycles cut), few crossings within them, near to neighbours.
/// Returns a rectangle for each node, from 0, 0 on. The same graph gives the same picture.
[[nodiscard]] std::vector<QRectF> layOutLayers(const LayeredGraph& graph, const LayeredOptions& options);

/// The layer of each node, from 0 on.
[[nodiscard]] std::vector<int> layersOf(const LayeredGraph& graph);

}  // namespace weir::views
