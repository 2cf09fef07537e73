// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "filter/complete.h"
#include "replay/replay_engine.h"
#include "session/as_of.h"
#include "session/selection.h"
#include "session/session.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

#include <memory>
#include <optional>

class QComboBox;
class QLabel;
class QStackedLayout;
class QToolButton;

namespace weir::views {

class BreakpointsPane;
class DataTable;
class FactsGrid;
class FilterField;
class PaneTitle;
class ReplayCallsModel;
class ReplayFactsModel;
class ReplayLanes;

/// A cursor through a session, both ways: what happened around it, how every partition stands there, what is
/// in flight. The other views show the session up to the cursor.
class ReplayView : public QWidget {
    Q_OBJECT
  public:
    explicit ReplayView(Selection* selection, QWidget* parent = nullptr);

    void setSession(Session* session);
    void setCompletion(const filter::CompletionData& data);

    void step(replay::Unit unit, replay::Direction direction);
    /// By the unit that is chosen in the tools.
    void step(replay::Direction direction);
    void setUnit(replay::Unit unit) { unit_ = unit; }
    /// To the next place for which a breakpoint holds.
    void run(replay::Direction direction);
    void toStart();
    void toEnd();
    void toTime(TimeNs at);
    /// To the finding, else the call, else the event that is chosen.
    void toChosen();
    /// Plays on at that speed; 0 stops.
    void play(double speed);
    void togglePlay();
    /// No cursor: the other views show all of the session again.
    void leave();

    [[nodiscard]] const ReplayPicture* picture() const { return picture_.get(); }
    [[nodiscard]] bool busy() const { return engine_->busy(); }
    /// A breakpoint that is not in the list.
    [[nodiscard]] FilterField* breakpointField() const;
    [[nodiscard]] BreakpointsPane* breakpoints() const { return breakpoints_; }
    [[nodiscard]] ReplayFactsModel* facts() const { return facts_; }
    [[nodiscard]] ReplayCallsModel* calls() const { return calls_; }
    [[nodiscard]] QString note() const;
    /// Breakpoint and figures at the cursor, for the inspector.
    [[nodiscard]] QWidget* detail() const { return detail_; }

  signals:
    void failed(const weir::Error& error);
    /// Where the cursor stands; nothing: nowhere, or the user left.
    void cursorMoved(const std::optional<weir::views::AsOf>& at);

  protected:
    void showEvent(QShowEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    QWidget* buildJournal();
    QWidget* buildState();
    QWidget* buildDetail();
    void openEngine();
    void toTransport();
    void take(const ReplayPicture& picture);
    void showWatch();
    void choose(const QModelIndex& index);
    void say(const QString& words);

    QPointer<Session> session_;
    Selection* const selection_;
    Clock clock_;
    ReplayEngine* engine_;
    ReplayFactsModel* facts_;
    ReplayCallsModel* calls_;
    std::shared_ptr<const ReplayPicture> picture_;
    replay::Unit unit_ = replay::Unit::Moment;
    bool used_ = false;                        ///< the user has moved the cursor: other views follow
    bool opening_ = false;                     ///< the session: its first picture is not there yet
    bool showing_ = false;                     ///< models are being filled: not a choice of the user
    std::shared_ptr<std::string> stopped_by_;  ///< the filter that a run stopped at
    double speed_ = 0;
    QTimer play_timer_;

    DataTable *journal_, *calls_table_;
    PaneTitle *journal_title_, *state_title_, *calls_title_;
    ReplayLanes* lanes_;
    BreakpointsPane* breakpoints_;
    FactsGrid* watch_;
    QLabel* empty_;
    QWidget* detail_;
    QStackedLayout* pages_;
};

/// What stands at the right of the selection while Replay is in front.
class ReplayTools : public QWidget {
    Q_OBJECT
  public:
    explicit ReplayTools(ReplayView* view, QWidget* parent = nullptr);
};

}  // namespace weir::views
