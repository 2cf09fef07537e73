// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <cstdint>
#include <string_view>

namespace weir::journal {

/// A line of text facts, without its line end. FactParser::kPadding bytes behind it can be read.
struct Line {
    std::string_view text;
    std::int64_t number = 0;  ///< in its file, from 1
    bool too_long = false;    ///< longer than a line may be: `text` is empty
};

/// Where lines come from: a file, or a sorted copy of it.
class LineSource {
  public:
    virtual ~LineSource() = default;
    /// Gives the next line, which stays until the next call; false at the end or after a failure.
    virtual bool next(Line& line) = 0;
    /// Why next() ended, when it was a failure.
    [[nodiscard]] virtual const Status& status() const = 0;
};

}  // namespace weir::journal
