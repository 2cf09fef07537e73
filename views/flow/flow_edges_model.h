// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/flow_graph.h"

#include <QAbstractTableModel>

namespace weir::views {

/// Deliveries from topic to function, one a row, with their figures.
class FlowEdgesModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { From, To, Order, Rate, Lag, LagTime, Trend, Errors, Broken, Total, Columns };
    enum Role { ToneRole = Qt::UserRole + 1 };  ///< int of CellTone

    using QAbstractTableModel::QAbstractTableModel;

    /// Rows of the same triggers keep their places and only change their figures.
    void setGraph(const FlowGraph& graph);
    /// nullptr when there is no such row.
    [[nodiscard]] const FlowEdge* edge(int row) const;
    [[nodiscard]] int rowOf(TriggerId trigger) const;
    /// The topic and the function of a row.
    [[nodiscard]] std::pair<TopicId, FunctionId> ends(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    struct Row {
        FlowEdge edge;
        QString from, to;
        TopicId topic;
        FunctionId function;
    };
    [[nodiscard]] static QString words(const Row& row, int column);

    std::vector<Row> rows_;
};

}  // namespace weir::views
