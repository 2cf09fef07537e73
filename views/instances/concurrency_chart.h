// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "instances/concurrency.h"

#include <QWidget>

namespace weir::views {

/// Calls in flight as steps, instances alive as a line, the limit as a dashed one. Shares the time scale and
/// the gutter of the canvas below it.
class ConcurrencyChart : public QWidget {
    Q_OBJECT
  public:
    explicit ConcurrencyChart(QWidget* parent = nullptr);
    void show(Concurrency counts, int gutter, const QString& subject);
    [[nodiscard]] const Concurrency& counts() const { return counts_; }
    [[nodiscard]] QSize sizeHint() const override { return {600, 110}; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    Concurrency counts_;
    int gutter_ = 186;
    QString subject_;
};

}  // namespace weir::views
