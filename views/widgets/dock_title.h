// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme/glyphs.h"

#include <QWidget>

#include <functional>

class QHBoxLayout;
class QLabel;

namespace weir::views {

/// The title of a dock, 26 high: its name, and small buttons at the right. Dragging it moves the dock.
class DockTitle : public QWidget {
    Q_OBJECT
  public:
    explicit DockTitle(const QString& name, QWidget* parent = nullptr);

    void addButton(Glyph glyph, const QString& name, std::function<void()> pressed);
    /// What stands at the right in the quiet colour.
    void setDetail(const QString& detail);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QLabel *name_, *detail_;
    QHBoxLayout* layout_;
};

}  // namespace weir::views
