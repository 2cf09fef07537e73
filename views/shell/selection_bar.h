// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/selection.h"
#include "session/session.h"
#include "widgets/chip.h"

#include <QWidget>

class QHBoxLayout;
class QStackedWidget;
class QToolButton;

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
    [[nodiscard]] Chip* keyChip() const { return key_; }
    [[nodiscard]] Chip* itemChip() const { return item_; }
    [[nodiscard]] Chip* findingChip() const { return finding_; }
    /// What the chosen finding is called; empty: its number.
    void setFindingName(const QString& name);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void refresh();
    [[nodiscard]] QString placeWords() const;
    [[nodiscard]] QString itemWords() const;

    QPointer<Session> session_;
    Selection* const selection_;
    Clock clock_;
    Chip *time_, *place_, *key_, *finding_, *item_;
    QToolButton *back_, *forward_;
    QString finding_name_;
    QStackedWidget* tools_;
};

}  // namespace weir::views
