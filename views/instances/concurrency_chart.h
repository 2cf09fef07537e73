// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "instances/concurrency.h"

#include <QWidget>

#include <optional>

namespace weir::views {

/// Calls in flight as steps, instances alive as a line, the limit as a dashed one. Shares the time scale and
/// the gutter of the canvas below it.
class ConcurrencyChart : public QWidget {
    Q_OBJECT
  public:
    explicit ConcurrencyChart(QWidget* parent = nullptr);
    /// `until`: the column of a replay's cursor; what lies behind it is veiled.
    void show(Concurrency counts, int gutter, const QString& subject,
              std::optional<int> until = std::nullopt);
    [[nodiscard]] const Concurrency& counts() const { return counts_; }
    [[nodiscard]] QSize sizeHint() const override { return {600, 110}; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    Concurrency counts_;
    int gutter_ = 186;
    QString subject_;
    std::optional<int> until_;
};

}  // namespace weir::views
