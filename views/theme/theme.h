// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>

namespace weir::views {

/// A meaning's colour: `fill` for shapes, `text` for words and glyphs, `label` for words on the fill.
struct Tone {
    QRgb fill, text, label;
};

/// The colours of the desktop as data. Checked by tests/gui/theme_test.cpp for contrast and for colour-blind
/// eyes: a colour that breaks the check does not go in.
struct Theme {
    bool dark;
    QRgb canvas, base, chrome, header, hover;
    QRgb line, line_strong;
    QRgb text, text2, text3;
    QRgb accent, accent_text, on_accent;
    QRgb sel_bg, sel_text;
    Tone success, cold, retry, failed, warn, broken, waiting;
};

[[nodiscard]] const Theme& lightTheme();
[[nodiscard]] const Theme& darkTheme();

/// The theme in use. Widgets repaint on QEvent::PaletteChange, which follows every change.
[[nodiscard]] const Theme& theme();

enum class ThemeChoice { System, Light, Dark };

/// Puts the theme into use: palette and style of the application. `System` judges by the lightness of the
/// palette that the platform gave. UI thread only.
void applyTheme(ThemeChoice choice);
[[nodiscard]] ThemeChoice themeChoice();

[[nodiscard]] QPalette paletteOf(const Theme& theme);

/// Fixed-width font for offsets, keys, times and JSON.
[[nodiscard]] QFont monoFont();
/// Canvas labels and axes: 0.85 of the system font, never under 8 pt.
[[nodiscard]] QFont smallFont();
[[nodiscard]] QFont smallMonoFont();
/// The title of a dock.
[[nodiscard]] QFont titleFont();
/// Font for columns of numbers: the system font when its figures are tabular, else the fixed one.
[[nodiscard]] QFont figuresFont();

}  // namespace weir::views
