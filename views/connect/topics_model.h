// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/metadata.h"

#include <QAbstractTableModel>
#include <QSet>
#include <QSortFilterProxyModel>

namespace weir::views {

/// Topics of a cluster, with a tick for those to watch.
class TopicsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { Topic, Partitions, Events, First, Next, Columns };
    enum Role { InternalRole = Qt::UserRole + 1, SortRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setTopics(std::vector<kafka::TopicInfo> topics);
    void setChosen(const QStringList& names);
    [[nodiscard]] QStringList chosen() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  signals:
    void chosenChanged();

  private:
    std::vector<kafka::TopicInfo> topics_;
    QSet<QString> chosen_;
};

/// Those whose name contains the filter; internal ones only when asked for.
class TopicsFilter : public QSortFilterProxyModel {
    Q_OBJECT
  public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setShowInternal(bool show);

  protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

  private:
    bool show_internal_ = false;
};

}  // namespace weir::views
