// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/cell_delegate.h"

namespace weir::views {

/// A cell whose change is a bar beside its words: to the right more, to the left less, at its end twice as
/// much or nothing left; grey when it may be chance.
class ChangeDelegate : public CellDelegate {
    Q_OBJECT
  public:
    using CellDelegate::CellDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
};

}  // namespace weir::views
