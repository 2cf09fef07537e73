// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lanes/hatch.h"
#include "lanes/lane_columns.h"
#include "lanes/lane_layout.h"
#include "lanes/marked_call.h"
#include "lanes/time_scale.h"

#include <QFont>
#include <QRect>

#include <array>
#include <map>
#include <optional>
#include <vector>

class QPainter;

namespace weir::views {

/// What the canvas shows, all of it values.
struct LanesScene {
    const Catalog* catalog = nullptr;
    const LaneStore* store = nullptr;
    const LaneStore* matching = nullptr;  ///< of a filter: the rest is dimmed; nullptr: none is set
    const LaneLayout* layout = nullptr;
    TimeScale scale;  ///< of the plot, right of the gutter
    TimeNs now = 0;   ///< up to which calls in flight reach
    int gutter = 186;
    int axis = 25;   ///< height of the time axis
    int scroll = 0;  ///< y of the layout at the top of the plot
    QSize size;
    InvocationId selected;
    int focused_row = -1;  ///< −1: none
    bool has_focus = false;
    bool arrows = true;
    std::optional<TimeNs> until;  ///< a replay's cursor: what lies behind has not happened
    const std::vector<MarkedCall>* marked = nullptr;  ///< the calls of the chosen finding
    LaneKey chosen;                                   ///< the lane of the selection's place; empty: none
};

/// What the gutter says of a lane, counted over the stretch of time in view.
struct LaneFigures {
    std::array<std::int64_t, kMarks> marks{};
    std::int64_t max_backlog = 0;
    double busy = 0;
    bool any = false;  ///< some call touches the view
};
[[nodiscard]] LaneFigures figures(const LanesScene& scene, const LaneRow& row);

/// Where a call's bar is, in canvas coordinates; may lie outside of the plot.
[[nodiscard]] QRect barOf(const LanesScene& scene, const LaneRow& row, const Lane& lane, std::size_t index);

/// The call drawn at that point, if any. In a dense lane the one that stands out most at that pixel.
[[nodiscard]] const Call* callAt(const LanesScene& scene, QPoint point);

/// The instant until which a cold call waits for its instance to be ready: its end when that is not known.
[[nodiscard]] TimeNs initEnd(const Catalog& catalog, const Call& call, TimeNs now);

/// Draws the Lanes canvas: ground, grid, ramps, arrows, bars, labels, gutter, axis, in this order.
class LanesPainter {
  public:
    LanesPainter(QPainter& painter, const LanesScene& scene, const Hatches& hatches, const Clock& clock);
    void paint();

  private:
    void paintGrid();
    void paintUntil();
    void paintRamp(const LaneRow& row, const Lane& lane);
    void paintLane(const LaneRow& row, const Lane& lane);
    void paintBars(const LaneRow& row, const Lane& lane);
    void paintColumns(const std::vector<Column>& columns, int top, int height);
    void paintBar(const LaneRow& row, const Call& call, const QRect& rect);
    void paintBody(const Call& call, const QRect& rect);
    void paintArrivals(const LaneRow& row);
    void paintFolded(const LaneRow& row);
    void paintArrows();
    void paintArrow(const Call& call, const QColor& colour, int width);
    void paintSelection();
    void paintMarked();
    void paintMark(const MarkedCall& mark, const QRect& bar);
    /// Where a call is drawn in its partition's and its instance's lane, as far as these have a row.
    [[nodiscard]] std::vector<QRect> barsOf(const Call& call) const;
    void paintGutter(const LaneRow& row, int index);
    void paintHead(const LaneRow& row, int index);
    void paintFigures(const LaneRow& row, const LaneFigures& figures, QRect area);
    void paintAxis();
    void label(const QRect& rect, const QString& text, QRgb colour, QRgb plate, bool needs_plate);
    [[nodiscard]] int figuresWidth(const LaneRow& row, const LaneFigures& figures) const;
    int text(int x, int y, int width, int height, const QFont& font, QRgb colour, const QString& text);

    [[nodiscard]] int topOf(const LaneRow& row) const { return s_.axis + row.y - s_.scroll; }
    [[nodiscard]] std::vector<const Lane*> membersOf(const LaneRow& head) const;

    QPainter& p_;
    const LanesScene& s_;
    const Hatches& hatches_;
    const Clock& clock_;
    const Theme& t_;
    QRect plot_;
    QFont small_, bold_, mono_;
    std::vector<int> visible_;
    double backlog_peak_ = 1;
    std::map<int, std::vector<std::int64_t>> ramps_;  ///< row → events waiting per pixel
};

}  // namespace weir::views
