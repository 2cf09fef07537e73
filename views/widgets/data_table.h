// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>

#include <functional>

namespace weir::views {

class CellDelegate;

/// The table of all views: rows of 22, no grid, one row chosen at a time, the row under the pointer lit.
class DataTable : public QTableView {
    Q_OBJECT
  public:
    explicit DataTable(const QString& name, QWidget* parent = nullptr);

    [[nodiscard]] CellDelegate* cells() const { return cells_; }
    /// Widths by what the columns hold at most: a text for each, wide enough for the head too.
    void setWidths(const QStringList& samples);

  signals:
    /// The room for columns changed: the window, or a scroll bar came or went.
    void resized();

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

  private:
    void hover(int row);
    CellDelegate* cells_;
};

/// Calls `chosen` with the row that becomes the selected one. The focus alone makes a row the current one,
/// which is no choice; and a click makes it current before it selects it.
void whenRowChosen(QAbstractItemView& view, QObject* context, std::function<void(const QModelIndex&)> chosen);

/// Scrolls when the row is not in view, or stands at its very edge: then it comes to the middle.
void keepInView(QTableView& table, int row);

/// The title above a table or a canvas, 26 high: words, and something quiet beside them.
class PaneTitle : public QWidget {
    Q_OBJECT
  public:
    explicit PaneTitle(const QString& title, QWidget* parent = nullptr);
    void setTitle(const QString& title);
    void setDetail(const QString& detail);
    void setRight(const QString& right);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QString title_, detail_, right_;
};

}  // namespace weir::views
