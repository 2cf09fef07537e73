// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "report/figure.h"

#include <cairo.h>
#include <pango/pango.h>

#include <memory>
#include <string>

namespace weir::report {

struct UnrefObject {
    void operator()(void* object) const noexcept { g_object_unref(object); }
};
struct DestroyCairo {
    void operator()(cairo_t* c) const noexcept { cairo_destroy(c); }
    void operator()(cairo_surface_t* s) const noexcept { cairo_surface_destroy(s); }
};
using Layout = std::unique_ptr<PangoLayout, UnrefObject>;

/// How text looks.
struct Font {
    double size = 9;  ///< points
    bool bold = false, mono = false;
};

/// Draws text and figures on a Cairo context, in points and in the light colours. One thread.
class Canvas {
  public:
    explicit Canvas(cairo_t* cairo) : cairo_(cairo) {}

    /// `width` 0: one line; else wrapped to it, anywhere when a word is longer.
    [[nodiscard]] Layout layout(const std::string& text, const Font& font, double width) const;
    [[nodiscard]] static double height(PangoLayout* layout);
    [[nodiscard]] static double width(PangoLayout* layout);
    void draw(PangoLayout* layout, double x, double y, Ink ink) const;  ///< x, y: its top left
    void draw(const Figure& figure, double x, double y, double scale) const;
    void line(double x1, double y1, double x2, double y2, Ink ink, double width) const;
    void setInk(Ink ink) const;
    [[nodiscard]] cairo_t* cairo() const noexcept { return cairo_; }

  private:
    void shape(const Box& box) const;
    void shape(const Line& line) const;
    void shape(const Label& label) const;

    cairo_t* cairo_;
};

}  // namespace weir::report
