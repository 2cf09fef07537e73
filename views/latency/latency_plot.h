// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "format/format.h"
#include "latency/latency_data.h"

#include <QWidget>

#include <memory>

class QCustomPlot;

namespace weir::views {

/// A cold start, to be marked in the plot.
struct ColdMark {
    TimeNs at = 0;
    DurationNs init = 0;
};

/// The heat map with its percentile lines, and below it where the time went. Dragging chooses a stretch of
/// time, the wheel zooms, a click takes a column.
class LatencyPlot : public QWidget {
    Q_OBJECT
  public:
    explicit LatencyPlot(Selection* selection, QWidget* parent = nullptr);
    ~LatencyPlot() override;

    void show(std::shared_ptr<const LatencyPicture> picture, std::vector<ColdMark> cold);
    void showText(const QString& words);
    /// Columns that fit.
    [[nodiscard]] int wantedColumns() const;
    [[nodiscard]] bool save(const QString& path);
    /// The column under the last click, −1 for none.
    [[nodiscard]] int column() const { return column_; }
    [[nodiscard]] QCustomPlot* plot() const { return plot_; }

  signals:
    void columnChosen(int column);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    struct Parts;
    void build();
    void applyTheme();
    void updateAxis();
    [[nodiscard]] TimeNs timeAt(double x) const;
    void zoom(double factor, double x);
    void pan(double share);
    bool key(int key);

    Selection* const selection_;
    QCustomPlot* plot_;
    std::unique_ptr<Parts> parts_;
    std::shared_ptr<const LatencyPicture> picture_;
    Clock clock_;
    int column_ = -1;
    double press_ = -1;
    bool dragging_ = false;
};

}  // namespace weir::views
