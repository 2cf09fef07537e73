// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/evidence.h"
#include "format/format.h"
#include "session/catalog.h"

#include <QWidget>

#include <memory>
#include <set>
#include <vector>

namespace weir::views {

/// Where a box of the picture stands; events lie evenly in it by offset.
struct OrderBox {
    std::size_t item = 0;  ///< index into the evidence's calls or outputs
    double left = 0, width = 0;
};

/// One line from an event's place in the order that was expected to its place in the one that happened.
struct OrderStrand {
    double from = 0, to = 0;
    bool broken = false, against = false;
};

/// The two rows of boxes and the strands between them, as values.
struct OrderStrands {
    std::vector<OrderBox> expected, actual;
    std::vector<OrderStrand> strands;
    std::int64_t events_per_strand = 1;
};

/// `left` and `width` of the room for boxes. At most 40 strands.
[[nodiscard]] OrderStrands strandsOf(const analysis::order::Evidence& evidence, double left, double width);

/// Expected order above, actual order below, a line per event (or per n) between: who overtook whom.
class OrderPicture : public QWidget {
    Q_OBJECT
  public:
    explicit OrderPicture(QWidget* parent = nullptr);

    void show(std::shared_ptr<const analysis::order::Evidence> evidence, std::shared_ptr<const Catalog> names,
              std::set<InvocationId> cold = {});
    [[nodiscard]] QSize sizeHint() const override { return {640, 250}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {320, 230}; }

  signals:
    void callChosen(weir::InvocationId call);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

  private:
    void paintBoxes(QPainter& p, const std::vector<OrderBox>& boxes, int top, bool actual) const;
    void paintStrands(QPainter& p, const OrderStrands& picture, int top, int bottom) const;
    [[nodiscard]] OrderStrands layout() const;

    std::shared_ptr<const analysis::order::Evidence> evidence_;
    std::shared_ptr<const Catalog> names_;
    std::set<InvocationId> cold_;  ///< calls that began with a cold start
    Clock clock_;
};

/// The calls of a finding on a common clock, a row each.
class EvidenceClock : public QWidget {
    Q_OBJECT
  public:
    explicit EvidenceClock(QWidget* parent = nullptr);

    void show(std::shared_ptr<const analysis::order::Evidence> evidence, std::shared_ptr<const Catalog> names,
              std::set<InvocationId> cold = {});
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

  signals:
    void callChosen(weir::InvocationId call);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

  private:
    [[nodiscard]] std::vector<std::size_t> rows() const;
    [[nodiscard]] std::pair<TimeNs, TimeNs> range() const;
    [[nodiscard]] double xOf(TimeNs at) const;

    std::shared_ptr<const analysis::order::Evidence> evidence_;
    std::shared_ptr<const Catalog> names_;
    std::set<InvocationId> cold_;  ///< calls that began with a cold start
    Clock clock_;
};

}  // namespace weir::views
