// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "report/figure.h"

#include <string>
#include <variant>
#include <vector>

/// A report as people read it, before it becomes HTML or PDF. All text is plain; who writes it escapes it.
namespace weir::report {

/// Small pictures that stand for a meaning, the same as in the desktop.
enum class Glyph : unsigned char {
    None,
    Regression,
    Inversion,
    Overlap,
    Duplicate,
    Gap,
    OutputInversion,
    KeySplit,
    Late,
    Tick,
};
/// On a grid of 12 × 12.
[[nodiscard]] Figure drawing(Glyph glyph, Ink ink);

struct Cell {
    std::string text;
    Ink ink = Ink::Text;
    bool bold = false, mono = false;
    Glyph glyph = Glyph::None;
};
struct Column {
    std::string title;
    bool right = false;
    double weight = 1;  ///< share of the width
};
struct Table {
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;
};
struct Heading {
    std::string text;
    int level = 2;  ///< 2 or 3
};
struct Paragraph {
    std::string text;
    Ink ink = Ink::Text2;
};
struct Picture {
    Figure figure;
};
/// A picture with words beside it.
struct Explained {
    std::string title;
    Figure figure;
    std::string words_title;
    std::vector<std::string> words;
};
using Block = std::variant<Heading, Paragraph, Table, Picture, Explained>;

struct Verdict {
    Ink ink = Ink::Text;
    Glyph glyph = Glyph::None;
    std::string headline, rest, detail, side;
};
struct Tile {
    std::string label, value;
};

struct Document {
    std::string kind, title;
    std::vector<std::string> facts;  ///< at the right of the title
    Verdict verdict;
    std::vector<Tile> tiles;
    std::vector<Block> blocks;
};

}  // namespace weir::report
