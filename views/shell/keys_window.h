// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QVector>

#include <utility>

namespace weir::views {

/// The keys of Weir, one a line: those of the menus, and those of the canvases.
class KeysWindow : public QDialog {
    Q_OBJECT
  public:
    using Keys = QVector<std::pair<QString, QString>>;

    /// `menus`: key and meaning of what the menus offer.
    explicit KeysWindow(const Keys& menus, QWidget* parent = nullptr);
};

}  // namespace weir::views
