// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lanes/hatch.h"

#include <QWidget>

namespace weir::views {

/// What the shapes of the Lanes canvas mean.
class Legend : public QWidget {
    Q_OBJECT
  public:
    explicit Legend(QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    Hatches hatches_;
    double ratio_ = 0;
};

}  // namespace weir::views
