// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/selection.h"
#include "session/session.h"
#include "widgets/chip.h"

#include <QWidget>

class QHBoxLayout;
class QStackedWidget;

namespace weir::views {

/// What is chosen, as chips, and at the right the tools of the view in front. A thin line below tells how far
/// a session was read.
class SelectionBar : public QWidget {
    Q_OBJECT
  public:
    explicit SelectionBar(Selection* selection, QWidget* parent = nullptr);

    void setSession(Session* session);
    void addTools(QWidget* tools);
    void showTools(int index);
    [[nodiscard]] Chip* timeChip() const { return time_; }
    [[nodiscard]] Chip* placeChip() const { return place_; }
    [[nodiscard]] Chip* itemChip() const { return item_; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void refresh();

    QPointer<Session> session_;
    Selection* const selection_;
    Clock clock_;
    Chip *time_, *place_, *item_;
    QStackedWidget* tools_;
};

}  // namespace weir::views
