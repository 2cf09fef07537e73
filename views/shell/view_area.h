// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QPointer>
#include <QString>
#include <QVector>
#include <QWidget>

class QDockWidget;
class QMainWindow;
class QStackedWidget;
class QTabBar;

namespace weir::views {

/// Where a view stands.
enum class ViewPlace { Tab, Right, Below, Window };

/// The views of a session: each in the tabs, or docked beside or below them, or in a window of its own. A tab
/// stays for each; the tab of a docked view brings it to the front. Where views stand is remembered.
class ViewArea : public QWidget {
    Q_OBJECT
  public:
    explicit ViewArea(QMainWindow* frame);

    /// `id` is stable: settings are kept by it.
    int add(const QString& id, const QString& name, QWidget* view);
    [[nodiscard]] int count() const { return static_cast<int>(views_.size()); }
    [[nodiscard]] QWidget* view(int index) const { return views_[index].widget; }
    [[nodiscard]] const QString& name(int index) const { return views_[index].name; }
    [[nodiscard]] const QString& id(int index) const { return views_[index].id; }
    [[nodiscard]] QTabBar* tabs() const { return tabs_; }

    /// The view that the user works in.
    [[nodiscard]] int current() const { return current_; }
    void show(int index);
    void place(int index, ViewPlace place);
    [[nodiscard]] ViewPlace placeOf(int index) const;

    /// Docked views come and go with the session.
    void setShown(bool shown);
    void saveLayout();
    void restoreLayout();
    /// All views back in the tabs, the inspector at the right.
    void resetLayout();

  signals:
    /// Another view is in front; its tools and inspector follow.
    void currentChanged(int index);

  private:
    struct View {
        QString id, name;
        QWidget* widget = nullptr;
        QDockWidget* dock = nullptr;  ///< null: in the tabs
    };
    void dock(View& view, int index);
    void undock(View& view);
    void showFirstTabbed();
    void followFocus(QWidget* now);
    void showTabMenu(const QPoint& at);

    QMainWindow* const frame_;
    QTabBar* tabs_;
    QStackedWidget* pages_;
    QWidget* nothing_;
    QVector<View> views_;
    int current_ = 0;
    bool shown_ = false;
};

}  // namespace weir::views
