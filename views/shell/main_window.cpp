// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/main_window.h"

#include "connect/connect_dialog.h"
#include "events/events_view.h"
#include "lanes/lanes_canvas.h"
#include "secrets/keychain_secrets.h"
#include "shell/inspector_dock.h"
#include "shell/selection_bar.h"
#include "shell/status_line.h"
#include "shell/welcome.h"
#include "theme/glyphs.h"
#include "theme/theme.h"
#include "widgets/error_bar.h"

#include <QActionGroup>
#include <QFileDialog>
#include <QLabel>
#include <QMenuBar>
#include <QSettings>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace weir::views {
MainWindow::MainWindow(Services services, KeychainSecrets* secrets, QWidget* parent)
    : QMainWindow(parent),
      services_(std::move(services)),
      secrets_(secrets),
      capture_(services_),
      mode_(new QLabel),
      tabs_(new QTabBar),
      bar_(new SelectionBar(&selection_)),
      error_(new ErrorBar),
      pages_(new QStackedWidget),
      welcome_(new Welcome),
      lanes_(new LanesCanvas(&selection_)),
      events_(new EventsView(&selection_)),
      inspector_(new InspectorDock(&selection_)),
      status_(new StatusLine) {
    setAcceptDrops(true);
    setContextMenuPolicy(Qt::NoContextMenu);
    setDockOptions({});
    pages_->addWidget(welcome_);
    pages_->addWidget(lanes_);
    pages_->addWidget(events_);
    auto* centre = new QWidget;
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(error_);
    layout->addWidget(pages_, 1);
    setCentralWidget(centre);
    addDockWidget(Qt::RightDockWidgetArea, inspector_);
    setStatusBar(status_);
    buildBars();
    buildMenus();
    resize(1400, 900);
    resizeDocks({inspector_}, {320}, Qt::Horizontal);
    const QByteArray geometry = QSettings().value(QStringLiteral("window/geometry")).toByteArray();
    if (!geometry.isEmpty()) restoreGeometry(geometry);

    connect(welcome_, &Welcome::connectWanted, this, [this] { connectDialog()->show(); });
    connect(welcome_, &Welcome::openWanted, this, [this] {
        const QString path =
            QFileDialog::getOpenFileName(this, tr("Open a session"), {}, tr("Weir sessions (*.weir)"));
        if (!path.isEmpty()) openSession(path);
    });
    connect(welcome_, &Welcome::flowWanted, this, [this] {
        const QString path =
            QFileDialog::getOpenFileName(this, tr("Run a flow"), {}, tr("Flow files (*.flow.json *.json)"));
        if (!path.isEmpty()) openFlow(path);
    });
    connect(welcome_, &Welcome::demoWanted, this, &MainWindow::runDemo);
    connect(welcome_, &Welcome::sessionWanted, this, &MainWindow::openSession);
    connect(welcome_, &Welcome::clusterWanted, this, [this](const QString& id) {
        for (const ClusterProfile& profile : ProfileStore::all()) {
            if (profile.id == id) showConnect(profile);
        }
    });
    connect(&capture_, &CaptureController::started, this, &MainWindow::captureStarted);
    connect(&capture_, &CaptureController::ended, this, &MainWindow::captureEnded);
    connect(&capture_, &CaptureController::startFailed, this, [this](const Error& error) {
        if (connect_ != nullptr && connect_->isVisible()) {
            connect_->showFailure(error);
        } else {
            error_->showError(error);
        }
        updateFrame();
    });
    connect(&capture_, &CaptureController::statusChanged, this,
            [this](const invoke::RecordingStatus& status) {
                recording_ = status;
                updateStatus();
            });
    connect(events_, &EventsView::failed, error_, &ErrorBar::showError);
    connect(events_, &EventsView::lanesWanted, this, [this] { showLanesOf(selection_.call()); });
    connect(inspector_->eventInspector(), &EventInspector::callWanted, this, &MainWindow::showLanesOf);
    connect(inspector_->callInspector(), &CallInspector::eventWanted, this, &MainWindow::showEventsOf);
    connect(inspector_->eventInspector(), &EventInspector::shown, this, &MainWindow::linkSelection);
    connect(inspector_->callInspector(), &CallInspector::shown, this, &MainWindow::linkSelection);
    updateFrame();
}

MainWindow::~MainWindow() {
    closeSession();
}

void MainWindow::buildBars() {
    tabs_->addTab(tr("Lanes"));
    tabs_->addTab(tr("Events"));
    tabs_->setDrawBase(false);
    tabs_->setExpanding(false);
    tabs_->setAccessibleName(tr("Views"));
    connect(tabs_, &QTabBar::currentChanged, this, [this](int tab) { showTab(static_cast<Tab>(tab)); });
    const auto bar = [this](const QString& name, QWidget* widget) {
        auto* result = new QToolBar(name);
        result->setMovable(false);
        result->setFloatable(false);
        result->setContentsMargins(0, 0, 0, 0);
        result->layout()->setContentsMargins(0, 0, 0, 0);
        result->layout()->setSpacing(0);
        widget->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        result->addWidget(widget);
        addToolBar(Qt::TopToolBarArea, result);
        addToolBarBreak();
        return result;
    };
    tabs_bar_ = bar(tr("Views"), tabs_);
    selection_bar_ = bar(tr("Selection"), bar_);
    bar_->addTools(lanesTools());
    bar_->addTools(eventsTools());
}

QWidget* MainWindow::lanesTools() {
    auto* tools = new QWidget;
    auto* layout = new QHBoxLayout(tools);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    const auto button = [&](Glyph glyph, const QString& words, const QString& tip) {
        auto* b = new QToolButton;
        b->setIcon(glyphIcon(glyph));
        b->setToolTip(tip);
        b->setAccessibleName(tip);
        b->setAutoRaise(true);
        b->setFixedHeight(24);
        if (!words.isEmpty()) {
            b->setText(words);
            b->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        }
        layout->addWidget(b);
        return b;
    };
    auto* live = button(Glyph::Live, tr("Live"), tr("Follow live (L)"));
    live->setCheckable(true);
    auto* arrows = button(Glyph::Arrow, tr("Deliveries"), tr("Arrows from lane to instance"));
    arrows->setCheckable(true);
    arrows->setChecked(true);
    auto* out = button(Glyph::Minus, {}, tr("Show more time (S)"));
    auto* span = new QLabel;
    span->setFont(figuresFont());
    span->setAlignment(Qt::AlignCenter);
    span->setMinimumWidth(70);
    layout->addWidget(span);
    auto* in = button(Glyph::Plus, {}, tr("Show less time (W)"));
    auto* fit = button(Glyph::Fit, {}, tr("Fit the whole session (F)"));
    connect(live, &QToolButton::clicked, lanes_, &LanesCanvas::setFollowing);
    connect(lanes_, &LanesCanvas::followingChanged, live, &QToolButton::setChecked);
    connect(arrows, &QToolButton::toggled, lanes_, &LanesCanvas::setArrows);
    connect(out, &QToolButton::clicked, lanes_, [this] { lanes_->zoom(1.6); });
    connect(in, &QToolButton::clicked, lanes_, [this] { lanes_->zoom(1 / 1.6); });
    connect(fit, &QToolButton::clicked, lanes_, &LanesCanvas::fit);
    connect(lanes_, &LanesCanvas::scaleChanged, span, [this, span, live] {
        span->setText(durationText(std::max<DurationNs>(1, lanes_->scale().span())));
        live->setVisible(session_ && session_->live());
    });
    live->hide();
    return tools;
}

QWidget* MainWindow::eventsTools() {
    auto* tools = new QWidget;
    auto* layout = new QHBoxLayout(tools);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    auto* count = new QLabel;
    count->setForegroundRole(QPalette::PlaceholderText);
    auto* live = new QToolButton;
    live->setText(tr("Live"));
    live->setIcon(glyphIcon(Glyph::Live));
    live->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    live->setCheckable(true);
    live->setAutoRaise(true);
    live->setFixedHeight(24);
    live->setToolTip(tr("Keep the newest events in view"));
    layout->addStretch();
    layout->addWidget(count);
    layout->addWidget(live);
    connect(live, &QToolButton::clicked, events_, &EventsView::setFollowing);
    connect(events_, &EventsView::followingChanged, live, &QToolButton::setChecked);
    const auto update = [this, count, live] {
        count->setText(tr("%1 events").arg(countText(events_->model()->rowCount())));
        live->setVisible(session_ && session_->live());
    };
    connect(events_->model(), &QAbstractItemModel::rowsInserted, count, update);
    connect(events_->model(), &QAbstractItemModel::modelReset, count, update);
    update();
    return tools;
}

void MainWindow::buildMenus() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    const auto add = [this](QMenu* menu, const QString& words, const QKeySequence& key, auto slot) {
        QAction* action = menu->addAction(words);
        action->setShortcut(key);
        connect(action, &QAction::triggered, this, slot);
        return action;
    };
    add(file, tr("&Open session…"), QKeySequence::Open, [this] { emit welcome_->openWanted(); });
    add(file, tr("&Connect…"), QKeySequence(tr("Ctrl+K")), [this] { connectDialog()->show(); });
    add(file, tr("Run a &flow…"), {}, [this] { emit welcome_->flowWanted(); });
    add(file, tr("Run the auction &demo"), {}, &MainWindow::runDemo);
    file->addSeparator();
    stop_action_ = add(file, tr("&Stop recording"), QKeySequence(tr("Ctrl+.")), [this] { capture_.stop(); });
    close_action_ = add(file, tr("Close &session"), QKeySequence::Close, [this] {
        if (!refuseWhileRecording()) closeSession();
    });
    file->addSeparator();
    add(file, tr("&Quit"), QKeySequence::Quit, &QWidget::close);

    QMenu* view = menuBar()->addMenu(tr("&View"));
    session_actions_ << add(view, tr("&Lanes"), QKeySequence(tr("Ctrl+1")), [this] { showTab(Lanes); })
                     << add(view, tr("&Events"), QKeySequence(tr("Ctrl+2")), [this] { showTab(Events); });
    view->addSeparator();
    session_actions_ << add(view, tr("Zoom &in"), QKeySequence::ZoomIn, [this] { lanes_->zoom(1 / 1.6); })
                     << add(view, tr("Zoom &out"), QKeySequence::ZoomOut, [this] { lanes_->zoom(1.6); })
                     << add(view, tr("&Fit the session"), QKeySequence(tr("Ctrl+0")),
                            [this] { lanes_->fit(); });
    live_action_ = add(view, tr("Follow li&ve"), {}, [this] {
        lanes_->setFollowing(true);
        events_->setFollowing(true);
    });
    view->addSeparator();
    QAction* inspector = inspector_->toggleViewAction();
    inspector->setText(tr("I&nspector"));
    view->addAction(inspector);
    QMenu* themes = view->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(themes);
    const std::pair<ThemeChoice, QString> choices[] = {{ThemeChoice::System, tr("&System")},
                                                       {ThemeChoice::Light, tr("&Light")},
                                                       {ThemeChoice::Dark, tr("&Dark")}};
    for (const auto& [choice, words] : choices) {
        QAction* action = themes->addAction(words);
        action->setCheckable(true);
        action->setChecked(choice == themeChoice());
        group->addAction(action);
        connect(action, &QAction::triggered, this, [choice = choice] {
            QSettings().setValue(QStringLiteral("view/theme"), static_cast<int>(choice));
            applyTheme(choice);
        });
    }

    QMenu* help = menuBar()->addMenu(tr("&Help"));
    add(help, tr("&Keys"), QKeySequence(Qt::Key_Question), &MainWindow::showKeys);
    add(help, tr("&About Weir"), {}, &MainWindow::about);

    auto* pane = new QAction(this);
    pane->setShortcut(QKeySequence(Qt::Key_F6));
    connect(pane, &QAction::triggered, this, &MainWindow::nextPane);
    addAction(pane);

    mode_->setForegroundRole(QPalette::PlaceholderText);
    mode_->setContentsMargins(8, 0, 12, 0);
    mode_->setMinimumHeight(menuBar()->sizeHint().height());
    mode_->setAlignment(Qt::AlignVCenter | Qt::AlignRight);
    mode_->setAccessibleName(tr("Mode"));
    menuBar()->setCornerWidget(mode_, Qt::TopRightCorner);
}

}  // namespace weir::views
