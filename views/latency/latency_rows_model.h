// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "latency/latency_data.h"
#include "session/catalog.h"

#include <QAbstractTableModel>

namespace weir::views {

/// Functions, partitions or instances compared, a row each; can be sorted by any column.
class LatencyRowsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column {
        Name,
        Deliveries,
        Wait50,
        Wait95,
        Wait99,
        Run50,
        Run95,
        Run99,
        Total50,
        Total95,
        Total99,
        Cold,
        Slowest,
        Columns
    };
    enum Role { ToneRole = Qt::UserRole + 1 };

    using QAbstractTableModel::QAbstractTableModel;

    void setRows(std::vector<LatencyRow> rows, const Catalog& catalog);
    [[nodiscard]] const LatencyRow* row(int index) const;
    [[nodiscard]] int indexOf(const journal::RollupKey& key) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

  private:
    [[nodiscard]] static std::int64_t number(const LatencyRow& row, int column);

    std::vector<LatencyRow> rows_;
};

}  // namespace weir::views
