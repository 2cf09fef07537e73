// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace weir::views {

/// The keys of Weir, one a line.
class KeysWindow : public QDialog {
    Q_OBJECT
  public:
    explicit KeysWindow(QWidget* parent = nullptr);
};

}  // namespace weir::views
