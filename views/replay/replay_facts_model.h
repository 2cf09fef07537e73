// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "replay/replay_picture.h"
#include "session/catalog.h"

#include <QAbstractTableModel>

#include <memory>

namespace weir::views {

/// What happened around the cursor, a line each; what is yet to come is quiet.
class ReplayFactsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { Time, What, Words, Columns };
    enum Role { ToneRole = Qt::UserRole + 1, GlyphRole };

    using QAbstractTableModel::QAbstractTableModel;

    void show(const ReplayPicture& picture, std::shared_ptr<const Catalog> names);
    [[nodiscard]] const ReplayFact* fact(int row) const;
    /// The row of the cursor, −1 before everything.
    [[nodiscard]] int cursorRow() const { return happened_ - 1; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    std::vector<ReplayFact> facts_;
    int happened_ = 0;
    std::shared_ptr<const Catalog> names_;
    Clock clock_;
};

/// `#11 412 of validate-bid on vb-5, bids/3 @ 72 976 – 73 055`.
[[nodiscard]] QString factWords(const ReplayFact& fact, const Catalog& names);

}  // namespace weir::views
