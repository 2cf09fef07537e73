// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QWidget>

class QLabel;

namespace weir::views {

/// What went wrong, what to try, Copy. Hidden while all is well.
class ErrorBar : public QWidget {
    Q_OBJECT
  public:
    explicit ErrorBar(QWidget* parent = nullptr);

    void showError(const Error& error);
    void clear();
    [[nodiscard]] QString shownText() const;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QLabel* words_;
    QString text_;
};

}  // namespace weir::views
