// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "replay/replay_picture.h"
#include "session/catalog.h"

#include <QWidget>

#include <memory>

namespace weir::views {

/// Offsets at the cursor, a row per function and partition: committed, done, in flight, waiting.
class ReplayLanes : public QWidget {
    Q_OBJECT
  public:
    explicit ReplayLanes(QWidget* parent = nullptr);

    void show(std::shared_ptr<const ReplayPicture> picture, std::shared_ptr<const Catalog> names);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {300, sizeHint().height()}; }

  signals:
    void laneChosen(weir::FunctionId function, weir::TopicId topic, int partition);
    void callChosen(weir::InvocationId call);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

  private:
    [[nodiscard]] int rowHeight() const;
    [[nodiscard]] int rowAt(int y) const;
    [[nodiscard]] double x(const ReplayLane& lane, std::int64_t offset) const;
    [[nodiscard]] QRectF span(const ReplayLane& lane, std::int64_t first, std::int64_t last, int row) const;
    [[nodiscard]] std::int64_t start(const ReplayLane& lane) const;
    void paintHead(QPainter& painter) const;
    void paintRow(QPainter& painter, int row) const;
    [[nodiscard]] const ReplayLane::InFlight* callAt(int row, QPointF at) const;
    void scale();

    std::shared_ptr<const ReplayPicture> picture_;
    std::shared_ptr<const Catalog> names_;
    double unit_ = 1;        ///< pixels an offset
    std::int64_t most_ = 1;  ///< offsets in the longest row
};

}  // namespace weir::views
