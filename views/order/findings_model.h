// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "format/format.h"
#include "order/finding_group.h"
#include "session/as_of.h"
#include "session/catalog.h"

#include <QAbstractItemModel>

#include <memory>
#include <vector>

namespace weir::views {

/// Findings as a tree: a kind, under it a row for each cause, function and partition. Errors first.
class FindingsModel : public QAbstractItemModel {
    Q_OBJECT
  public:
    enum Column { What, Scope, Units, Severity, FirstAt, Columns };
    enum Role { GlyphRole = Qt::UserRole + 1, ToneRole, DetailRole, TimeRole };

    using QAbstractItemModel::QAbstractItemModel;

    /// `keep`: rows that are there stay where they are, new ones come at the end of their kind.
    void show(std::vector<FindingGroup> groups, std::shared_ptr<const Catalog> names, bool keep = false);
    /// The group of a row; null for a kind.
    [[nodiscard]] const FindingGroup* group(const QModelIndex& index) const;
    /// Where the group with that worst finding stands; invalid when it is not here.
    [[nodiscard]] QModelIndex indexOf(const FindingGroup& group) const;

    /// The row of the newest finding up to the cursor of Replay; invalid: none, or there is no cursor.
    [[nodiscard]] QModelIndex cursorIndex() const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    struct Branch {
        analysis::order::Kind kind;
        analysis::order::Severity severity;
        std::int64_t units = 0;
        std::optional<std::int64_t> passed;
        std::vector<FindingGroup> groups;
    };
    [[nodiscard]] bool orderAsShown(std::vector<Branch>& branches) const;
    void grow(std::vector<Branch> branches);
    void tellNumbers();
    [[nodiscard]] QVariant branchData(const Branch& branch, int column, int role) const;
    [[nodiscard]] QVariant groupData(const FindingGroup& group, int column, int role) const;

    std::vector<Branch> branches_;
    std::shared_ptr<const Catalog> names_;
    Clock clock_;
};

}  // namespace weir::views
