// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/selection.h"
#include "session/session.h"
#include "transport/timeline.h"

#include <QTimer>
#include <QWidget>

#include <utility>
#include <vector>

namespace weir::views {

/// The whole session in one strip: rate of events, cold calls, failures and findings; the stretch of time in
/// view as a frame to drag, the chosen instant as a line.
class Minimap : public QWidget {
    Q_OBJECT
  public:
    explicit Minimap(Selection* selection, QWidget* parent = nullptr);

    void setSession(Session* session);
    /// Where findings stand: instant and severity (1 note, 2 warn, 3 error).
    void setFindings(std::vector<std::pair<TimeNs, int>> findings);
    /// While live views follow the newest: what they show. Nothing: the selection says it.
    void setFollowed(std::optional<TimeRange> range);
    /// The instant to mark; 0: none.
    void setCursor(TimeNs at);

    [[nodiscard]] const TimeScale& scale() const { return scale_; }
    [[nodiscard]] const Timeline& timeline() const { return line_; }
    [[nodiscard]] QSize sizeHint() const override { return {600, 46}; }

  signals:
    /// The user took hold of the past.
    void touched();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

  private:
    enum class Grip { None, Whole, Left, Right, New };

    void rebuild();
    void askRollups();
    void zoomAt(double x, double factor);
    void pan(double share);
    void showColumns(double from, double to);
    [[nodiscard]] std::optional<TimeRange> shown() const;
    [[nodiscard]] std::pair<double, double> frame() const;

    QPointer<Session> session_;
    Selection* const selection_;
    Clock clock_;
    TimeScale scale_;
    Timeline line_;
    std::vector<std::pair<TimeNs, int>> findings_;
    std::vector<journal::RollupRow> rollups_;  ///< of the whole session, as of the last answer
    bool asking_ = false, stale_ = false;
    std::uint64_t generation_ = 0;
    std::optional<TimeRange> followed_;
    TimeNs cursor_ = 0;
    QTimer rebuild_timer_;
    Grip grip_ = Grip::None;
    double grip_x_ = 0;
    std::pair<double, double> grip_frame_;
};

}  // namespace weir::views
