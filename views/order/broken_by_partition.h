// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "order/finding_group.h"
#include "session/catalog.h"

#include <QWidget>

#include <memory>
#include <vector>

namespace weir::views {

/// Events that were overtaken, per function and partition, worst first, as bars.
class BrokenByPartition : public QWidget {
    Q_OBJECT
  public:
    explicit BrokenByPartition(QWidget* parent = nullptr);

    void show(const std::vector<FindingGroup>& groups, std::shared_ptr<const Catalog> names);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, sizeHint().height()}; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    struct Row {
        QString name;
        std::int64_t events = 0;
    };
    std::vector<Row> rows_;
    std::size_t more_ = 0;
};

}  // namespace weir::views
