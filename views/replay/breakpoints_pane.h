// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "replay/cursor.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QToolButton;
class QTreeView;

namespace weir::views {

class BreakpointsModel;
class FilterField;

/// Breakpoints and what runs to them. What stands in the field is one, too, until it is added to the list.
class BreakpointsPane : public QWidget {
    Q_OBJECT
  public:
    explicit BreakpointsPane(QWidget* parent = nullptr);

    [[nodiscard]] FilterField* field() const { return field_; }
    [[nodiscard]] BreakpointsModel* model() const { return model_; }
    [[nodiscard]] QTreeView* list() const { return list_; }
    void say(const QString& words);
    [[nodiscard]] QString note() const;
    void setBusy(bool busy);
    /// Takes what stands in the field into the list.
    void add();

  signals:
    void runWanted(weir::replay::Direction direction);
    void stopWanted();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void removeChosen();
    void fit();

    FilterField* field_;
    BreakpointsModel* model_;
    QTreeView* list_;
    QToolButton *add_, *remove_;
    QPushButton* stop_;
    QLabel* note_;
};

}  // namespace weir::views
