// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/evidence.h"
#include "lanes/marked_call.h"
#include "order/finding_group.h"
#include "session/as_of.h"
#include "session/selection.h"
#include "session/session.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

#include <memory>

class QLabel;
class QPushButton;
class QStackedLayout;
class QToolButton;
class QTreeView;

namespace weir::views {

class BrokenByPartition;
class BrokenEventsModel;
class DataTable;
class EvidenceClock;
class FindingsModel;
class OrderPicture;
class PaneTitle;

/// Order findings by kind and cause; the chosen one as a picture: expected order, actual order, who overtook
/// whom and why, with the evidence.
class OrderView : public QWidget {
    Q_OBJECT
  public:
    explicit OrderView(Selection* selection, QWidget* parent = nullptr);

    void setSession(Session* session);
    /// A replay's cursor: what was found later is quiet, counts end there. Nothing: there is none.
    void setUntil(const std::optional<AsOf>& until);
    [[nodiscard]] FindingsModel* findings() const { return findings_; }
    [[nodiscard]] BrokenEventsModel* brokenEvents() const { return events_; }
    [[nodiscard]] const FindingTotals& totals() const { return overview_.totals; }
    [[nodiscard]] QString sentence() const;
    [[nodiscard]] QString emptyText() const;
    /// Evidence of the chosen finding is on the screen.
    [[nodiscard]] bool showsEvidence() const { return evidence_ != nullptr; }

  signals:
    void failed(const weir::Error& error);
    /// How many units are errors, for the badge of the tab.
    void errorsChanged(std::int64_t units);
    /// All findings of the session, whatever the filter.
    void findingsChanged(const weir::views::FindingsOverview& all);
    void lanesWanted();
    void eventsWanted();
    void lineageWanted();
    /// The calls of the chosen finding, for the other views; none: no finding is chosen.
    void callsMarked(const std::vector<weir::views::MarkedCall>& calls);

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    using Wanted = void (OrderView::*)();
    void fitColumns();
    QWidget* buildLeft();
    QWidget* buildRight();
    void refresh();
    struct Answer;
    void take(FindingsOverview overview);
    void filterChanged();
    void choose(const QModelIndex& index);
    void ask(std::int64_t finding);
    void showEvidence(analysis::order::Evidence evidence);
    void showHead();
    void showKeyPlaces();
    /// Chooses the first broken event, unless one of the finding is chosen already, then tells `signal`.
    void go(Wanted signal);
    [[nodiscard]] bool choseOfFinding() const;
    void chooseOutput(Wanted signal);
    void mark();
    void sort();
    [[nodiscard]] bool looksAtRows() const;
    void selectionChanged();
    void updateTotals();
    void markLater();
    void updateEmpty();

    QPointer<Session> session_;
    Selection* const selection_;
    FindingsOverview overview_;
    std::optional<FindingsOverview> all_;  ///< without the filter
    // Of the reader's thread, one question at a time; `matching_` only with a filter.
    std::shared_ptr<FindingsTally> tally_, matching_;
    std::shared_ptr<const analysis::order::Evidence> evidence_;
    std::optional<AsOf> until_;
    std::string filter_;       ///< that `matching_` is of
    std::int64_t shown_ = 0;   ///< row of the finding that was asked for
    std::int64_t drawn_ = 0;   ///< of the one that `evidence_` is of
    Wanted wanted_ = nullptr;  ///< waits for the evidence
    std::uint64_t generation_ = 0;
    bool asking_ = false, dirty_ = false;
    QTimer refresh_timer_;

    FindingsModel* findings_;
    BrokenEventsModel* events_;
    QLabel *totals_, *displaced_, *verdict_;
    QTreeView* tree_ = nullptr;
    BrokenByPartition* partitions_;
    QLabel *glyph_, *headline_, *severity_, *sentence_;
    OrderPicture* picture_;
    PaneTitle *clock_title_, *events_title_;
    EvidenceClock* clock_;
    DataTable* table_;
    QLabel* key_places_;  ///< of a key-split
    QWidget* filler_;     ///< below what has no picture
    QPushButton *lanes_, *lineage_;
    QLabel* empty_;
    QLabel* nothing_chosen_;
    QStackedLayout *pages_, *right_pages_;
};

}  // namespace weir::views
