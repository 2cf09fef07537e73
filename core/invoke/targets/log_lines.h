// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir::invoke {

/// Makes text of bytes that a foreign program wrote: what is not UTF-8, and NUL, becomes U+FFFD.
[[nodiscard]] std::string toUtf8(std::string_view bytes);

/// Cuts a stream of bytes into lines of text. A line without an end is cut into pieces of kLongest bytes, not
/// inside a character, so that memory stays bounded whatever a function prints.
class LogLines {
  public:
    static constexpr std::size_t kLongest = 64 * 1024;

    /// The lines that are complete with these bytes, without their line ends.
    [[nodiscard]] std::vector<std::string> add(std::string_view bytes);
    /// What stands after the last line end, at the end of the stream; empty when there is nothing.
    [[nodiscard]] std::vector<std::string> finish();

  private:
    std::string rest_;  ///< at most kLongest bytes, without a line end
};

}  // namespace weir::invoke
