// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme/glyphs.h"

#include <QLabel>

#include <functional>
#include <optional>

namespace weir::views {

/// A label with a colour, a glyph or links that stay right when the theme changes. What a plain QLabel was
/// given once, a pixmap, a colour or rich text, keeps the colours of the theme of that moment.
class ThemedLabel : public QLabel {
    Q_OBJECT
  public:
    /// Asked again whenever the theme changes.
    using Colour = std::function<QRgb()>;

    explicit ThemedLabel(const QString& text = {}, QWidget* parent = nullptr);
    void setGlyph(Glyph glyph, int size, Colour colour);
    /// Of its words, unless they are rich text.
    void setColour(Colour colour);

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void dress();

    std::optional<Glyph> glyph_;
    int size_ = 0;
    Colour colour_;
};

}  // namespace weir::views
