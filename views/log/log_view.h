// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/log_model.h"
#include "session/selection.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QStackedLayout;
class QToolButton;

namespace weir::views {

class DataTable;

/// What functions and Weir itself wrote, each line tied to its call.
class LogView : public QWidget {
    Q_OBJECT
  public:
    explicit LogView(Selection* selection, QWidget* parent = nullptr);

    void setSession(Session* session);
    void setFollowing(bool follow);
    /// The selection's call, instance or function restrict the lines.
    void setLinked(bool linked);
    /// A replay's cursor: what comes after it is quiet, and it is kept in view. Nothing: there is none.
    void setUntil(const std::optional<AsOf>& until);
    void showCursor();
    void setWords(const QString& words);
    [[nodiscard]] LogModel* model() const { return model_; }
    [[nodiscard]] DataTable* table() const { return table_; }

  signals:
    void failed(const weir::Error& error);
    /// Enter or double click: show the line's call in Lanes.
    void lanesWanted();

  private:
    void applyFilter();
    void updateEmpty();
    void rowChosen(const QModelIndex& row);

    QPointer<Session> session_;
    Selection* const selection_;
    LogModel* model_;
    DataTable* table_;
    QPlainTextEdit* whole_;
    QLabel* empty_;
    QStackedLayout* pages_;
    QString words_;
    QTimer type_timer_;
    bool follow_ = false, linked_ = true, choosing_ = false;
};

/// What stands at the right of the selection while Log is in front.
class LogTools : public QWidget {
    Q_OBJECT
  public:
    explicit LogTools(LogView* view, QWidget* parent = nullptr);
};

}  // namespace weir::views
