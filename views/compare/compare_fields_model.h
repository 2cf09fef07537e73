// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "replay/compare/compare.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <string>
#include <vector>

namespace weir::views {

/// Fields of JSON outputs that changed, each with a box: whether it matters. Those that do not are kept, so
/// that they can be counted again.
class CompareFieldsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { Field, Outputs, Columns };

    using QAbstractTableModel::QAbstractTableModel;

    void show(const std::vector<compare::FieldCount>& fields);
    /// Another pair of sessions: everything matters again.
    void clear();
    /// As compare::Options::ignore.
    [[nodiscard]] const std::vector<std::string>& ignored() const { return ignored_; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  signals:
    /// Another set of fields matters: compare again.
    void ignoredChanged();

  private:
    [[nodiscard]] bool matters(const std::string& path) const;

    std::vector<compare::FieldCount> fields_;  ///< outputs −1: does not matter, not counted
    std::vector<std::string> ignored_;
};

}  // namespace weir::views
