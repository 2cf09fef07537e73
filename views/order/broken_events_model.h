// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/evidence.h"
#include "format/format.h"
#include "session/catalog.h"

#include <QAbstractTableModel>

#include <memory>

namespace weir::views {

/// The events of one finding, each with what overtook it.
class BrokenEventsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { Offset, Key, Started, Ended, By, ByEnded, Behind, Output, Columns };
    enum Role { ToneRole = Qt::UserRole + 1 };

    using QAbstractTableModel::QAbstractTableModel;

    void show(std::shared_ptr<const analysis::order::Evidence> evidence,
              std::shared_ptr<const Catalog> names);
    [[nodiscard]] const analysis::order::BrokenEvent* event(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    std::shared_ptr<const analysis::order::Evidence> evidence_;
    std::shared_ptr<const Catalog> names_;
    Clock clock_;
};

}  // namespace weir::views
