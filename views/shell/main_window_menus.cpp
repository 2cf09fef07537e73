// SPDX-License-Identifier: GPL-3.0-or-later
// The menus of the window, and the palette that offers all of them.
#include "compare/compare_view.h"
#include "events/events_view.h"
#include "filter_bar/filter_field.h"
#include "lanes/lanes_canvas.h"
#include "palette/palette_window.h"
#include "shell/inspector_dock.h"
#include "shell/keys_window.h"
#include "shell/main_window.h"
#include "shell/view_area.h"
#include "shell/welcome.h"
#include "theme/theme.h"
#include "transport/transport_bar.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QRegularExpression>
#include <QSettings>
#include <QToolButton>

namespace weir::views {
namespace {

QString plain(QString words) {
    return words.remove(QLatin1Char('&'));
}

/// All actions of a menu and of those below it, with the names of the menus on the way.
void collect(const QMenu* menu, const QString& path, QVector<std::pair<QAction*, QString>>& into) {
    for (QAction* action : menu->actions()) {
        if (action->isSeparator()) continue;
        if (action->menu() != nullptr) {
            collect(action->menu(), plain(action->text()), into);
        } else {
            into.append({action, path});
        }
    }
}

QVector<std::pair<QAction*, QString>> menuActions(const QMenuBar* bar) {
    QVector<std::pair<QAction*, QString>> all;
    for (const QAction* top : bar->actions()) {
        if (top->menu() != nullptr) collect(top->menu(), plain(top->text()), all);
    }
    return all;
}

}  // namespace

QAction* MainWindow::add(QMenu* menu, const QString& words, const QKeySequence& key,
                         std::function<void()> slot) {
    QAction* action = menu->addAction(words);
    action->setShortcut(key);
    connect(action, &QAction::triggered, this, std::move(slot));
    return action;
}

void MainWindow::buildMenus() {
    buildFileMenu();
    buildViewMenu();
    buildGoMenu();
    buildRecordingMenu();
    QMenu* help = menuBar()->addMenu(tr("&Help"));
    add(help, tr("&Command palette…"), QKeySequence(tr("Ctrl+Shift+P")), [this] { showPalette(); });
    add(help, tr("&Keys"), QKeySequence(Qt::Key_Question), [this] { showKeys(); });
    add(help, tr("&About Weir"), {}, [this] { about(); });

    mode_->setForegroundRole(QPalette::PlaceholderText);
    mode_->setContentsMargins(8, 0, 12, 0);
    mode_->setAlignment(Qt::AlignVCenter | Qt::AlignRight);
    mode_->setAccessibleName(tr("Mode"));
    // What people look for first in the demo: the same auction in another order.
    other_order_->setText(tr("Other order"));
    other_order_->setToolTip(tr("Run the auction demo in another order; this recording ends first"));
    other_order_->setMenu(demo_menu_);
    other_order_->setPopupMode(QToolButton::InstantPopup);
    other_order_->setAutoRaise(true);
    corner_->setMinimumHeight(menuBar()->sizeHint().height());
    auto* row = new QHBoxLayout(corner_);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(other_order_);
    row->addWidget(mode_);
    showMode();
}

void MainWindow::buildFileMenu() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    add(file, tr("&Open session…"), QKeySequence::Open, [this] { emit welcome_->openWanted(); });
    add(file, tr("&Connect…"), QKeySequence(tr("Ctrl+K")), [this] { emit welcome_->connectWanted(); });
    add(file, tr("Run a &flow…"), {}, [this] { emit welcome_->flowWanted(); });
    QMenu* demo = demo_menu_ = file->addMenu(tr("Run the auction &demo"));
    add(demo, tr("Demo in order of each &partition"), {}, [this] { runDemo(flow::Order::Partition); });
    add(demo, tr("Demo in order of each &key"), {}, [this] { runDemo(flow::Order::Key); });
    add(demo, tr("Demo &without order"), {}, [this] { runDemo(flow::Order::None); });
    file->addSeparator();
    session_actions_ << add(file, tr("Compare &with another session…"), QKeySequence(tr("Ctrl+D")), [this] {
        showTab(Compare);
        compare_->choose();
    });
    session_actions_ << add(file, tr("Export a &report…"), QKeySequence(tr("Ctrl+E")), [this] {
        showExport(ExportForm::Page);
    }) << add(file, tr("Export a p&art of the session…"), {}, [this] { showExport(ExportForm::Part); });
    file->addSeparator();
    close_action_ = add(file, tr("Close &session"), QKeySequence::Close, [this] {
        if (!refuseWhileRecording()) closeSession();
    });
    file->addSeparator();
    add(file, tr("&Quit"), QKeySequence::Quit, [this] { close(); });
}

void MainWindow::buildViewMenu() {
    QMenu* view = menuBar()->addMenu(tr("&View"));
    session_actions_ << add(view, tr("Zoom &in"), QKeySequence::ZoomIn, [this] { lanes_->zoom(1 / 1.6); })
                     << add(view, tr("Zoom &out"), QKeySequence::ZoomOut, [this] { lanes_->zoom(1.6); })
                     << add(view, tr("&Fit the session"), QKeySequence(tr("Ctrl+0")),
                            [this] { lanes_->fit(); });
    live_action_ = add(view, tr("Follow li&ve"), {}, [this] { follow(true); });
    view->addSeparator();
    QMenu* places = view->addMenu(tr("&Place of this view"));
    const std::pair<ViewPlace, QString> choices[] = {{ViewPlace::Tab, tr("In the &tabs")},
                                                     {ViewPlace::Right, tr("Dock at the &right")},
                                                     {ViewPlace::Below, tr("Dock &below")},
                                                     {ViewPlace::Window, tr("In its own &window")}};
    for (const auto& [place, words] : choices) {
        session_actions_ << add(places, words, {},
                                [this, place = place] { views_->place(views_->current(), place); });
    }
    QAction* inspector = inspector_->toggleViewAction();
    inspector->setText(tr("I&nspector"));
    inspector->setShortcut(QKeySequence(tr("Ctrl+I")));
    connect(inspector, &QAction::triggered, this, [this](bool on) { inspector_wanted_ = on; });
    view->addAction(inspector);
    session_actions_ << inspector << add(view, tr("&Reset layout"), {}, [this] { resetLayout(); });
    view->addSeparator();
    QMenu* themes = view->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(themes);
    const std::pair<ThemeChoice, QString> theme_choices[] = {{ThemeChoice::System, tr("&System theme")},
                                                             {ThemeChoice::Light, tr("&Light theme")},
                                                             {ThemeChoice::Dark, tr("&Dark theme")}};
    for (const auto& [choice, words] : theme_choices) {
        QAction* action = themes->addAction(words);
        action->setCheckable(true);
        action->setChecked(choice == themeChoice());
        group->addAction(action);
        connect(action, &QAction::triggered, this, [choice = choice] {
            QSettings().setValue(QStringLiteral("view/theme"), static_cast<int>(choice));
            applyTheme(choice);
        });
    }
}

void MainWindow::buildGoMenu() {
    QMenu* go = menuBar()->addMenu(tr("&Go"));
    back_action_ = add(go, tr("&Back"), QKeySequence(tr("Alt+Left")), [this] { selection_.back(); });
    forward_action_ =
        add(go, tr("&Forward"), QKeySequence(tr("Alt+Right")), [this] { selection_.forward(); });
    back_action_->setEnabled(false);
    forward_action_->setEnabled(false);
    go->addSeparator();
    session_actions_ << add(go, tr("&Next step"), QKeySequence(tr("Alt+.")), [this] {
        transport_->step(1);
    }) << add(go, tr("&Previous step"), QKeySequence(tr("Alt+,")), [this] { transport_->step(-1); });
    go->addSeparator();
    session_actions_ << add(go, tr("&Filter"), QKeySequence(tr("Ctrl+F")), [this] {
        filter_->setFocus(Qt::ShortcutFocusReason);
        filter_->selectAll();
    }) << add(go, tr("Find ne&xt"), QKeySequence(tr("F3")), [this] {
        events_->find(1);
    }) << add(go, tr("Find pre&vious"), QKeySequence(tr("Shift+F3")), [this] { events_->find(-1); });
    go->addSeparator();
    for (int i = 0; i < views_->count(); ++i) {
        const QKeySequence key = i < 9 ? QKeySequence(tr("Ctrl+%1").arg(i + 1)) : QKeySequence();
        session_actions_ << add(go, views_->name(i), key, [this, i] { views_->show(i); });
    }
    go->addSeparator();
    add(go, tr("Next p&ane"), QKeySequence(Qt::Key_F6), [this] { nextPane(); });
}

void MainWindow::buildRecordingMenu() {
    QMenu* recording = menuBar()->addMenu(tr("&Recording"));
    control_action_ =
        add(recording, tr("&Control triggers…"), QKeySequence(tr("Ctrl+T")), [this] { showControl(); });
    again_action_ =
        add(recording, tr("&Deliver again from the chosen event…"), {}, [this] { deliverAgain(); });
    redrive_action_ =
        add(recording, tr("Run events a&gain…"), QKeySequence(tr("Ctrl+R")), [this] { showRedrive(); });
    recording->addSeparator();
    stop_action_ = add(recording, tr("&Stop recording"), QKeySequence(tr("Ctrl+.")), [this] {
        next_demo_.reset();
        capture_.stop();
    });
}

void MainWindow::showKeys() {
    KeysWindow::Keys keys;
    for (const auto& [action, path] : menuActions(menuBar())) {
        if (action->shortcut().isEmpty()) continue;
        keys.append({action->shortcut().toString(QKeySequence::NativeText), plain(action->text())});
    }
    auto* window = new KeysWindow(keys, this);
    window->setAttribute(Qt::WA_DeleteOnClose);
    window->show();
}

QVector<Command> MainWindow::commands() {
    QVector<Command> all;
    for (const auto& [action, path] : menuActions(menuBar())) {
        if (!action->isEnabled()) continue;
        all.append({plain(action->text()).remove(QChar(0x2026)), path,
                    action->shortcut().toString(QKeySequence::NativeText), std::nullopt,
                    [action = action] { action->trigger(); }});
    }
    if (!session_) return all;
    for (const auto& topic : session_->catalog().topics) {
        all.append({text(topic.name), tr("topic"), {}, Glyph::Topic, [this, id = topic.id] {
                        selection_.choosePlace(PlaceChoice{id, PlaceChoice::kAll});
                    }});
    }
    for (const auto& function : session_->catalog().functions) {
        all.append({text(function.name), tr("function"), {}, Glyph::Function, [this, id = function.id] {
                        selection_.chooseFunction(id);
                    }});
    }
    return all;
}

std::optional<Command> MainWindow::jumpCommand(const QString& typed) {
    static const QRegularExpression shape(
        QStringLiteral(R"(^\s*(.+)/(\d{1,9})\s*@\s*([\d\s\x{202f}]{1,24})$)"));
    const auto match = shape.match(typed);
    if (!match.hasMatch() || !session_) return std::nullopt;
    const QString topic_name = match.captured(1);
    static const QRegularExpression space(QStringLiteral("[\\s\\x{202f}]"));
    const qint64 offset = match.captured(3).remove(space).toLongLong();
    const int partition = match.captured(2).toInt();
    for (const auto& topic : session_->catalog().topics) {
        if (text(topic.name) != topic_name) continue;
        return Command{tr("Go to %1 @ %2").arg(partitionText(topic_name, partition), countText(offset)),
                       tr("event"),
                       {},
                       Glyph::Topic,
                       [this, id = topic.id, partition, offset] { showEventAt(id, partition, offset); }};
    }
    return std::nullopt;
}

void MainWindow::showPalette() {
    palette_->open(commands(), [this](const QString& typed) { return jumpCommand(typed); });
}

}  // namespace weir::views
