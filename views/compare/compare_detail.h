// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "replay/compare/compare.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QStackedLayout;

namespace weir::views {

class CompareTable;
class DataTable;
class FactsGrid;
class PaneTitle;

/// One output that differs, for the inspector: where it stands in both sessions, and each field.
class CompareDetail : public QWidget {
    Q_OBJECT
  public:
    explicit CompareDetail(QWidget* parent = nullptr);

    /// `side`: which of the two is the session on the screen; `by_place`: the cause stands at the same place
    /// in both.
    void show(const compare::Example& example, std::size_t side, bool by_place);
    void clear();
    [[nodiscard]] CompareTable* changes() const { return changes_; }

  signals:
    /// An event of the session on the screen.
    void eventWanted(const weir::compare::Place& place);

  private:
    QStackedLayout* pages_;
    PaneTitle *title_, *fields_title_;
    FactsGrid* facts_;
    CompareTable* changes_;
    DataTable* table_;
    QLabel* note_;
    QPushButton *cause_, *output_;
    std::optional<compare::Place> cause_place_, output_place_;
};

}  // namespace weir::views
