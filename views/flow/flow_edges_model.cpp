// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/flow_edges_model.h"

#include "theme/theme.h"
#include "widgets/cell_delegate.h"

namespace weir::views {

void FlowEdgesModel::setGraph(const FlowGraph& graph) {
    std::vector<Row> rows;
    for (const FlowEdge& edge : graph.edges) {
        if (!edge.delivery()) continue;
        const FlowNode& from = graph.nodes[static_cast<std::size_t>(edge.from)];
        const FlowNode& to = graph.nodes[static_cast<std::size_t>(edge.to)];
        rows.push_back({edge, from.name, to.name, from.topic, to.function});
    }
    bool same = rows.size() == rows_.size();
    for (std::size_t i = 0; same && i < rows.size(); ++i)
        same = rows[i].topic == rows_[i].topic && rows[i].edge.trigger == rows_[i].edge.trigger;
    if (same) {
        rows_ = std::move(rows);
        if (!rows_.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, Columns - 1));
        return;
    }
    beginResetModel();
    rows_ = std::move(rows);
    endResetModel();
}

const FlowEdge* FlowEdgesModel::edge(int row) const {
    return row >= 0 && row < rowCount() ? &rows_[static_cast<std::size_t>(row)].edge : nullptr;
}

int FlowEdgesModel::rowOf(TriggerId trigger) const {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        if (rows_[i].edge.trigger == trigger) return static_cast<int>(i);
    }
    return -1;
}

std::pair<TopicId, FunctionId> FlowEdgesModel::ends(int row) const {
    if (row < 0 || row >= rowCount()) return {};
    return {rows_[static_cast<std::size_t>(row)].topic, rows_[static_cast<std::size_t>(row)].function};
}

int FlowEdgesModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}
int FlowEdgesModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Columns;
}

QString FlowEdgesModel::words(const Row& row, int column) {
    const FlowEdge& e = row.edge;
    switch (column) {
        case From:
            return row.from;
        case To:
            return row.to;
        case Order:
            return e.order.isEmpty() ? notApplicable() : e.order;
        case Rate:
            return e.rate >= 1'000 ? shortCountText(e.rate)
                                   : QString::number(e.rate, 'f', e.rate < 100 ? 1 : 0);
        case Lag:
            return countText(e.lag);
        case LagTime:
            return e.lag == 0   ? QStringLiteral("0 s")
                   : e.lag_time ? durationText(*e.lag_time)
                                : notApplicable();
        case Trend:
            return e.trend == FlowEdge::Trend::Rising    ? tr("rising ↗")
                   : e.trend == FlowEdge::Trend::Falling ? tr("falling ↘")
                                                         : tr("steady");
        case Errors:
            return e.calls == 0    ? notApplicable()
                   : e.failed == 0 ? QStringLiteral("0")
                                   : shareText(e.errorShare());
        case Broken:
            return countText(e.health.errors + e.health.notes);
        case Total:
            return e.total_p50 ? durationText(*e.total_p50) : notApplicable();
        default:
            return {};
    }
}

QVariant FlowEdgesModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Row& row = rows_[static_cast<std::size_t>(index.row())];
    const int column = index.column();
    switch (role) {
        case Qt::DisplayRole:
            return words(row, column);
        case Qt::ToolTipRole:
            return column <= To ? words(row, column) : QVariant();
        case Qt::TextAlignmentRole:
            return static_cast<int>(Qt::AlignVCenter |
                                    (column <= Order || column == Trend ? Qt::AlignLeft : Qt::AlignRight));
        case Qt::FontRole:
            return column == Rate || column == Lag ? QVariant(figuresFont()) : QVariant();
        case ToneRole:
            if (column == Errors && row.edge.failed > 0) return static_cast<int>(CellTone::Failed);
            if (column >= Lag && column <= Trend && row.edge.trend == FlowEdge::Trend::Rising)
                return static_cast<int>(CellTone::Warn);
            if (column == Broken && row.edge.health.errors > 0) return static_cast<int>(CellTone::Broken);
            return static_cast<int>(column == Order || column == Trend ? CellTone::Quiet : CellTone::Plain);
        default:
            return {};
    }
}

QVariant FlowEdgesModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignVCenter |
                                (section <= Order || section == Trend ? Qt::AlignLeft : Qt::AlignRight));
    if (role != Qt::DisplayRole) return {};
    const QString names[] = {tr("From"),         tr("To"),          tr("Order"), tr("Events/s"),
                             tr("Lag"),          tr("Lag in time"), tr("Trend"), tr("Errors"),
                             tr("Out of order"), tr("Total p50")};
    return section >= 0 && section < Columns ? names[section] : QVariant();
}

}  // namespace weir::views
