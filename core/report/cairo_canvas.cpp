// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/cairo_canvas.h"

#include "report/escape.h"
#include "report/palette.h"

#include <pango/pangocairo.h>

#include <algorithm>
#include <cstdlib>

namespace weir::report {
namespace {

constexpr double kPi = 3.14159265358979323846;

double channel(const char* hex, int at) {
    const char digits[] = {hex[1 + 2 * at], hex[2 + 2 * at], '\0'};
    return static_cast<double>(std::strtol(digits, nullptr, 16)) / 255;
}

}  // namespace

void Canvas::setInk(Ink ink) const {
    const char* const hex = colour(ink).light;
    cairo_set_source_rgb(cairo_, channel(hex, 0), channel(hex, 1), channel(hex, 2));
}

Layout Canvas::layout(const std::string& text, const Font& font, double width) const {
    Layout layout(pango_cairo_create_layout(cairo_));
    PangoFontDescription* const description = pango_font_description_new();
    pango_font_description_set_family(description, font.mono ? "DejaVu Sans Mono, Noto Sans Mono, monospace"
                                                             : "Inter, Noto Sans, DejaVu Sans, sans-serif");
    // Absolute sizes do not depend on a resolution.
    pango_font_description_set_absolute_size(description, font.size * PANGO_SCALE);
    if (font.bold) pango_font_description_set_weight(description, PANGO_WEIGHT_SEMIBOLD);
    pango_layout_set_font_description(layout.get(), description);
    pango_font_description_free(description);
    const std::string harmless = plain(text);
    pango_layout_set_text(layout.get(), harmless.data(), static_cast<int>(harmless.size()));
    if (width > 0) {
        pango_layout_set_width(layout.get(), static_cast<int>(width * PANGO_SCALE));
        pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    }
    return layout;
}

double Canvas::height(PangoLayout* layout) {
    int height = 0;
    pango_layout_get_size(layout, nullptr, &height);
    return static_cast<double>(height) / PANGO_SCALE;
}

double Canvas::width(PangoLayout* layout) {
    int width = 0;
    pango_layout_get_size(layout, &width, nullptr);
    return static_cast<double>(width) / PANGO_SCALE;
}

void Canvas::draw(PangoLayout* layout, double x, double y, Ink ink) const {
    setInk(ink);
    cairo_move_to(cairo_, x, y);
    pango_cairo_show_layout(cairo_, layout);
}

void Canvas::line(double x1, double y1, double x2, double y2, Ink ink, double width) const {
    setInk(ink);
    cairo_set_line_width(cairo_, width);
    cairo_move_to(cairo_, x1, y1);
    cairo_line_to(cairo_, x2, y2);
    cairo_stroke(cairo_);
}

void Canvas::draw(const Figure& figure, double x, double y, double scale) const {
    cairo_save(cairo_);
    cairo_translate(cairo_, x, y);
    cairo_scale(cairo_, scale, scale);
    for (const Shape& s : figure.shapes) std::visit([&](const auto& one) { shape(one); }, s);
    cairo_restore(cairo_);
}

void Canvas::shape(const Box& b) const {
    const double r = std::min({b.radius, b.width / 2, b.height / 2});
    cairo_new_path(cairo_);
    if (r > 0) {
        cairo_arc(cairo_, b.x + b.width - r, b.y + r, r, -kPi / 2, 0);
        cairo_arc(cairo_, b.x + b.width - r, b.y + b.height - r, r, 0, kPi / 2);
        cairo_arc(cairo_, b.x + r, b.y + b.height - r, r, kPi / 2, kPi);
        cairo_arc(cairo_, b.x + r, b.y + r, r, kPi, 3 * kPi / 2);
        cairo_close_path(cairo_);
    } else {
        cairo_rectangle(cairo_, b.x, b.y, b.width, b.height);
    }
    if (b.fill != Ink::None) {
        setInk(b.fill);
        cairo_fill_preserve(cairo_);
    }
    if (b.stroke != Ink::None) {
        setInk(b.stroke);
        cairo_set_line_width(cairo_, b.radius >= 5 ? 1.5 : 1);
        cairo_stroke_preserve(cairo_);
    }
    cairo_new_path(cairo_);
}

void Canvas::shape(const Line& l) const {
    if (l.points.empty()) return;
    cairo_new_path(cairo_);
    cairo_move_to(cairo_, l.points[0].first, l.points[0].second);
    if (l.smooth && l.points.size() == 4) {
        cairo_curve_to(cairo_, l.points[1].first, l.points[1].second, l.points[2].first, l.points[2].second,
                       l.points[3].first, l.points[3].second);
    } else {
        for (const auto& [x, y] : l.points) cairo_line_to(cairo_, x, y);
    }
    if (l.fill != Ink::None) {
        cairo_close_path(cairo_);
        setInk(l.fill);
        cairo_fill_preserve(cairo_);
    }
    if (l.stroke != Ink::None) {
        setInk(l.stroke);
        cairo_set_line_width(cairo_, l.width);
        const double dashes[] = {2, 2};
        cairo_set_dash(cairo_, dashes, l.dashed ? 2 : 0, 0);
        cairo_stroke_preserve(cairo_);
        cairo_set_dash(cairo_, nullptr, 0, 0);
    }
    cairo_new_path(cairo_);
}

void Canvas::shape(const Label& l) const {
    const Layout text = layout(l.text, {l.size, l.bold, l.mono}, 0);
    const double w = width(text.get());
    const double x = l.anchor == Anchor::Start ? l.x : l.anchor == Anchor::End ? l.x - w : l.x - w / 2;
    const double baseline = static_cast<double>(pango_layout_get_baseline(text.get())) / PANGO_SCALE;
    draw(text.get(), x, l.y - baseline, l.ink);
}

}  // namespace weir::report
