// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

#include <algorithm>

namespace weir::views {

/// A choice in the selection row: filled and with a cross when the user set it, outlined when nothing is
/// restricted. Clicking a filled chip takes the choice back.
class Chip : public QAbstractButton {
    Q_OBJECT
  public:
    explicit Chip(QWidget* parent = nullptr);

    /// Empty `words`: nothing is chosen; then `placeholder` is shown, or nothing when that is empty too.
    void setWords(const QString& words, const QString& placeholder);
    [[nodiscard]] bool isSet() const { return set_; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {std::min(sizeHint().width(), 60), 22}; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    bool set_ = false;
};

}  // namespace weir::views
