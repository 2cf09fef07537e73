// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/lineage/aggregate.h"
#include "analysis/lineage/lineage.h"
#include "session/selection.h"
#include "session/session.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

#include <memory>

class QLabel;
class QScrollArea;
class QStackedLayout;

namespace weir::views {

class AggregateCanvas;
class LineageCanvas;

/// What caused the chosen event and what it caused, over topics and functions.
class LineageView : public QWidget {
    Q_OBJECT
  public:
    explicit LineageView(Selection* selection, QWidget* parent = nullptr);

    void setSession(Session* session);
    /// Steps with and against the flow, −1: all.
    void setSteps(int up, int down);
    void setMostInColumn(int most);
    /// A replay's cursor: what had not happened by then is faint. Nothing: there is none.
    void setUntil(std::optional<TimeNs> at);
    /// All events together instead of one.
    void setAggregate(bool on);
    [[nodiscard]] const analysis::LineageAggregate* aggregate() const { return together_.get(); }
    [[nodiscard]] AggregateCanvas* aggregateCanvas() const { return all_; }
    [[nodiscard]] LineageCanvas* canvas() const { return canvas_; }
    [[nodiscard]] const analysis::Lineage* lineage() const { return lineage_.get(); }
    /// Writes the picture as `.svg` or the graph as `.dot`, by the name's ending; what went wrong, or
    /// nothing.
    [[nodiscard]] QString exportTo(const QString& path) const;
    [[nodiscard]] QString emptyText() const;
    [[nodiscard]] QString note() const;

  signals:
    void failed(const weir::Error& error);

  private:
    void ask();
    void askMatches();
    void askAggregate();
    void show(analysis::Lineage lineage);
    void updateNote();
    void selectionChanged();
    void updateEmpty();

    QPointer<Session> session_;
    Selection* const selection_;
    analysis::LineageOptions options_;
    std::shared_ptr<const analysis::Lineage> lineage_;
    std::shared_ptr<const analysis::LineageAggregate> together_;
    bool aggregate_ = false, asking_all_ = false;
    EventId asked_;
    std::optional<TimeNs> until_;
    std::string filter_;  ///< that the dimmed boxes are of
    bool asking_ = false, own_choice_ = false;
    std::uint64_t generation_ = 0;
    QTimer live_timer_;

    QLabel *note_, *all_note_;
    LineageCanvas* canvas_;
    AggregateCanvas* all_;
    QScrollArea *scroll_, *all_scroll_;
    QWidget* all_page_;
    QLabel* empty_;
    QStackedLayout* pages_;
};

/// What stands at the right of the selection while Lineage is in front.
class LineageTools : public QWidget {
    Q_OBJECT
  public:
    explicit LineageTools(LineageView* view, QWidget* parent = nullptr);
};

}  // namespace weir::views
