// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMap>
#include <QObject>
#include <QString>
#include <QVector>

class QMenu;
class QPoint;
class QToolButton;

namespace weir::views {

class DataTable;

/// Keeps the columns of a table within its width, so that it need not be scrolled sideways: one column gives
/// way first and elides, then the least important are hidden, and come back when there is room. A menu at the
/// right end of the head, also under the right mouse button, shows and hides columns by hand; that is
/// remembered.
class ColumnFit : public QObject {
    Q_OBJECT
  public:
    /// After DataTable::setWidths(). `id`: settings are kept by it. `giving`: the column that elides.
    /// `hidden_first`: columns that may be hidden, the first one first.
    ColumnFit(DataTable* table, QString id, int giving, QVector<int> hidden_first);

    void fit();
    /// By hand: whatever the room.
    void setShown(int column, bool shown);
    /// By the room again.
    void reset();
    /// Hidden for want of room.
    [[nodiscard]] int leftOut() const { return left_out_; }
    [[nodiscard]] QToolButton* button() const { return button_; }
    void fill(QMenu& menu);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void placeButton();
    void showMenu(const QPoint& at);
    void save() const;
    [[nodiscard]] QString name(int column) const;

    DataTable* const table_;
    const QString id_;
    const int giving_;
    const QVector<int> hidden_first_;
    QVector<int> widths_;      ///< each as wide as it wants to be
    QMap<int, bool> by_hand_;  ///< columns that were shown or hidden by hand
    QToolButton* button_;
    int left_out_ = 0;
    bool fitting_ = false;
};

}  // namespace weir::views
