// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/main_window.h"

#include "compare/compare_view.h"
#include "connect/connect_dialog.h"
#include "events/events_tools.h"
#include "events/events_view.h"
#include "filter_bar/filter_field.h"
#include "flow/flow_canvas.h"
#include "flow/flow_view.h"
#include "instances/instances_view.h"
#include "lanes/lanes_canvas.h"
#include "lanes/lanes_tools.h"
#include "latency/latency_view.h"
#include "lineage/lineage_view.h"
#include "log/log_view.h"
#include "order/order_view.h"
#include "palette/palette_window.h"
#include "replay/replay_view.h"
#include "secrets/keychain_secrets.h"
#include "shell/inspector_dock.h"
#include "shell/recent_sessions.h"
#include "shell/selection_bar.h"
#include "shell/status_line.h"
#include "shell/view_area.h"
#include "shell/welcome.h"
#include "theme/glyphs.h"
#include "transport/minimap.h"
#include "transport/transport_bar.h"
#include "widgets/error_bar.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QSettings>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace weir::views {

namespace {

/// Where a dialog for sessions begins.
QString sessionsFolder(const Session* session) {
    if (session != nullptr) return QFileInfo(session->path()).absolutePath();
    for (const RecentSession& recent : RecentSessions::all()) {
        if (QFileInfo::exists(recent.path)) return QFileInfo(recent.path).absolutePath();
    }
    return QFileInfo(newSessionPath(QStringLiteral("session"))).absolutePath();
}

}  // namespace

MainWindow::MainWindow(Services services, KeychainSecrets* secrets, QWidget* parent)
    : QMainWindow(parent),
      services_(std::move(services)),
      secrets_(secrets),
      capture_(services_),
      corner_(new QWidget(this)),
      mode_(new QLabel),
      other_order_(new QToolButton),
      bar_(new SelectionBar(&selection_)),
      error_(new ErrorBar),
      pages_(new QStackedWidget),
      welcome_(new Welcome),
      views_(new ViewArea(this)),
      flow_(new FlowView(&selection_)),
      lanes_(new LanesCanvas(&selection_)),
      latency_(new LatencyView(&selection_)),
      instances_(new InstancesView(&selection_)),
      order_(new OrderView(&selection_)),
      lineage_(new LineageView(&selection_)),
      events_(new EventsView(&selection_)),
      log_(new LogView(&selection_)),
      replay_(new ReplayView(&selection_)),
      compare_(new CompareView),
      inspector_(new InspectorDock(&selection_)),
      transport_(new TransportBar(&selection_)),
      status_(new StatusLine),
      palette_(new PaletteWindow(this)),
      filter_(new FilterField) {
    setAcceptDrops(true);
    setContextMenuPolicy(Qt::NoContextMenu);
    setDockOptions(AllowNestedDocks | AllowTabbedDocks);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    addViews();
    pages_->addWidget(welcome_);
    pages_->addWidget(views_);
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
    connectParts();
    updateFrame();
}

MainWindow::~MainWindow() {
    closeSession();
}

void MainWindow::addViews() {
    const auto view = [this](const char* id, const QString& name, QWidget* widget, QWidget* tools) {
        views_->add(QLatin1String(id), name, widget);
        bar_->addTools(tools);
    };
    view("flow", tr("Flow"), flow_, new FlowTools(flow_));
    view("lanes", tr("Lanes"), lanes_, new LanesTools(lanes_));
    view("latency", tr("Latency"), latency_, new LatencyTools(latency_));
    view("instances", tr("Instances"), instances_, new QWidget);
    view("order", tr("Order"), order_, new QWidget);
    view("lineage", tr("Lineage"), lineage_, new LineageTools(lineage_));
    view("events", tr("Events"), events_, new EventsTools(events_));
    view("log", tr("Log"), log_, new LogTools(log_));
    view("replay", tr("Replay"), replay_, new ReplayTools(replay_));
    view("compare", tr("Compare"), compare_, new QWidget);
}

void MainWindow::connectParts() {
    connect(welcome_, &Welcome::connectWanted, this, [this] { connectDialog()->show(); });
    connect(welcome_, &Welcome::openWanted, this, [this] {
        const QString path = QFileDialog::getOpenFileName(
            this, tr("Open a session"), sessionsFolder(session_.get()), tr("Weir sessions (*.weir)"));
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
    connect(&capture_, &CaptureController::statusChanged, this, &MainWindow::captureStatus);
    connect(views_, &ViewArea::currentChanged, this, &MainWindow::viewChanged);
    connect(flow_, &FlowView::lanesWanted, this, [this] { showTab(Lanes); });
    connect(latency_, &LatencyView::failed, error_, &ErrorBar::showError);
    connect(instances_, &InstancesView::failed, error_, &ErrorBar::showError);
    connect(order_, &OrderView::failed, error_, &ErrorBar::showError);
    connect(order_, &OrderView::errorsChanged, this, &MainWindow::showBadge);
    connect(order_, &OrderView::lanesWanted, this, [this] {
        if (selection_.call()) {
            showLanesOf(selection_.call());
        } else {
            showTab(Lanes);
        }
    });
    connect(order_, &OrderView::eventsWanted, this, [this] {
        if (selection_.event()) {
            showEventsOf(selection_.event());
        } else {
            showTab(Events);
        }
    });
    connect(order_, &OrderView::callsMarked, lanes_, &LanesCanvas::setMarked);
    connect(order_, &OrderView::lineageWanted, this, [this] { showTab(Lineage); });
    connect(lineage_, &LineageView::failed, error_, &ErrorBar::showError);
    connect(log_, &LogView::failed, error_, &ErrorBar::showError);
    connect(log_, &LogView::lanesWanted, this, [this] { showLanesOf(selection_.call()); });
    connect(replay_, &ReplayView::failed, error_, &ErrorBar::showError);
    connect(compare_, &CompareView::failed, error_, &ErrorBar::showError);
    connect(compare_, &CompareView::eventWanted, this, [this](const compare::Place& place) {
        for (const auto& topic : session_->catalog().topics) {
            if (topic.name == place.topic) showEventAt(topic.id, place.partition, place.offset);
        }
    });
    connect(replay_, &ReplayView::cursorMoved, this, &MainWindow::replayMoved);
    connect(filter_, &FilterField::filterChanged, this, [this] {
        events_->setFilter(filter_->filter());
        if (session_) session_->setFilter(filter_->filter());
    });
    connect(order_, &OrderView::findingsChanged, this, [this](const FindingsOverview& all) {
        flow_->setFindings(all.groups);
        transport_->minimap()->setFindings(all.marks);
    });
    connect(events_, &EventsView::clearFilterWanted, this, [this] {
        filter_->setFilterText({});
        Choice all;
        all.event = selection_.event();
        all.call = selection_.call();
        selection_.set(all);
    });
    connect(events_, &EventsView::failed, error_, &ErrorBar::showError);
    connect(events_, &EventsView::lanesWanted, this, [this] { showLanesOf(selection_.call()); });
    connect(events_, &EventsView::lineageWanted, this, [this] { showTab(Lineage); });
    connect(inspector_->eventInspector(), &EventInspector::lineageWanted, this, [this] { showTab(Lineage); });
    connect(inspector_->eventInspector(), &EventInspector::callWanted, this, &MainWindow::showLanesOf);
    connect(inspector_->callInspector(), &CallInspector::eventWanted, this, &MainWindow::showEventsOf);
    connect(inspector_->eventInspector(), &EventInspector::shown, this, &MainWindow::linkSelection);
    connect(inspector_->callInspector(), &CallInspector::shown, this, &MainWindow::linkSelection);
    connect(transport_, &TransportBar::followWanted, this, &MainWindow::follow);
    connect(transport_, &TransportBar::stepped, this, &MainWindow::stepped);
    connect(transport_->minimap(), &Minimap::touched, this, [this] { follow(false); });
    connect(lanes_, &LanesCanvas::followingChanged, transport_, &TransportBar::setFollowing);
    connect(lanes_, &LanesCanvas::followingChanged, this, &MainWindow::followedTime);
    connect(lanes_, &LanesCanvas::scaleChanged, this, &MainWindow::followedTime);
    connect(&selection_, &Selection::changed, this, [this] {
        again_action_->setEnabled(capture_.running() && static_cast<bool>(selection_.event()));
    });
    connect(&selection_, &Selection::historyChanged, this, [this] {
        back_action_->setEnabled(selection_.canGoBack());
        forward_action_->setEnabled(selection_.canGoForward());
    });
}

void MainWindow::buildBars() {
    const auto bar = [this](const QString& id, const QString& name, QWidget* widget, Qt::ToolBarArea area) {
        auto* result = new QToolBar(name);
        result->setObjectName(id);
        result->setMovable(false);
        result->setFloatable(false);
        result->setContentsMargins(0, 0, 0, 0);
        result->layout()->setContentsMargins(0, 0, 0, 0);
        result->layout()->setSpacing(0);
        widget->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        result->addWidget(widget);
        addToolBar(area, result);
        if (area == Qt::TopToolBarArea) addToolBarBreak();
        return result;
    };
    auto* top = new QWidget;
    auto* row = new QHBoxLayout(top);
    row->setContentsMargins(0, 0, 8, 0);
    row->setSpacing(6);
    row->addWidget(views_->tabs(), 2);
    auto* search = new QToolButton;
    search->setIcon(glyphIcon(Glyph::Search));
    search->setAutoRaise(true);
    search->setFixedSize(28, 26);
    search->setToolTip(tr("Command palette (Ctrl+Shift+P)"));
    search->setAccessibleName(tr("Command palette"));
    connect(search, &QToolButton::clicked, this, &MainWindow::showPalette);
    row->addWidget(filter_, 1);
    row->addWidget(search);
    tabs_bar_ = bar(QStringLiteral("bar-views"), tr("Views"), top, Qt::TopToolBarArea);
    selection_bar_ = bar(QStringLiteral("bar-selection"), tr("Selection"), bar_, Qt::TopToolBarArea);
    transport_bar_ = bar(QStringLiteral("bar-transport"), tr("Transport"), transport_, Qt::BottomToolBarArea);
}

}  // namespace weir::views
