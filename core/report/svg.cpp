// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/svg.h"

#include "report/escape.h"
#include "report/palette.h"

#include <fmt/format.h>

#include <iterator>

namespace weir::report {
namespace {

class SvgWriter {
  public:
    explicit SvgWriter(std::string& out) : out_(out) {}

    void operator()(const Box& b) {
        add(R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}")", b.x, b.y, b.width, b.height);
        if (b.radius > 0) add(R"( rx="{:.1f}")", b.radius);
        paint(b.fill, b.stroke, b.radius >= 5 ? 1.5 : 1);
        out_ += "/>";
    }

    void operator()(const Line& l) {
        if (l.points.empty()) return;
        out_ += "<path d=\"";
        for (std::size_t i = 0; i < l.points.size(); ++i) {
            const char* const step = i == 0 ? "M" : l.smooth && i == 1 ? "C" : l.smooth ? " " : "L";
            add("{}{:.1f} {:.1f}", step, l.points[i].first, l.points[i].second);
        }
        if (l.fill != Ink::None) out_ += 'Z';
        out_ += '"';
        paint(l.fill, l.stroke, l.width);
        if (l.dashed) out_ += " stroke-dasharray=\"2 2\"";
        out_ += "/>";
    }

    void operator()(const Label& l) {
        add("<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{:.1f}\" fill=\"var(--{})\"", l.x, l.y, l.size,
            colour(l.ink).name);
        if (l.anchor != Anchor::Start)
            add(R"( text-anchor="{}")", l.anchor == Anchor::End ? "end" : "middle");
        if (l.bold) out_ += " font-weight=\"600\"";
        if (l.mono) out_ += " class=\"mono\"";
        out_ += '>';
        out_ += markup(l.text);
        out_ += "</text>";
    }

  private:
    template <typename... Args>
    void add(fmt::format_string<Args...> format, Args&&... args) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
    }

    void paint(Ink fill, Ink stroke, double width) {
        if (fill == Ink::None) {
            out_ += " fill=\"none\"";
        } else {
            add(" fill=\"var(--{})\"", colour(fill).name);
        }
        if (stroke == Ink::None) return;
        add(" stroke=\"var(--{})\" stroke-width=\"{:.1f}\"", colour(stroke).name, width);
    }

    std::string& out_;
};

}  // namespace

void appendSvg(std::string& out, const Figure& figure, const char* css_class) {
    fmt::format_to(std::back_inserter(out),
                   R"(<svg class="{}" width="{:.0f}" height="{:.0f}" viewBox="0 0 {:.0f} {:.0f}")", css_class,
                   figure.width, figure.height, figure.width, figure.height);
    if (figure.says.empty()) {
        out += " aria-hidden=\"true\">";
    } else {
        out += " role=\"img\"><title>" + markup(figure.says) + "</title>";
    }
    SvgWriter writer(out);
    for (const Shape& shape : figure.shapes) std::visit(writer, shape);
    out += "</svg>";
}

}  // namespace weir::report
