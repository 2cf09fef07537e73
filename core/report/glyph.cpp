// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/document.h"

namespace weir::report {
namespace {

using Points = std::vector<std::pair<double, double>>;

class Pen {
  public:
    Pen(Figure& figure, Ink ink) : figure_(figure), ink_(ink) {}
    void stroke(Points points, bool smooth = false) {
        figure_.shapes.emplace_back(Line{std::move(points), ink_, Ink::None, 1.5, false, smooth});
    }
    void fill(Points points) {
        figure_.shapes.emplace_back(Line{std::move(points), Ink::None, ink_, 1, false, false});
    }

  private:
    Figure& figure_;
    Ink ink_;
};

}  // namespace

Figure drawing(Glyph glyph, Ink ink) {
    Figure f{12, 12, "", {}};
    Pen pen(f, ink);
    switch (glyph) {
        case Glyph::Regression:
            pen.stroke({{2, 4}, {9, 4}, {10.5, 6}, {10, 8.5}}, false);
            pen.stroke({{5, 1.5}, {2, 4}, {5, 6.5}});
            pen.stroke({{1.5, 10.5}, {3, 10.5}});
            pen.stroke({{5, 10.5}, {7, 10.5}});
            break;
        case Glyph::Inversion:
            pen.stroke({{1, 3}, {5, 3}, {6, 9}, {10, 9}}, true);
            pen.stroke({{1, 9}, {5, 9}, {6, 3}, {10, 3}}, true);
            pen.fill({{9, 0.8}, {12, 3}, {9, 5.2}});
            pen.fill({{9, 6.8}, {12, 9}, {9, 11.2}});
            break;
        case Glyph::Overlap:
            f.box(1.2, 2, 6, 5.5, Ink::None, ink);
            f.box(4.5, 4.8, 6, 5.5, Ink::None, ink);
            break;
        case Glyph::Duplicate:
            f.box(1, 3.2, 4.5, 5.6, ink);
            f.box(6.8, 3.2, 4.5, 5.6, ink);
            break;
        case Glyph::Gap:
            for (const auto& [x, y] : Points{{2, 2}, {6.5, 2}, {2, 10}, {6.5, 10}})
                pen.stroke({{x, y}, {x + 3, y}});
            for (const auto& [x, y] : Points{{2, 2}, {10, 2}, {2, 7}, {10, 7}})
                pen.stroke({{x, y}, {x, y + 3}});
            break;
        case Glyph::OutputInversion:
            pen.stroke({{1.5, 1.5}, {10.5, 7.5}});
            pen.stroke({{1.5, 7.5}, {10.5, 1.5}});
            pen.stroke({{1, 10.5}, {11, 10.5}});
            break;
        case Glyph::KeySplit:
            pen.stroke({{1, 6}, {4, 6}, {6, 2.5}, {11, 2.5}});
            pen.stroke({{4, 6}, {6, 9.5}, {11, 9.5}});
            break;
        case Glyph::Late:
            f.box(1, 1, 10, 10, Ink::None, ink, 5);
            pen.stroke({{6, 3.2}, {6, 6.4}, {8.2, 7.6}});
            break;
        case Glyph::Tick:
            pen.stroke({{2, 6.4}, {4.8, 9.2}, {10.2, 2.8}});
            break;
        case Glyph::None:
            break;
    }
    return f;
}

}  // namespace weir::report
