// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "events/colour_rules.h"
#include "events/event_outcome.h"
#include "events/json_column.h"
#include "filter/query.h"
#include "session/as_of.h"
#include "session/session.h"

#include <QAbstractTableModel>
#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>

#include <list>
#include <unordered_map>
#include <vector>

namespace weir::views {

/// An event with its deliveries, as a row shows it.
struct EventEntry {
    journal::EventRow row;
    std::vector<journal::DeliveryRow> recorded;    ///< all deliveries
    std::vector<journal::DeliveryRow> deliveries;  ///< those there were at the cursor of Replay, else all
    EventOutcome outcome;
    std::vector<std::string> places;  ///< of the columns that the user added
    int rule = -1;                    ///< the colour rule that holds; −1: none
};

/// Events of a session in the order of their arrival: all of them, or those for which a filter holds. Ids
/// count from 1 without a gap, so without a filter a row is an id; with one, ids are searched in the
/// background and rows come as they are found. Rows are read a page at a time when they are asked for, and
/// the least used pages are forgotten.
class EventsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column {
        Time,
        Topic,
        Partition,
        Offset,
        Key,
        Type,
        Value,
        DeliveredTo,
        Outcome,
        Wait,
        Run,
        Columns
    };
    enum Role {
        EventIdRole = Qt::UserRole + 1,
        OutcomeKindRole,  ///< int of EventOutcome::Kind
        QuietRole,        ///< true: draw in the second text colour
        LoadedRole,
        BarRole,  ///< colour of the bar at the left of the row, invalid: none
        TimeRole  ///< int of RowTime
    };
    static constexpr int kPage = 128;
    static constexpr int kMostPages = 64;

    explicit EventsModel(QObject* parent = nullptr);

    void setSession(Session* session);
    /// Everything again when it matches all.
    void setFilter(const filter::Filter& filter);
    [[nodiscard]] const filter::Filter& filter() const { return filter_; }
    /// The search has not reached the end yet.
    [[nodiscard]] bool searching() const { return searching_; }

    /// More columns, behind the others: places in the JSON of the value.
    void setPlaces(std::vector<JsonColumn> places);
    [[nodiscard]] const std::vector<JsonColumn>& places() const { return places_; }
    void setRules(const QVector<ColourRule>& rules);
    [[nodiscard]] const QVector<ColourRule>& rules() const { return rules_; }

    /// Rows tell what had happened by then. Nothing: all that is known. Nothing is read for it.
    void setUntil(const std::optional<AsOf>& until);
    /// The newest event that had arrived at the cursor; −1: none, or there is no cursor.
    [[nodiscard]] int cursorRow() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// The entry when its page is here.
    [[nodiscard]] const EventEntry* entry(int row) const;
    [[nodiscard]] EventId idAt(int row) const;
    /// −1 when the filter does not let it through, or has not come to it yet.
    [[nodiscard]] int rowOf(EventId id) const;
    [[nodiscard]] int pagesHeld() const { return static_cast<int>(pages_.size()); }

  signals:
    /// A page could not be read.
    void failed(const weir::Error& error);
    void searchChanged();

  private:
    struct Page {
        std::vector<EventEntry> entries;
        bool settled = false;
        std::list<int>::iterator use;
        std::uint64_t as_of = 0;  ///< the cursor that it was told for
    };
    struct Answer {
        Result<std::vector<EventEntry>> entries;
    };

    void restart();
    void forget();
    void grow();
    void search();
    void takeFound(Result<filter::Page> page, std::int64_t asked_of);
    void want(int page) const;
    void askNext();
    void take(int page, std::uint64_t generation, Answer answer);
    void refreshUnsettled();
    void tell(Page& page) const;
    [[nodiscard]] RowTime timeOf(int row) const;
    [[nodiscard]] QVariant display(const EventEntry& entry, int column) const;
    [[nodiscard]] QString deliveredTo(const EventEntry& entry) const;

    QPointer<Session> session_;
    Clock clock_;
    int rows_ = 0;
    std::uint64_t generation_ = 0;
    mutable std::unordered_map<int, Page> pages_;
    mutable std::list<int> by_use_;    ///< most recent first
    mutable std::vector<int> wanted_;  ///< the newest wish last
    mutable QTimer ask_timer_;
    int asking_ = -1;
    QElapsedTimer since_refresh_;
    std::vector<JsonColumn> places_;
    QVector<ColourRule> rules_;
    std::optional<AsOf> until_;
    std::uint64_t as_of_ = 1;  ///< counts cursors
    filter::Filter filter_;
    std::vector<std::int64_t> found_;  ///< ids that passed the filter, rising
    std::int64_t search_from_ = 1;
    bool searching_ = false;
};

}  // namespace weir::views
