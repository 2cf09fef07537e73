// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/evidence.h"
#include "format/format.h"
#include "session/catalog.h"

#include <QAbstractTableModel>

#include <memory>
#include <vector>

namespace weir::views {

/// The events of one finding, each with what it was broken by. Which columns there are follows the kind of
/// the finding: what overtook it, what ran at once with it, what delivered it before.
class BrokenEventsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    /// What a column tells; columnOf() says where it stands.
    enum Column {
        Offset,
        Key,
        Started,
        Ended,
        By,       ///< the event that overtook
        ByEnded,  ///< when the call with `By` ended
        Behind,   ///< how long after
        Output,
        Call,      ///< the delivery that is broken
        With,      ///< the call that ran at once
        WithFrom,  ///< the event of it
        AtOnce,    ///< how long
        Before,    ///< the call that delivered it first
        BeforeEnded,
        Above,  ///< a later event that succeeded
        Late,   ///< how old its timestamp is
        Newer,  ///< the event with the newer timestamp
    };
    enum Role { ToneRole = Qt::UserRole + 1 };

    using QAbstractTableModel::QAbstractTableModel;

    void show(std::shared_ptr<const analysis::order::Evidence> evidence,
              std::shared_ptr<const Catalog> names);
    [[nodiscard]] const analysis::order::BrokenEvent* event(int row) const;
    /// Where a column stands; −1: findings of this kind have none.
    [[nodiscard]] int columnOf(Column column) const;
    /// A text as wide as what the column holds, for its width.
    [[nodiscard]] QStringList samples() const;
    /// What the events of this kind of finding are called.
    [[nodiscard]] static QString title(analysis::order::Kind kind);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    [[nodiscard]] QString words(const analysis::order::BrokenEvent& event, Column column) const;
    [[nodiscard]] QString overlapWords(Column column) const;

    std::vector<Column> columns_{Offset, Key, Started, Ended, By, ByEnded, Behind, Output};
    std::shared_ptr<const analysis::order::Evidence> evidence_;
    std::shared_ptr<const Catalog> names_;
    Clock clock_;
};

}  // namespace weir::views
