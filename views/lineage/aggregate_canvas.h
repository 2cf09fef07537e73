// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/lineage/aggregate.h"

#include <QRectF>
#include <QWidget>

#include <memory>
#include <vector>

namespace weir::views {

/// The lineage of all events together: a box for each topic and function, counts on what goes between them.
class AggregateCanvas : public QWidget {
    Q_OBJECT
  public:
    explicit AggregateCanvas(QWidget* parent = nullptr);

    void show(std::shared_ptr<const analysis::LineageAggregate> lineage);
    /// The whole picture, for a file.
    void paintOn(QPainter& painter) const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }
    /// Topics first, then functions.
    [[nodiscard]] const std::vector<QRectF>& boxes() const { return boxes_; }

  signals:
    void topicChosen(weir::TopicId topic);
    void functionChosen(weir::FunctionId function);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    struct Words {
        QString text;
        QRgb colour = 0;
    };
    void layOut();
    void paintEdge(QPainter& painter, std::size_t from, std::size_t to, bool named,
                   const std::vector<Words>& words) const;
    void paintBox(QPainter& painter, std::size_t index) const;
    [[nodiscard]] QPointF origin() const;
    [[nodiscard]] std::size_t functionAt(std::size_t index) const;

    std::shared_ptr<const analysis::LineageAggregate> lineage_;
    std::vector<QRectF> boxes_;
    QSizeF size_;
};

}  // namespace weir::views
