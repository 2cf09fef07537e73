// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "invoke/control.h"

#include <QAbstractTableModel>

#include <vector>

namespace weir::views {

/// The triggers of a running recording, a row each.
class TriggersModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { Name, State, Function, Queued, InFlight, BatchSize, Concurrency, Columns };
    enum Role { ToneRole = Qt::UserRole + 1 };

    using QAbstractTableModel::QAbstractTableModel;

    void setTriggers(std::vector<invoke::TriggerStatus> triggers);
    [[nodiscard]] const invoke::TriggerStatus* trigger(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    std::vector<invoke::TriggerStatus> triggers_;
};

/// `running`, `paused`, …
[[nodiscard]] QString stateWord(invoke::TriggerState state);

}  // namespace weir::views
