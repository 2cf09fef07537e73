// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/theme.h"

#include "theme/style.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontMetricsF>
#include <QStyleHints>

#include <algorithm>

/// Resources of a static library are linked only when asked for; must stand outside of any namespace.
static void linkIcons() {
    Q_INIT_RESOURCE(icons);
}

namespace weir::views {
namespace {

constexpr QRgb rgb(unsigned value) {
    return 0xff000000U | value;
}
constexpr QRgb kInk = rgb(0x0E1116);
constexpr QRgb kWhite = rgb(0xFFFFFF);

constexpr Theme kDark{
    .dark = true,
    .canvas = rgb(0x15171B),
    .base = rgb(0x1A1D22),
    .chrome = rgb(0x22262C),
    .header = rgb(0x2A2F36),
    .hover = rgb(0x323841),
    .line = rgb(0x343A43),
    .line_strong = rgb(0x68727F),
    .text = rgb(0xE3E6EA),
    .text2 = rgb(0xA9B1BC),
    .text3 = rgb(0x959EAA),
    .accent = rgb(0x3F95FF),
    .accent_text = rgb(0x7DB5FF),
    .on_accent = rgb(0x0B1420),
    .sel_bg = rgb(0x1D3A61),
    .sel_text = kWhite,
    .success = {rgb(0x3E9181), rgb(0x6CC4AD), kInk},
    .cold = {rgb(0x90DDF3), rgb(0x90DDF3), kInk},
    .retry = {rgb(0xB573BB), rgb(0xCB92D0), kInk},
    .failed = {rgb(0xF1680C), rgb(0xFF8A45), kInk},
    .warn = {rgb(0xF1E062), rgb(0xF1E062), kInk},
    .broken = {rgb(0xFF5C86), rgb(0xFF7D9D), kInk},
    .waiting = {rgb(0x5E6A78), rgb(0xA9B1BC), kInk},
};

constexpr Theme kLight{
    .dark = false,
    .canvas = kWhite,
    .base = kWhite,
    .chrome = rgb(0xF1F2F4),
    .header = rgb(0xE8EAED),
    .hover = rgb(0xDFE4EA),
    .line = rgb(0xD4D8DE),
    .line_strong = rgb(0x858E99),
    .text = rgb(0x1B1F24),
    .text2 = rgb(0x4B5460),
    .text3 = rgb(0x5F6874),
    .accent = rgb(0x236ADD),
    .accent_text = rgb(0x1B59C0),
    .on_accent = kWhite,
    .sel_bg = rgb(0xD3E4FD),
    .sel_text = rgb(0x10233F),
    .success = {rgb(0x1B9B79), rgb(0x0B6B52), kInk},
    .cold = {rgb(0x2E92B3), rgb(0x176883), kInk},
    .retry = {rgb(0x7B3183), rgb(0x7B3183), kWhite},
    .failed = {rgb(0xB5381C), rgb(0xA83216), kWhite},
    .warn = {rgb(0xB97B07), rgb(0x7F5200), kInk},
    .broken = {rgb(0xB50055), rgb(0xB50055), kWhite},
    .waiting = {rgb(0x7A838F), rgb(0x4B5460), kInk},
};

struct Current {
    const Theme* theme = &kLight;
    ThemeChoice choice = ThemeChoice::System;
};

Current& current() {
    static Current state;
    return state;
}

/// The palette that the platform gave, before any of ours. Taken once, at the first call.
bool systemIsDark() {
    static const bool dark = [] {
        const QPalette palette = QApplication::palette();
        return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
    }();
    return dark;
}

QFont scaled(QFont font, double factor) {
    font.setPointSizeF(std::max(8.0, font.pointSizeF() * factor));
    return font;
}

void setColour(QPalette& p, QPalette::ColorRole role, QRgb colour, QRgb disabled) {
    p.setColor(QPalette::Active, role, QColor(colour));
    p.setColor(QPalette::Inactive, role, QColor(colour));
    p.setColor(QPalette::Disabled, role, QColor(disabled));
}

}  // namespace

const Theme& lightTheme() {
    return kLight;
}
const Theme& darkTheme() {
    return kDark;
}
const Theme& theme() {
    return *current().theme;
}
ThemeChoice themeChoice() {
    return current().choice;
}

QPalette paletteOf(const Theme& t) {
    QPalette p;
    const auto set = [&](QPalette::ColorRole role, QRgb colour) { setColour(p, role, colour, colour); };
    set(QPalette::Window, t.chrome);
    set(QPalette::Base, t.base);
    set(QPalette::AlternateBase, t.base);
    set(QPalette::Button, t.header);
    set(QPalette::ToolTipBase, t.header);
    set(QPalette::ToolTipText, t.text);
    set(QPalette::Light, t.hover);
    set(QPalette::Midlight, t.hover);
    set(QPalette::Mid, t.line);
    set(QPalette::Dark, t.line_strong);
    set(QPalette::Shadow, t.dark ? rgb(0x0B0D10) : t.line_strong);
    set(QPalette::Highlight, t.sel_bg);
    set(QPalette::HighlightedText, t.sel_text);
    set(QPalette::Link, t.accent_text);
    set(QPalette::LinkVisited, t.accent_text);
    set(QPalette::BrightText, t.failed.text);
    set(QPalette::PlaceholderText, t.text3);
    setColour(p, QPalette::WindowText, t.text, t.text3);
    setColour(p, QPalette::Text, t.text, t.text3);
    setColour(p, QPalette::ButtonText, t.text, t.text3);
    return p;
}

void applyTheme(ThemeChoice choice) {
    linkIcons();
    const bool system_dark = systemIsDark();
    const bool dark = choice == ThemeChoice::Dark || (choice == ThemeChoice::System && system_dark);
    current() = {dark ? &kDark : &kLight, choice};
    if (qobject_cast<WeirStyle*>(QApplication::style()) == nullptr) QApplication::setStyle(new WeirStyle);
    QApplication::setPalette(paletteOf(theme()));
}

QFont monoFont() {
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPointSizeF(std::max(8.0, QApplication::font().pointSizeF() * 0.92));
    font.setStyleHint(QFont::Monospace);
    return font;
}

QFont smallFont() {
    return scaled(QApplication::font(), 0.85);
}

QFont smallMonoFont() {
    QFont font = monoFont();
    font.setPointSizeF(std::max(8.0, QApplication::font().pointSizeF() * 0.82));
    return font;
}

QFont titleFont() {
    QFont font = scaled(QApplication::font(), 1.1);
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont figuresFont() {
    const QFont font = QApplication::font();
    const QFontMetricsF metrics(font);
    const double one = metrics.horizontalAdvance(QLatin1Char('1'));
    const double zero = metrics.horizontalAdvance(QLatin1Char('0'));
    return qFuzzyCompare(one, zero) ? font : monoFont();
}

}  // namespace weir::views
