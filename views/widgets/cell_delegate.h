// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/as_of.h"

#include <QPersistentModelIndex>
#include <QStyledItemDelegate>

namespace weir::views {

/// What a cell means beyond its words; the delegate gives the colour, and a glyph where one is asked for.
enum class CellTone { Plain, Quiet, Warn, Failed, Broken, Cold, Retry, Success };

/// Draws table cells: quiet where all is well, glyph and word for an outcome, a bar at the left of the chosen
/// row. Rows are 22 high.
class CellDelegate : public QStyledItemDelegate {
    Q_OBJECT
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

    /// The column that shows an outcome, and the roles of EventOutcome::Kind and of quiet cells.
    void setOutcomeColumn(int column, int kind_role) {
        outcome_column_ = column;
        kind_role_ = kind_role;
    }
    void setQuietRole(int role) { quiet_role_ = role; }
    /// The role that gives an int of CellTone.
    void setToneRole(int role) { tone_role_ = role; }
    /// The role that gives an int of Glyph to stand before the words, −1 for none.
    void setGlyphRole(int role) { glyph_role_ = role; }
    /// The role that gives the colour of a bar at the left of the row.
    void setBarRole(int role) { bar_role_ = role; }
    /// The role that gives an int of RowTime: what is yet to come is quiet, the row of the cursor is
    /// underlined.
    void setTimeRole(int role) { time_role_ = role; }
    /// The column of names: too long, they are cut in the middle.
    void setNameColumn(int column) { name_column_ = column; }
    void setHoveredRow(int row) { hovered_row_ = row; }
    [[nodiscard]] int hoveredRow() const { return hovered_row_; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

  private:
    int outcome_column_ = -1, kind_role_ = 0, quiet_role_ = 0, hovered_row_ = -1, tone_role_ = 0,
        glyph_role_ = 0, bar_role_ = 0, time_role_ = 0, name_column_ = -1;
};

}  // namespace weir::views
