// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "format/format.h"

#include <QWidget>

#include <utility>
#include <vector>

namespace weir::views {

/// A distribution of durations: figures above, bars below, slow at the top.
class HistogramPane : public QWidget {
    Q_OBJECT
  public:
    struct Row {
        double low = 0, high = 0;  ///< nanoseconds
        double count = 0;
    };
    explicit HistogramPane(QWidget* parent = nullptr);
    void show(const QString& title, std::vector<std::pair<QString, QString>> facts, std::vector<Row> rows);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QString title_;
    std::vector<std::pair<QString, QString>> facts_;
    std::vector<Row> rows_;
};

}  // namespace weir::views
