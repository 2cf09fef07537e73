// SPDX-License-Identifier: GPL-3.0-or-later
#include "latency/latency_rows_model.h"

#include "theme/theme.h"
#include "widgets/cell_delegate.h"

#include <algorithm>

namespace weir::views {

void LatencyRowsModel::setRows(std::vector<LatencyRow> rows, const Catalog& catalog) {
    for (LatencyRow& row : rows) {
        switch (row.key.scope) {
            case journal::RollupScope::Function:
                row.name = catalog.functionName(FunctionId{row.key.id});
                break;
            case journal::RollupScope::Partition:
                row.name = catalog.place(TopicId{row.key.id}, row.key.partition);
                break;
            case journal::RollupScope::Instance:
                row.name = catalog.instanceName(InstanceId{row.key.id});
                break;
            case journal::RollupScope::Session:
                break;
        }
    }
    bool same = rows.size() == rows_.size();
    for (std::size_t i = 0; same && i < rows.size(); ++i) same = rows[i].key == rows_[i].key;
    if (same && !rows.empty()) {
        rows_ = std::move(rows);
        emit dataChanged(index(0, 0), index(rowCount() - 1, Columns - 1));
        return;
    }
    beginResetModel();
    rows_ = std::move(rows);
    endResetModel();
}

const LatencyRow* LatencyRowsModel::row(int index) const {
    return index >= 0 && index < rowCount() ? &rows_[static_cast<std::size_t>(index)] : nullptr;
}

int LatencyRowsModel::indexOf(const journal::RollupKey& key) const {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        if (rows_[i].key == key) return static_cast<int>(i);
    }
    return -1;
}

int LatencyRowsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}
int LatencyRowsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Columns;
}

std::int64_t LatencyRowsModel::number(const LatencyRow& row, int column) {
    if (column >= Wait50 && column <= Wait99) return row.wait[static_cast<std::size_t>(column - Wait50)];
    if (column >= Run50 && column <= Run99) return row.run[static_cast<std::size_t>(column - Run50)];
    if (column >= Total50 && column <= Total99) return row.total[static_cast<std::size_t>(column - Total50)];
    if (column == Deliveries) return row.deliveries;
    if (column == Cold) return row.calls == 0 ? -1 : row.cold * 1'000'000 / row.calls;
    if (column == Slowest) return row.slowest;
    return 0;
}

QVariant LatencyRowsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const LatencyRow& row = rows_[static_cast<std::size_t>(index.row())];
    const int column = index.column();
    switch (role) {
        case Qt::DisplayRole: {
            if (column == Name) return row.name;
            const std::int64_t value = number(row, column);
            if (value < 0) return notApplicable();
            if (column == Deliveries) return countText(value);
            if (column == Cold)
                return shareText(static_cast<double>(row.cold) / static_cast<double>(row.calls));
            return durationText(value);
        }
        case Qt::ToolTipRole:
            return column == Name ? QVariant(row.name) : QVariant();
        case Qt::TextAlignmentRole:
            return static_cast<int>(Qt::AlignVCenter | (column == Name ? Qt::AlignLeft : Qt::AlignRight));
        case Qt::FontRole: {
            if (column != Name) return figuresFont();
            QFont font;
            font.setWeight(QFont::DemiBold);
            return font;
        }
        default:
            return {};
    }
}

QVariant LatencyRowsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= Columns) return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignVCenter | (section == Name ? Qt::AlignLeft : Qt::AlignRight));
    if (role == Qt::ToolTipRole || role == Qt::AccessibleTextRole) {
        const QString names[] = {tr("Name"),        tr("Deliveries"), tr("Wait p50"),  tr("Wait p95"),
                                 tr("Wait p99"),    tr("Run p50"),    tr("Run p95"),   tr("Run p99"),
                                 tr("Total p50"),   tr("Total p95"),  tr("Total p99"), tr("Cold calls"),
                                 tr("Slowest call")};
        return names[section];
    }
    if (role != Qt::DisplayRole) return {};
    const QString names[] = {tr("Name"),    tr("Deliveries"), tr("Wait p50"), tr("p95"),       tr("p99"),
                             tr("Run p50"), tr("p95"),        tr("p99"),      tr("Total p50"), tr("p95"),
                             tr("p99"),     tr("Cold calls"), tr("Slowest")};
    return names[section];
}

void LatencyRowsModel::sort(int column, Qt::SortOrder order) {
    if (column < 0 || column >= Columns) return;
    emit layoutAboutToBeChanged();
    std::stable_sort(rows_.begin(), rows_.end(), [&](const LatencyRow& a, const LatencyRow& b) {
        const LatencyRow& x = order == Qt::AscendingOrder ? a : b;
        const LatencyRow& y = order == Qt::AscendingOrder ? b : a;
        return column == Name ? x.name < y.name : number(x, column) < number(y, column);
    });
    emit layoutChanged();
}

}  // namespace weir::views
