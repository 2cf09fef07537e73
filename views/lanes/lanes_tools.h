// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace weir::views {

class LanesCanvas;

/// What stands at the right of the selection while Lanes is in front: arrows, zoom, fit.
class LanesTools : public QWidget {
    Q_OBJECT
  public:
    explicit LanesTools(LanesCanvas* canvas, QWidget* parent = nullptr);
};

}  // namespace weir::views
