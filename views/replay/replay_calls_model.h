// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "replay/replay_picture.h"
#include "session/catalog.h"

#include <QAbstractTableModel>

#include <memory>

namespace weir::views {

/// The calls in flight at the cursor.
class ReplayCallsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { Id, Function, Instance, Lane, Events, Attempt, Running, Columns };
    enum Role { ToneRole = Qt::UserRole + 1 };

    using QAbstractTableModel::QAbstractTableModel;

    void show(const ReplayPicture& picture, std::shared_ptr<const Catalog> names);
    [[nodiscard]] const replay::Call* call(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    std::vector<replay::CallPtr> calls_;
    TimeNs at_ = 0;
    std::shared_ptr<const Catalog> names_;
};

}  // namespace weir::views
