// SPDX-License-Identifier: GPL-3.0-or-later
// What the window does; main_window.cpp builds it.
#include "compare/compare_view.h"
#include "connect/connect_dialog.h"
#include "events/events_view.h"
#include "filter/query.h"
#include "filter_bar/filter_field.h"
#include "filter_bar/filter_scope.h"
#include "flow/flow_view.h"
#include "instances/instances_view.h"
#include "lanes/lanes_canvas.h"
#include "latency/latency_view.h"
#include "lineage/lineage_view.h"
#include "log/log_view.h"
#include "order/order_view.h"
#include "replay/replay_view.h"
#include "shell/inspector_dock.h"
#include "shell/main_window.h"
#include "shell/recent_sessions.h"
#include "shell/selection_bar.h"
#include "shell/status_line.h"
#include "shell/view_area.h"
#include "shell/welcome.h"
#include "transport/minimap.h"
#include "transport/transport_bar.h"
#include "widgets/error_bar.h"

#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLabel>
#include <QLayout>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QResizeEvent>
#include <QSettings>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolBar>
#include <QToolButton>

namespace weir::views {
namespace {

constexpr int kNarrow = 1000;

bool canOpen(const QString& path) {
    return path.endsWith(QLatin1String(".weir")) || path.endsWith(QLatin1String(".json"));
}

/// Whether a session's head can be read; a few look-ups, whatever it holds.
Status readable(const std::string& path) {
    auto reader = journal::SessionReader::open(path);
    if (!reader) return passOn(reader);
    if (auto info = (*reader)->info(); !info) return passOn(info);
    if (auto extent = (*reader)->extent(); !extent) return passOn(extent);
    if (auto topics = (*reader)->topics(); !topics) return passOn(topics);
    return {};
}

QString droppedFile(const QMimeData* data) {
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile() && canOpen(url.toLocalFile())) return url.toLocalFile();
    }
    return {};
}

}  // namespace

ConnectDialog* MainWindow::connectDialog() {
    if (connect_ == nullptr) {
        connect_ = new ConnectDialog(services_, secrets_, this);
        connect(connect_, &ConnectDialog::watchWanted, this,
                [this](const ClusterProfile& profile, const kafka::ClusterSettings& settings,
                       const QStringList& topics) { startWatch(settings, profile, topics); });
        connect(connect_, &ConnectDialog::flowWanted, this, [this] { emit welcome_->flowWanted(); });
    }
    return connect_;
}

void MainWindow::showConnect(const ClusterProfile& profile) {
    connectDialog()->setProfile(profile);
    connectDialog()->show();
    connectDialog()->raise();
}

void MainWindow::openFile(const QString& path) {
    if (path.endsWith(QLatin1String(".json"))) {
        openFlow(path);
    } else {
        openSession(path);
    }
}

void MainWindow::openSession(const QString& path) {
    if (refuseWhileRecording()) return;
    const QString file = QFileInfo(path).absoluteFilePath();
    if (session_) {
        // One that cannot be read must not cost the one that is open.
        if (const Status status = readable(utf8(file)); !status) {
            RecentSessions::remove(file);
            error_->showError(status.error());
            return;
        }
    }
    startSession(file, false);
}

void MainWindow::startSession(const QString& path, bool live) {
    closeSession();
    error_->clear();
    session_ = std::make_unique<Session>(path, live);
    connect(session_.get(), &Session::opened, this, &MainWindow::sessionOpened);
    connect(session_.get(), &Session::grew, this, &MainWindow::updateStatus);
    connect(session_.get(), &Session::finished, this, &MainWindow::updateFrame);
    connect(session_.get(), &Session::filterFailed, error_, &ErrorBar::showError);
    connect(session_.get(), &Session::failed, this, [this](const Error& error) {
        error_->showError(error);
        if (!session_->isOpen()) {
            // Nothing of it can be shown: back to where one can choose another.
            RecentSessions::remove(session_->path());
            QMetaObject::invokeMethod(
                this, [this] { closeSession(); }, Qt::QueuedConnection);
        }
    });
    flow_->setSession(session_.get());
    lanes_->setSession(session_.get());
    latency_->setSession(session_.get());
    instances_->setSession(session_.get());
    order_->setSession(session_.get());
    lineage_->setSession(session_.get());
    log_->setSession(session_.get());
    replay_->setSession(session_.get());
    compare_->setSession(session_.get());
    events_->setSession(session_.get());
    inspector_->setSession(session_.get());
    bar_->setSession(session_.get());
    transport_->setSession(session_.get());
    updateFrame();
}

void MainWindow::askCompletion() {
    session_->ask(
        this, [](journal::SessionReader& reader) { return filter::completionData(reader); },
        [this](Result<filter::CompletionData> data) {
            if (!data) return;
            replay_->setCompletion(*data);
            filter_->setData(std::move(*data));
        });
}

void MainWindow::sessionOpened() {
    updateFrame();
    askCompletion();
    connect(session_.get(), &Session::catalogChanged, this, &MainWindow::askCompletion);
    connect(session_.get(), &Session::catalogChanged, this, &MainWindow::fillControl);
    fillControl();
    RecentSessions::add({session_->path(), session_->catalog().info.started, session_->extent().events});
}

void MainWindow::closeSession() {
    if (!session_) return;
    if (session_->isOpen()) {
        RecentSessions::add({session_->path(), session_->catalog().info.started, session_->extent().events});
    }
    views_->saveLayout();
    flow_->setSession(nullptr);
    lanes_->setSession(nullptr);
    latency_->setSession(nullptr);
    instances_->setSession(nullptr);
    order_->setSession(nullptr);
    lineage_->setSession(nullptr);
    log_->setSession(nullptr);
    replay_->setSession(nullptr);
    compare_->setSession(nullptr);
    events_->setSession(nullptr);
    inspector_->setSession(nullptr);
    bar_->setSession(nullptr);
    transport_->setSession(nullptr);
    filter_->setFilterText({});
    filter_->setData({});
    selection_.clear();
    session_.reset();
    recording_.reset();
    recording_end_.reset();
    updateFrame();
}

QString MainWindow::modeText() const {
    if (capture_.starting()) return tr("Starting…");
    if (capture_.running()) {
        if (closing_) return tr("Ending the recording…");
        switch (capture_.kind()) {
            case CaptureController::Kind::Watch:
                return tr("Recording, watching only: never joins, commits or produces");
            case CaptureController::Kind::Flow:
                return tr("Recording, driving");
            case CaptureController::Kind::Redrive:
                return tr("Running recorded events again; outputs go nowhere");
            case CaptureController::Kind::Demo:
                switch (capture_.demoOrder()) {
                    case flow::Order::Partition:
                        return tr("Recording, driving the auction demo in order of each partition");
                    case flow::Order::Key:
                        return tr("Recording, driving the auction demo in order of each key");
                    case flow::Order::None:
                        return tr("Recording, driving the auction demo without order");
                }
        }
    }
    if (session_ && replayed_) return tr("Saved session, replayed up to %1").arg(Clock().time(replayed_->at));
    return session_ ? tr("Saved session, read-only") : tr("No session");
}

/// The corner takes its size when it is set.
void MainWindow::showMode() {
    mode_->setText(modeText());
    other_order_->setVisible(capture_.running() && capture_.kind() == CaptureController::Kind::Demo &&
                             !closing_);
    corner_->layout()->activate();
    corner_->adjustSize();
    menuBar()->setCornerWidget(corner_, Qt::TopRightCorner);
}

void MainWindow::updateFrame() {
    showMode();
    const bool shown = session_ != nullptr;
    for (QToolBar* bar : {tabs_bar_, selection_bar_, transport_bar_}) bar->setVisible(shown);
    if (shown && !layout_restored_) {
        layout_restored_ = true;
        views_->restoreLayout();
    }
    views_->setShown(shown);
    fitInspector();
    for (QAction* action : session_actions_) action->setEnabled(shown);
    stop_action_->setEnabled(capture_.running() || capture_.starting());
    control_action_->setEnabled(capture_.running());
    again_action_->setEnabled(capture_.running() && static_cast<bool>(selection_.event()));
    redrive_action_->setEnabled(shown && !capture_.running() && !capture_.starting());
    close_action_->setEnabled(shown && !capture_.running());
    live_action_->setEnabled(shown && session_->live());
    if (shown) {
        pages_->setCurrentWidget(views_);
        views_->show(views_->current());
        viewChanged(views_->current());
        setWindowTitle(tr("%1 — Weir").arg(QFileInfo(session_->path()).fileName()));
    } else {
        welcome_->refresh();
        pages_->setCurrentWidget(welcome_);
        setWindowTitle(QStringLiteral("Weir"));
    }
    updateStatus();
}

void MainWindow::updateStatus() {
    if (!session_) {
        status_->showNothing();
        return;
    }
    status_->showSession(*session_);
    if (recording_ && (capture_.running() || recording_end_))
        status_->showRecording(*recording_, recording_end_);
}

/// The other views show the session up to the cursor; the mode says so in all of them.
void MainWindow::replayMoved(const std::optional<AsOf>& cursor) {
    replayed_ = cursor;
    const std::optional<TimeNs> at = cursor ? std::optional(cursor->at) : std::nullopt;
    lanes_->setUntil(at);
    flow_->setUntil(at);
    latency_->setUntil(at);
    instances_->setUntil(at);
    order_->setUntil(cursor);
    lineage_->setUntil(at);
    events_->setUntil(cursor);
    log_->setUntil(cursor);
    transport_->setReplayed(at);
    showMode();
}

void MainWindow::fitInspector() {
    // A narrow window gives its room to the view.
    inspector_->setVisible(session_ != nullptr && inspector_wanted_ && width() >= kNarrow);
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    if (session_ && (event->oldSize().width() >= kNarrow) != (width() >= kNarrow)) fitInspector();
}

void MainWindow::showTab(Tab tab) {
    if (session_) views_->show(tab);
}

/// Only errors count: what the view lists besides is not worth an interruption.
void MainWindow::showBadge(std::int64_t errors) {
    views_->tabs()->setTabText(
        Order,
        errors == 0 ? tr("Order") : tr("Order  ✕ %1").arg(shortCountText(static_cast<double>(errors))));
}

void MainWindow::viewChanged(int index) {
    bar_->showTools(index);
    inspector_->setPage(index == Latency   ? latency_->detail()
                        : index == Replay  ? replay_->detail()
                        : index == Compare ? compare_->detail()
                                           : nullptr,
                        index == Replay || index == Compare);
    inspector_->setSubject(index == Events || index == Lineage    ? InspectorDock::Subject::Event
                           : index == Lanes || index == Instances ? InspectorDock::Subject::Lanes
                                                                  : InspectorDock::Subject::Call);
    // An event has more to show than a call.
    const bool wide = index == Events;
    if (inspector_->isVisible() && !inspector_->isFloating() && wide != inspector_wide_)
        resizeDocks({inspector_}, {wide ? 400 : 320}, Qt::Horizontal);
    inspector_wide_ = wide;
    if (index == Events && replayed_) {
        events_->showCursor();
    } else if (index == Events && selection_.event()) {
        events_->show(selection_.event());
    }
    if (index == Log && replayed_) log_->showCursor();
}

void MainWindow::follow(bool on) {
    lanes_->setFollowing(on && session_ && session_->live());
    events_->setFollowing(on && session_ && session_->live());
    instances_->setFollowing(on && session_ && session_->live());
    log_->setFollowing(on && session_ && session_->live());
}

void MainWindow::followedTime() {
    std::optional<TimeRange> range;
    if (lanes_->following()) range = TimeRange{lanes_->scale().from(), lanes_->scale().to()};
    transport_->minimap()->setFollowed(range);
}

void MainWindow::stepped() {
    follow(false);
    if (selection_.call()) lanes_->reveal(selection_.call());
}

void MainWindow::resetLayout() {
    views_->resetLayout();
    inspector_wanted_ = true;
    inspector_->setFloating(false);
    addDockWidget(Qt::RightDockWidgetArea, inspector_);
    fitInspector();
    resizeDocks({inspector_}, {320}, Qt::Horizontal);
}

void MainWindow::showLanesOf(InvocationId call) {
    if (!call) return;
    selection_.choose(selection_.event(), call);
    showTab(Lanes);
    lanes_->reveal(call);
}

void MainWindow::showEventsOf(EventId event) {
    if (!event) return;
    selection_.choose(event, selection_.call());
    showTab(Events);
}

void MainWindow::showEventAt(TopicId topic, std::int32_t partition, std::int64_t offset) {
    struct Found {
        Result<EventId> event;
        bool chosen = true, filtered = true;  ///< it is among what is chosen, and passes the filter
    };
    auto scope = filter::Filter::parse(scopeFilter(selection_.choice(), session_->catalog()));
    session_->ask(
        this,
        [topic, partition, offset, scope = scope ? *scope : filter::Filter(),
         filter = filter_->filter()](journal::SessionReader& reader) {
            Found found{reader.findEvent(topic, partition, offset)};
            if (!found.event || !*found.event) return found;
            const auto holds = [&](const filter::Filter& f) {
                if (f.matchesAll()) return true;
                const auto passes =
                    filter::Query(reader, f, filter::Subject::Events).holdsFor(found.event->value);
                return !passes || *passes;
            };
            found.chosen = holds(scope);
            found.filtered = holds(filter);
            return found;
        },
        [this](const Found& found) {
            if (!found.event || !*found.event) {
                error_->showError(found.event ? Error{ErrorCode::Usage, "This event was not recorded.",
                                                      "Its offset may lie outside of what was read."}
                                              : found.event.error());
                return;
            }
            // What would hide it goes: one asked for this event.
            if (!found.filtered) filter_->setFilterText({});
            if (!found.chosen) {
                Choice only;
                only.event = *found.event;
                selection_.set(only);
            }
            showEventsOf(*found.event);
            events_->show(*found.event);
        },
        true);
}

void MainWindow::linkSelection() {
    // An event and the call that delivered it are chosen together, whichever was clicked.
    if (!selection_.event() && !selection_.call()) return;
    const EventId event = selection_.event() ? selection_.event() : inspector_->callInspector()->firstEvent();
    const InvocationId call =
        selection_.call() ? selection_.call() : inspector_->eventInspector()->latestCall();
    selection_.complete(event, call);
}

void MainWindow::nextPane() {
    QWidget* const panes[] = {views_->tabs(), bar_->timeChip(), views_->view(views_->current()),
                              inspector_->widget(), transport_->minimap()};
    const QWidget* focus = focusWidget();
    std::size_t at = 0;
    for (std::size_t i = 0; i < std::size(panes); ++i) {
        if (focus != nullptr && (focus == panes[i] || panes[i]->isAncestorOf(focus))) at = i + 1;
    }
    for (std::size_t i = 0; i < std::size(panes); ++i) {
        QWidget* pane = panes[(at + i) % std::size(panes)];
        if (!pane->isVisible() || !pane->isEnabled()) continue;
        if (pane->focusPolicy() == Qt::NoFocus && pane->focusProxy() == nullptr) {
            for (QWidget* child : pane->findChildren<QWidget*>()) {
                if (!child->isVisible() || !child->isEnabled() || !(child->focusPolicy() & Qt::TabFocus))
                    continue;
                child->setFocus(Qt::TabFocusReason);
                return;
            }
            continue;
        }
        pane->setFocus(Qt::TabFocusReason);
        return;
    }
}

void MainWindow::about() {
    QMessageBox box(this);
    box.setWindowTitle(tr("About Weir"));
    box.setIconPixmap(windowIcon().pixmap(48, 48));
    box.setText(QStringLiteral("<b>Weir %1</b>").arg(QStringLiteral(WEIR_VERSION)));
    box.setInformativeText(
        tr("Shows how Kafka events reach their functions: every delivery, its order, how long it "
           "waited and ran. A weir is the small dam that measures a stream.\n\n"
           "Free software under the GNU General Public License, version 3 or later."));
    box.exec();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    QSettings().setValue(QStringLiteral("window/geometry"), saveGeometry());
    views_->saveLayout();
    if (capture_.starting() || capture_.running()) {
        // In order: calls in flight finish and the file is closed; a second time at once.
        if (closing_) {
            capture_.abort();
        } else {
            closing_ = true;
            capture_.stop();
        }
        updateFrame();
        event->ignore();
        return;
    }
    if (connect_ != nullptr) connect_->close();
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!droppedFile(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QString path = droppedFile(event->mimeData());
    if (!path.isEmpty()) openFile(path);
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && selection_.clearLast()) return;
    QMainWindow::keyPressEvent(event);
}

}  // namespace weir::views
