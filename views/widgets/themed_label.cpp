// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/themed_label.h"

#include <QEvent>

#include <utility>

namespace weir::views {

ThemedLabel::ThemedLabel(const QString& text, QWidget* parent) : QLabel(text, parent) {}

void ThemedLabel::setGlyph(Glyph glyph, int size, Colour colour) {
    glyph_ = glyph;
    size_ = size;
    colour_ = std::move(colour);
    dress();
}

void ThemedLabel::setColour(Colour colour) {
    colour_ = std::move(colour);
    dress();
}

void ThemedLabel::dress() {
    if (glyph_) {
        setPixmap(glyphPixmap(*glyph_, size_, colour_(), devicePixelRatioF()));
        return;
    }
    if (colour_ && palette().color(QPalette::WindowText) != QColor(colour_())) {
        QPalette dressed = palette();
        dressed.setColor(QPalette::WindowText, QColor(colour_()));
        setPalette(dressed);
    }
}

void ThemedLabel::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) {
        dress();
        const QString words = text();
        if (textFormat() != Qt::PlainText && Qt::mightBeRichText(words)) {
            clear();  // links have the colour that they were laid out with
            setText(words);
        }
    }
    QLabel::changeEvent(event);
}

}  // namespace weir::views
