// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/view_area.h"

#include "theme/glyphs.h"
#include "theme/theme.h"
#include "widgets/dock_title.h"

#include <QApplication>
#include <QDockWidget>
#include <QLabel>
#include <QMainWindow>
#include <QMenu>
#include <QSettings>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace weir::views {

ViewArea::ViewArea(QMainWindow* frame)
    : QWidget(frame), frame_(frame), tabs_(new QTabBar), pages_(new QStackedWidget) {
    tabs_->setDrawBase(false);
    tabs_->setExpanding(false);
    tabs_->setUsesScrollButtons(true);
    tabs_->setElideMode(Qt::ElideNone);
    tabs_->setAccessibleName(tr("Views"));
    tabs_->setContextMenuPolicy(Qt::CustomContextMenu);
    auto* hint = new QLabel(tr("All views are docked. View, Reset layout brings them back."));
    hint->setAlignment(Qt::AlignCenter);
    hint->setForegroundRole(QPalette::PlaceholderText);
    nothing_ = hint;
    pages_->addWidget(nothing_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(pages_);
    connect(tabs_, &QTabBar::currentChanged, this, &ViewArea::show);
    connect(tabs_, &QTabBar::tabBarClicked, this, &ViewArea::show);
    connect(tabs_, &QWidget::customContextMenuRequested, this, &ViewArea::showTabMenu);
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) { followFocus(now); });
}

int ViewArea::add(const QString& id, const QString& name, QWidget* view) {
    views_.append({id, name, view, nullptr});
    pages_->addWidget(view);
    const QSignalBlocker quiet(tabs_);
    return tabs_->addTab(name);
}

void ViewArea::show(int index) {
    if (index < 0 || index >= count()) return;
    const bool other = index != current_;
    current_ = index;
    {
        const QSignalBlocker quiet(tabs_);
        tabs_->setCurrentIndex(index);
    }
    const View& view = views_[index];
    if (view.dock == nullptr) {
        pages_->setCurrentWidget(view.widget);
    } else {
        view.dock->show();
        view.dock->raise();
        if (view.dock->isFloating()) view.dock->activateWindow();
    }
    if (!tabs_->hasFocus()) view.widget->setFocus();
    if (other) emit currentChanged(index);
}

ViewPlace ViewArea::placeOf(int index) const {
    const View& view = views_[index];
    if (view.dock == nullptr) return ViewPlace::Tab;
    if (view.dock->isFloating()) return ViewPlace::Window;
    return frame_->dockWidgetArea(view.dock) == Qt::BottomDockWidgetArea ? ViewPlace::Below
                                                                         : ViewPlace::Right;
}

void ViewArea::dock(View& view, int index) {
    if (view.dock != nullptr) return;
    auto* dock = new QDockWidget(view.name, frame_);
    dock->setObjectName(QStringLiteral("view-") + view.id);
    auto* title = new DockTitle(view.name);
    title->addButton(Glyph::Close, tr("Back to the tabs"), [this, index] { place(index, ViewPlace::Tab); });
    dock->setTitleBarWidget(title);
    pages_->removeWidget(view.widget);
    dock->setWidget(view.widget);
    view.widget->show();
    view.dock = dock;
    tabs_->setTabIcon(index, glyphIcon(Glyph::Docked));
}

void ViewArea::undock(View& view) {
    if (view.dock == nullptr) return;
    const auto index = static_cast<int>(&view - views_.constData());
    view.dock->setWidget(nullptr);
    pages_->addWidget(view.widget);
    frame_->removeDockWidget(view.dock);
    view.dock->deleteLater();
    view.dock = nullptr;
    tabs_->setTabIcon(index, {});
}

void ViewArea::place(int index, ViewPlace place) {
    if (index < 0 || index >= count()) return;
    View& view = views_[index];
    if (place == ViewPlace::Tab) {
        undock(view);
    } else {
        dock(view, index);
        const auto area = place == ViewPlace::Below ? Qt::BottomDockWidgetArea : Qt::RightDockWidgetArea;
        frame_->addDockWidget(area, view.dock);
        view.dock->setFloating(place == ViewPlace::Window);
        if (place == ViewPlace::Window) {
            view.dock->resize(900, 600);
        } else if (place == ViewPlace::Below) {
            frame_->resizeDocks({view.dock}, {frame_->height() / 3}, Qt::Vertical);
        } else {
            frame_->resizeDocks({view.dock}, {frame_->width() / 3}, Qt::Horizontal);
        }
        view.dock->setVisible(shown_);
        showFirstTabbed();
    }
    show(index);
    saveLayout();
}

void ViewArea::showFirstTabbed() {
    if (pages_->currentWidget() != nullptr && pages_->currentWidget() != nothing_) return;
    for (const View& view : views_) {
        if (view.dock != nullptr) continue;
        pages_->setCurrentWidget(view.widget);
        return;
    }
    pages_->setCurrentWidget(nothing_);
}

void ViewArea::followFocus(QWidget* now) {
    if (now == nullptr || !shown_) return;
    for (int i = 0; i < count(); ++i) {
        if (i == current_ || (views_[i].widget != now && !views_[i].widget->isAncestorOf(now))) continue;
        current_ = i;
        const QSignalBlocker quiet(tabs_);
        tabs_->setCurrentIndex(i);
        emit currentChanged(i);
        return;
    }
}

void ViewArea::setShown(bool shown) {
    shown_ = shown;
    for (const View& view : views_) {
        if (view.dock != nullptr) view.dock->setVisible(shown);
    }
}

void ViewArea::saveLayout() {
    if (!shown_) return;
    QStringList docked;
    for (const View& view : views_) {
        if (view.dock != nullptr) docked << view.id;
    }
    QSettings settings;
    settings.setValue(QStringLiteral("window/docked"), docked);
    settings.setValue(QStringLiteral("window/state"), frame_->saveState(1));
}

void ViewArea::restoreLayout() {
    const QSettings settings;
    const QStringList docked = settings.value(QStringLiteral("window/docked")).toStringList();
    for (int i = 0; i < count(); ++i) {
        if (!docked.contains(views_[i].id)) continue;
        dock(views_[i], i);
        frame_->addDockWidget(Qt::RightDockWidgetArea, views_[i].dock);
    }
    const QByteArray state = settings.value(QStringLiteral("window/state")).toByteArray();
    if (!state.isEmpty()) frame_->restoreState(state, 1);
    showFirstTabbed();
}

void ViewArea::resetLayout() {
    for (View& view : views_) undock(view);
    QSettings settings;
    settings.remove(QStringLiteral("window/docked"));
    settings.remove(QStringLiteral("window/state"));
    show(current_);
}

void ViewArea::showTabMenu(const QPoint& at) {
    const int index = tabs_->tabAt(at);
    if (index < 0) return;
    QMenu menu(this);
    const std::pair<ViewPlace, QString> places[] = {{ViewPlace::Tab, tr("In the tabs")},
                                                    {ViewPlace::Right, tr("Dock at the right")},
                                                    {ViewPlace::Below, tr("Dock below")},
                                                    {ViewPlace::Window, tr("In its own window")}};
    for (const auto& [where, words] : places) {
        QAction* action = menu.addAction(words);
        action->setCheckable(true);
        action->setChecked(placeOf(index) == where);
        connect(action, &QAction::triggered, this, [this, index, where = where] { place(index, where); });
    }
    menu.exec(tabs_->mapToGlobal(at));
}

}  // namespace weir::views
