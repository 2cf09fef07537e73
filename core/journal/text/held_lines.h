// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/text/line_source.h"
#include "journal/text/temp_file.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace weir::journal {

/// Lines that are put aside for a while, the many of them in a temporary file.
/// Threads: one.
class HeldLines {
  public:
    explicit HeldLines(std::string temp_directory) : directory_(std::move(temp_directory)) {}

    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    Status add(const Line& line);
    /// Gives all lines back, in order, until `each` fails, and forgets them.
    Status release(const std::function<Status(const Line&)>& each);

  private:
    std::string directory_;
    std::string held_;  ///< lines with their heads; what is in file_ came before
    std::optional<TempFile> file_;
    std::size_t count_ = 0;
};

/// Reads lines with their heads, as HeldLines and the sorter write them, from a stretch of a file.
class StoredLines {
  public:
    struct Head {
        std::int64_t number = 0;
        std::uint64_t size = 0;
    };

    StoredLines(const TempFile& file, std::int64_t from, std::int64_t to, std::size_t buffer_bytes)
        : file_(&file), at_(from), to_(to), chunk_(buffer_bytes) {}

    /// The next line, which stays until the next call; false at the end or after a failure.
    Result<bool> next(Line& line);
    static void append(std::string& out, const Line& line);

  private:
    Status want(std::size_t bytes);

    const TempFile* file_;
    std::int64_t at_, to_;
    std::size_t chunk_;
    std::vector<char> buffer_;
    std::size_t from_ = 0, end_ = 0;
};

}  // namespace weir::journal
