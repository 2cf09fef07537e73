// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

/// Pictures as values: what to draw, in colours by meaning. SVG and PDF are made from the same.
namespace weir::report {

/// Colours by what they mean; each has a light and a dark value (palette.h).
enum class Ink : unsigned char {
    None,
    Text,
    Text2,
    Text3,
    Line,
    LineStrong,
    Chrome,
    OnFill,  ///< words on Success, Waiting and the like
    OnBreak,
    Success,
    SuccessSoft,
    SuccessText,
    Cold,
    ColdText,
    Warn,
    WarnText,
    Failed,
    FailedText,
    Break,
    BreakSoft,
    Accent,
    Waiting,
    WaitingSoft,
};

enum class Anchor : unsigned char { Start, Middle, End };

struct Box {
    double x = 0, y = 0, width = 0, height = 0;
    Ink fill = Ink::None, stroke = Ink::None;
    double radius = 0;
};
/// A line through points; closed and filled when `fill` is a colour.
struct Line {
    std::vector<std::pair<double, double>> points;
    Ink stroke = Ink::Text, fill = Ink::None;
    double width = 1;
    bool dashed = false;
    bool smooth = false;  ///< four points: a Bézier curve
};
/// One line of text; y is the baseline. `room` > 0: text is cut with an ellipsis in the middle to fit.
struct Label {
    double x = 0, y = 0;
    std::string text;
    Ink ink = Ink::Text2;
    Anchor anchor = Anchor::Start;
    double size = 11;
    bool bold = false, mono = false;
};
using Shape = std::variant<Box, Line, Label>;

struct Figure {
    double width = 0, height = 0;
    std::string says;  ///< what it shows, for those who cannot see it
    std::vector<Shape> shapes;

    void box(double x, double y, double w, double h, Ink fill, Ink stroke = Ink::None, double radius = 0) {
        shapes.emplace_back(Box{x, y, w, h, fill, stroke, radius});
    }
    void line(double x1, double y1, double x2, double y2, Ink stroke, double w = 1, bool dashed = false) {
        shapes.emplace_back(Line{{{x1, y1}, {x2, y2}}, stroke, Ink::None, w, dashed, false});
    }
    void text(double x, double y, std::string words, Ink ink = Ink::Text2, Anchor anchor = Anchor::Start) {
        shapes.emplace_back(Label{x, y, std::move(words), ink, anchor});
    }
};

/// The text, or its two ends with an ellipsis between when it has over `most` characters.
[[nodiscard]] std::string elide(const std::string& text, std::size_t most);

}  // namespace weir::report
