// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/text/held_lines.h"
#include "journal/text/line_source.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace weir::journal {

/// Sorts lines of text facts by time, at one instant by kind, records and outputs by their places, and else
/// as they came. Sorts in memory what fits, and merges such parts from a temporary file. Lines that are no
/// facts stay near where they were.
class FactSorter {
  public:
    struct Options {
        std::string temp_directory = "/tmp";
        std::size_t memory = 64 << 20;
        std::function<bool()> cancelled = nullptr;
    };

    /// Reads all of `lines` and gives them back in order.
    static Result<std::unique_ptr<LineSource>> sort(LineSource& lines, const Options& options);
};

}  // namespace weir::journal
