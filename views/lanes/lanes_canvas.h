// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lanes/lanes_painter.h"
#include "session/offset_ranges.h"
#include "session/selection.h"
#include "session/session.h"

#include <QAbstractScrollArea>
#include <QPixmap>
#include <QPointer>
#include <QTimer>

namespace weir::views {

/// The Lanes canvas: time across, a lane per partition and per instance.
class LanesCanvas : public QAbstractScrollArea {
    Q_OBJECT
  public:
    explicit LanesCanvas(Selection* selection, LaneRows shown = LaneRows::All, QWidget* parent = nullptr);

    /// nullptr: nothing to show.
    void setSession(Session* session);

    [[nodiscard]] const TimeScale& scale() const { return scale_; }
    [[nodiscard]] bool following() const { return follow_; }
    [[nodiscard]] const LaneLayout& laneLayout() const { return layout_; }
    [[nodiscard]] int focusedRow() const { return focused_row_; }
    [[nodiscard]] bool arrows() const { return arrows_; }
    /// Width of the names at the left.
    [[nodiscard]] int gutter() const { return gutter_; }

    void zoom(double factor);
    void pan(double share);
    void fit();
    void setFollowing(bool follow);
    void setArrows(bool shown);
    /// The calls of the chosen finding are outlined.
    void setMarked(const std::vector<weir::views::MarkedCall>& calls);
    [[nodiscard]] const std::vector<MarkedCall>& marked() const { return marked_; }
    /// A replay's cursor: what lies behind it is veiled, and it is kept in view. Nothing: there is none.
    void setUntil(std::optional<TimeNs> at);
    void showTime(TimeNs from, TimeNs to);
    /// Brings a call into view and near enough to be seen.
    void reveal(InvocationId call);
    /// Chooses the call `steps` further in the focused lane.
    void stepCall(int steps);

  signals:
    void scaleChanged();
    void followingChanged(bool follow);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool viewportEvent(QEvent* event) override;

  private:
    void sessionGrew();
    void relayout();
    void redraw();
    void advance();
    void setScale(const TimeScale& scale, bool by_user);
    void updateScrollBar();
    void focusRow(int row);
    void ensureRowVisible(int row);
    void toggleFold(int row);
    void activateRow();
    void chooseCall(const Call& call);
    void click(QPoint at);
    [[nodiscard]] LanesScene scene() const;
    [[nodiscard]] int plotWidth() const;
    [[nodiscard]] bool empty() const;
    void paintEmpty(QPainter& painter) const;
    void paintCursor(QPainter& painter) const;
    [[nodiscard]] QString tip(const Call& call) const;
    /// Asks which offsets a call delivered when the call itself does not tell all of them.
    void askRanges(const Call& call);
    [[nodiscard]] QString rowTip(const LaneRow& row) const;

    QPointer<Session> session_;
    Selection* const selection_;
    const LaneRows rows_shown_;
    Clock clock_;
    Hatches hatches_;
    double hatch_ratio_ = 0;
    TimeScale scale_;
    LaneLayout layout_;
    QSet<QString> folded_;
    QPixmap content_;
    bool content_valid_ = false;
    bool fitted_ = true;  ///< the user has not zoomed yet: growth is kept in view
    bool follow_ = false;
    bool arrows_ = true;
    std::optional<TimeNs> until_;
    std::vector<MarkedCall> marked_;
    InvocationId tip_shown_;  ///< the call under the pointer
    InvocationId tip_call_;   ///< whose offsets are in tip_ranges_
    std::vector<OffsetRange> tip_ranges_;
    QPoint tip_at_;
    int gutter_ = 186;
    int focused_row_ = -1;
    int cursor_x_ = -1;
    QPoint press_, last_;
    bool dragging_ = false, resizing_ = false;
    QTimer live_timer_;
};

}  // namespace weir::views
