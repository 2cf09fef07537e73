// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "filter/filter.h"

#include <QAbstractListModel>
#include <QString>
#include <QStringList>

#include <vector>

namespace weir::views {

/// Breakpoints of Replay: filters, each on or off. Kept in the user's settings.
class BreakpointsModel : public QAbstractListModel {
    Q_OBJECT
  public:
    explicit BreakpointsModel(QObject* parent = nullptr);

    /// False: it is no filter, or holds for everything. One that is there already is switched on.
    bool add(const QString& filter);
    void remove(int row);
    /// Those that are on, in their order, and one more that is not in the list; each once.
    [[nodiscard]] std::vector<filter::Filter> active(const QString& other = {}) const;
    /// The row whose filter stopped the cursor is told apart; empty: none.
    void setStoppedAt(const QString& filter);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

  private:
    struct Breakpoint {
        filter::Filter filter;
        bool on = true;
    };
    void save() const;

    std::vector<Breakpoint> breakpoints_;
    QString stopped_at_;
};

}  // namespace weir::views
