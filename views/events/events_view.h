// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "events/events_model.h"
#include "session/selection.h"

#include <QTableView>
#include <QWidget>

class QLabel;
class QPushButton;
class QStackedLayout;

namespace weir::views {

class CellDelegate;

/// The table that keeps track of the row under the pointer.
class EventsTable : public QTableView {
    Q_OBJECT
  public:
    explicit EventsTable(QWidget* parent = nullptr);

  signals:
    /// The room for columns changed: the window, or a scroll bar came or went.
    void resized();

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

  private:
    void hover(int row);
    friend class EventsView;
    CellDelegate* delegate_;
};

/// One table of all events in the order of their arrival.
class EventsView : public QWidget {
    Q_OBJECT
  public:
    explicit EventsView(Selection* selection, QWidget* parent = nullptr);

    void setSession(Session* session);
    [[nodiscard]] EventsModel* model() const { return model_; }
    [[nodiscard]] QTableView* table() const { return table_; }
    [[nodiscard]] bool following() const { return follow_; }
    void setFollowing(bool follow);
    /// Scrolls to the event and chooses it.
    void show(EventId event);
    /// A replay's cursor: what comes after it is quiet, and it is kept in view. Nothing: there is none.
    void setUntil(const std::optional<AsOf>& until);
    void showCursor();
    /// What the filter field says; the selection's place, function, key and time narrow it further.
    void setFilter(const filter::Filter& filter);
    /// False: all events stay in the table, and the filter only serves find().
    void setNarrowed(bool narrowed);
    /// A column for a place in the value, as the filter language writes it. False: it is no such place.
    bool addPlace(const QString& typed);
    void askPlace();
    void removePlace(int place);
    void setRules(const QVector<ColourRule>& rules);
    void editRules();
    /// Goes to the next (1) or previous (−1) event for which the field's filter holds.
    void find(int direction);
    /// Shows or hides a column; remembered.
    void setColumnShown(int column, bool shown);

  signals:
    void followingChanged(bool follow);
    void failed(const weir::Error& error);
    /// Enter or double click: show its call in Lanes.
    void lanesWanted();
    void lineageWanted();
    void clearFilterWanted();
    /// find() came to an end without a hit.
    void nothingFound(int direction);

  private:
    enum class CopyAs { Value, Json, Curl, Kcat };
    void applyFilter();
    void copy(CopyAs form);
    void showColumnMenu(const QPoint& at);
    void showRowMenu(const QPoint& at);
    void restoreColumns();
    void currentChanged(const QModelIndex& current);
    void selectionChanged();
    void updateEmpty();
    void setColumnWidths();
    void fitValueColumn();

    QPointer<Session> session_;
    Selection* const selection_;
    EventsModel* model_;
    EventsTable* table_;
    QLabel* empty_;
    QStackedLayout* pages_;
    filter::Filter filter_;
    QPushButton* clear_;
    bool narrowed_ = true, finding_ = false;
    EventId awaited_;  ///< chosen, and to be shown as soon as it is found
    bool follow_ = false;
    bool fitting_ = false;        ///< widths change by themselves
    bool columns_moved_ = false;  ///< by the user: their widths are left alone
};

}  // namespace weir::views
