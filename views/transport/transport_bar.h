// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/selection.h"
#include "session/session.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QLabel;
class QToolButton;

namespace weir::views {

class Minimap;

/// What a step goes to.
enum class StepUnit { Call, Event, Failure, ColdStart };

/// The bar below the views: stepping at the left, the minimap, the time and Live at the right.
class TransportBar : public QWidget {
    Q_OBJECT
  public:
    explicit TransportBar(Selection* selection, QWidget* parent = nullptr);

    void setSession(Session* session);
    void setFollowing(bool following);
    /// A replay's cursor: the instant that is shown and marked. Nothing: there is none.
    void setReplayed(std::optional<TimeNs> at);
    [[nodiscard]] Minimap* minimap() const { return minimap_; }
    [[nodiscard]] StepUnit unit() const;
    void setUnit(StepUnit unit);
    [[nodiscard]] QToolButton* liveButton() const { return live_; }

    /// Chooses the next (1) or previous (−1) thing of the unit that the selection's function, place and
    /// instance let through; from the middle of the view when nothing is chosen. False: there is none.
    bool step(int direction);
    /// Chooses the first (−1) or last (1).
    bool stepToEnd(int direction);

  signals:
    void followWanted(bool follow);
    void stepped();

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void refresh();
    [[nodiscard]] TimeNs chosenTime() const;
    bool stepCall(std::int64_t from, int direction);
    [[nodiscard]] bool passes(const Call& call) const;

    QPointer<Session> session_;
    Selection* const selection_;
    Clock clock_;
    Minimap* minimap_;
    QComboBox* unit_;
    QToolButton* live_;
    QLabel *time_, *range_;
    QVector<QToolButton*> steps_;
    std::optional<TimeNs> replayed_;
    bool following_ = false;
};

}  // namespace weir::views
