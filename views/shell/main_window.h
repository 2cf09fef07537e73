// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connect/profile.h"
#include "export/export_form.h"
#include "palette/palette_model.h"
#include "session/as_of.h"
#include "session/selection.h"
#include "session/session.h"
#include "shell/capture_controller.h"
#include "shell/services.h"

#include <QMainWindow>

#include <functional>
#include <memory>
#include <optional>

class QLabel;
class QMenu;
class QStackedWidget;
class QToolBar;
class QToolButton;

namespace weir::views {

class CompareView;
class ConnectDialog;
class ControlWindow;
class ErrorBar;
class EventsView;
class FilterField;
class FlowView;
class InspectorDock;
class InstancesView;
class KeychainSecrets;
class LanesCanvas;
class LatencyView;
class LineageView;
class LogView;
class OrderView;
class PaletteWindow;
class ReplayView;
class SelectionBar;
class StatusLine;
class TransportBar;
class ViewArea;
class Welcome;

/// The one window: menus, tabs, selection, views, inspector, transport, status.
class MainWindow : public QMainWindow {
    Q_OBJECT
  public:
    MainWindow(Services services, KeychainSecrets* secrets, QWidget* parent = nullptr);
    ~MainWindow() override;

    void openSession(const QString& path);
    void openFlow(const QString& path);
    /// Runs the auction; while it runs already, once more in that order.
    void runDemo(flow::Order order = flow::Order::Partition);
    void closeSession();
    /// Opens a dropped or named file by what it is.
    void openFile(const QString& path);

    [[nodiscard]] Session* session() const { return session_.get(); }
    [[nodiscard]] Selection* selection() { return &selection_; }
    [[nodiscard]] LanesCanvas* lanes() const { return lanes_; }
    [[nodiscard]] FlowView* flow() const { return flow_; }
    [[nodiscard]] LatencyView* latency() const { return latency_; }
    [[nodiscard]] InstancesView* instances() const { return instances_; }
    [[nodiscard]] LogView* log() const { return log_; }
    [[nodiscard]] OrderView* order() const { return order_; }
    [[nodiscard]] LineageView* lineage() const { return lineage_; }
    [[nodiscard]] ReplayView* replay() const { return replay_; }
    [[nodiscard]] CompareView* compare() const { return compare_; }
    [[nodiscard]] EventsView* events() const { return events_; }
    [[nodiscard]] InspectorDock* inspector() const { return inspector_; }
    [[nodiscard]] ErrorBar* errorBar() const { return error_; }
    [[nodiscard]] StatusLine* statusLine() const { return status_; }
    [[nodiscard]] TransportBar* transport() const { return transport_; }
    [[nodiscard]] ViewArea* views() const { return views_; }
    [[nodiscard]] FilterField* filterField() const { return filter_; }
    [[nodiscard]] PaletteWindow* palette() const { return palette_; }
    [[nodiscard]] Welcome* welcome() const { return welcome_; }
    [[nodiscard]] ConnectDialog* connectDialog();
    [[nodiscard]] ControlWindow* controlWindow();
    /// Asks what of the session is run again, and how; filled in with what is chosen.
    void showRedrive();
    /// Asks what of the session is exported, where, and as what.
    void showExport(ExportForm::What what);
    [[nodiscard]] CaptureController* capture() { return &capture_; }
    [[nodiscard]] QString modeText() const;

    /// The views in the order of their tabs.
    enum Tab { Flow, Lanes, Latency, Instances, Order, Lineage, Events, Log, Replay, Compare };
    void showTab(Tab tab);
    void showConnect(const ClusterProfile& profile);
    void showPalette();
    /// All that the palette offers now.
    [[nodiscard]] QVector<Command> commands();
    /// `bids/3@72990` as a command that goes there.
    [[nodiscard]] std::optional<Command> jumpCommand(const QString& typed);

  protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void addViews();
    void connectParts();
    void buildMenus();
    void buildFileMenu();
    void buildViewMenu();
    void buildGoMenu();
    void buildRecordingMenu();
    void buildBars();
    QAction* add(QMenu* menu, const QString& words, const QKeySequence& key, std::function<void()> slot);
    void startSession(const QString& path, bool live);
    void startWatch(const kafka::ClusterSettings& settings, const ClusterProfile& profile,
                    const QStringList& topics);
    void captureStarted();
    void captureStatus(const invoke::RecordingStatus& status);
    void captureEnded(const std::optional<Error>& error);
    void sessionOpened();
    void updateFrame();
    void showMode();
    void updateStatus();
    void viewChanged(int index);
    void follow(bool on);
    void followedTime();
    void fitInspector();
    void replayMoved(const std::optional<AsOf>& at);
    void stepped();
    void askCompletion();
    void nextPane();
    void showLanesOf(InvocationId call);
    void showEventsOf(EventId event);
    void showEventAt(TopicId topic, std::int32_t partition, std::int64_t offset);
    void linkSelection();
    void resetLayout();
    void showBadge(std::int64_t errors);
    void showKeys();
    void about();
    bool refuseWhileRecording();
    void showControl();
    void fillControl();
    void deliverAgain();
    void openRedrive(const std::optional<journal::FindingRow>& finding);
    /// Calls `with` with the finding that is chosen, if any is.
    void withFinding(std::function<void(const std::optional<journal::FindingRow>&)> with);

    const Services services_;
    KeychainSecrets* const secrets_;
    Selection selection_;
    CaptureController capture_;
    std::unique_ptr<Session> session_;
    std::optional<invoke::RecordingStatus> recording_;
    std::optional<Error> recording_end_;
    std::optional<flow::Order> next_demo_;  ///< to start when the one that runs has ended
    std::optional<AsOf> replayed_;          ///< the cursor of Replay, while other views follow it
    bool closing_ = false;
    bool layout_restored_ = false;
    bool inspector_wanted_ = true;
    bool inspector_wide_ = false;

    QWidget* corner_;
    QLabel* mode_;
    QToolButton* other_order_;  ///< of the demo
    QMenu* demo_menu_ = nullptr;
    SelectionBar* bar_;
    ErrorBar* error_;
    QStackedWidget* pages_;
    Welcome* welcome_;
    ViewArea* views_;
    FlowView* flow_;
    LanesCanvas* lanes_;
    LatencyView* latency_;
    InstancesView* instances_;
    OrderView* order_;
    LineageView* lineage_;
    EventsView* events_;
    LogView* log_;
    ReplayView* replay_;
    CompareView* compare_;
    InspectorDock* inspector_;
    TransportBar* transport_;
    StatusLine* status_;
    PaletteWindow* palette_;
    FilterField* filter_;
    ConnectDialog* connect_ = nullptr;
    ControlWindow* control_ = nullptr;
    QToolBar *tabs_bar_, *selection_bar_, *transport_bar_;
    QAction *stop_action_, *control_action_, *again_action_, *redrive_action_, *close_action_, *live_action_,
        *back_action_, *forward_action_;
    QList<QAction*> session_actions_;  ///< of use only with a session
};

}  // namespace weir::views
