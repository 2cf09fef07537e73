// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/as_of.h"
#include "session/session.h"

#include <QAbstractTableModel>
#include <QPointer>
#include <QTimer>

#include <list>
#include <unordered_map>
#include <vector>

namespace weir::views {

/// Which lines to show. Empty: all.
struct LogFilter {
    InvocationId call;
    InstanceId instance;
    FunctionId function;
    QString words;  ///< lines that hold them, upper and lower case alike
    bool operator==(const LogFilter&) const = default;
    [[nodiscard]] bool empty() const { return *this == LogFilter{}; }
};

/// What functions, and Weir itself, wrote, in the order in which it came. Without a filter a row is an id and
/// pages are read when asked for; with one, lines are searched in the background and come as they are found.
class LogModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { Time, Function, Instance, Call, Stream, Text, Columns };
    enum Role { ToneRole = Qt::UserRole + 1, CallRole, TimeRole };
    static constexpr int kPage = 200, kMostPages = 40;
    static constexpr int kMostFound = 100'000;

    explicit LogModel(QObject* parent = nullptr);

    void setSession(Session* session);
    void setFilter(const LogFilter& filter);
    [[nodiscard]] const LogFilter& filter() const { return filter_; }
    /// A search is still on its way.
    [[nodiscard]] bool searching() const { return searching_; }
    /// More lines matched than are kept.
    [[nodiscard]] bool cut() const { return static_cast<int>(found_.size()) >= kMostFound; }
    /// The line when it is here.
    [[nodiscard]] const journal::LogRow* line(int row) const;

    /// Lines after the cursor are quiet. Nothing: there is no cursor.
    void setUntil(const std::optional<AsOf>& until);
    /// The newest line at the cursor; −1: none, or there is no cursor.
    [[nodiscard]] int cursorRow() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  signals:
    void searchChanged();
    void failed(const weir::Error& error);

  private:
    struct Page {
        std::vector<journal::LogRow> lines;
        std::list<int>::iterator use;
    };
    void restart();
    void grow();
    void search();
    void want(int page) const;
    void askNext();
    [[nodiscard]] QString display(const journal::LogRow& line, int column) const;
    [[nodiscard]] FunctionId functionOf(const journal::LogRow& line) const;

    QPointer<Session> session_;
    Clock clock_;
    LogFilter filter_;
    std::optional<AsOf> until_;
    int rows_ = 0;
    std::uint64_t generation_ = 0;
    mutable std::unordered_map<int, Page> pages_;
    mutable std::list<int> by_use_;
    mutable std::vector<int> wanted_;
    mutable QTimer ask_timer_;
    int asking_ = -1;
    std::vector<journal::LogRow> found_;
    std::int64_t searched_ = 0;  ///< ids up to here were looked at
    bool searching_ = false;
};

}  // namespace weir::views
