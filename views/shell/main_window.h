// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connect/profile.h"
#include "session/selection.h"
#include "session/session.h"
#include "shell/capture_controller.h"
#include "shell/services.h"

#include <QMainWindow>

#include <array>
#include <memory>
#include <optional>

class QLabel;
class QStackedWidget;
class QTabBar;
class QToolBar;

namespace weir::views {

class ConnectDialog;
class ErrorBar;
class EventsView;
class InspectorDock;
class KeychainSecrets;
class LanesCanvas;
class SelectionBar;
class StatusLine;
class Welcome;

/// The one window: menus, tabs, selection, views, inspector, status.
class MainWindow : public QMainWindow {
    Q_OBJECT
  public:
    MainWindow(Services services, KeychainSecrets* secrets, QWidget* parent = nullptr);
    ~MainWindow() override;

    void openSession(const QString& path);
    void openFlow(const QString& path);
    void runDemo();
    void closeSession();
    /// Opens a dropped or named file by what it is.
    void openFile(const QString& path);

    [[nodiscard]] Session* session() const { return session_.get(); }
    [[nodiscard]] Selection* selection() { return &selection_; }
    [[nodiscard]] LanesCanvas* lanes() const { return lanes_; }
    [[nodiscard]] EventsView* events() const { return events_; }
    [[nodiscard]] InspectorDock* inspector() const { return inspector_; }
    [[nodiscard]] ErrorBar* errorBar() const { return error_; }
    [[nodiscard]] StatusLine* statusLine() const { return status_; }
    [[nodiscard]] Welcome* welcome() const { return welcome_; }
    [[nodiscard]] ConnectDialog* connectDialog();
    [[nodiscard]] CaptureController* capture() { return &capture_; }
    [[nodiscard]] QString modeText() const;

    enum Tab { Lanes, Events };
    void showTab(Tab tab);
    void showConnect(const ClusterProfile& profile);

  protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void buildMenus();
    void buildBars();
    QWidget* lanesTools();
    QWidget* eventsTools();
    void startSession(const QString& path, bool live);
    void startWatch(const kafka::ClusterSettings& settings, const ClusterProfile& profile,
                    const QStringList& topics);
    void captureStarted();
    void captureEnded(const std::optional<Error>& error);
    void sessionOpened();
    void updateFrame();
    void updateStatus();
    void nextPane();
    void showLanesOf(InvocationId call);
    void showEventsOf(EventId event);
    void linkSelection();
    void showKeys();
    void about();
    bool refuseWhileRecording();

    const Services services_;
    KeychainSecrets* const secrets_;
    Selection selection_;
    CaptureController capture_;
    std::unique_ptr<Session> session_;
    std::optional<invoke::RecordingStatus> recording_;
    std::optional<Error> recording_end_;
    bool closing_ = false;
    Tab inspector_tab_ = Lanes;
    std::array<int, 2> inspector_widths_{320, 400};

    QLabel* mode_;
    QTabBar* tabs_;
    SelectionBar* bar_;
    ErrorBar* error_;
    QStackedWidget* pages_;
    Welcome* welcome_;
    LanesCanvas* lanes_;
    EventsView* events_;
    InspectorDock* inspector_;
    StatusLine* status_;
    ConnectDialog* connect_ = nullptr;
    QToolBar *tabs_bar_, *selection_bar_;
    QAction *stop_action_, *close_action_, *live_action_;
    QList<QAction*> session_actions_;
};

}  // namespace weir::views
