// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/task.h"
#include "shell/services.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <optional>

namespace weir::views {

/// Starts a recording, watches it and ends it in order. One at a time.
class CaptureController : public QObject {
    Q_OBJECT
  public:
    enum class Kind { Watch, Flow, Demo, Redrive };

    explicit CaptureController(const Services& services, QObject* parent = nullptr);
    /// Ends a recording that still runs; waits for it.
    ~CaptureController() override;

    void start(invoke::RecordingPlan plan, Kind kind);
    void startDemo(demo::AuctionOptions options);
    /// Recorded events once more; ends by itself.
    void startRedrive(weir::redrive::Plan plan);
    /// Nothing new starts, calls in flight finish, the file is closed. ended() follows.
    void stop();
    /// Changes something while it runs; an error when there is no recording or the command cannot be carried
    /// out.
    Status control(invoke::control::Command command);
    /// At once: calls in flight are abandoned.
    void abort();

    [[nodiscard]] bool starting() const { return task_.running(); }
    [[nodiscard]] bool running() const { return capture_ != nullptr; }
    [[nodiscard]] Kind kind() const { return kind_; }
    /// Of the demo that runs or was started last.
    [[nodiscard]] flow::Order demoOrder() const { return demo_order_; }
    [[nodiscard]] const QString& path() const { return path_; }

  signals:
    void started();
    void startFailed(const weir::Error& error);
    void statusChanged(const weir::invoke::RecordingStatus& status);
    /// `error` is set when a fault ended it early.
    void ended(const std::optional<weir::Error>& error);

  private:
    void take(Result<std::unique_ptr<Capture>> capture);
    void poll();

    const Services& services_;
    Kind kind_ = Kind::Watch;
    flow::Order demo_order_ = flow::Order::Partition;
    QString path_;
    bool stop_wanted_ = false;
    std::unique_ptr<Capture> capture_;
    QTimer timer_;
    Task task_;
};

}  // namespace weir::views
