// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir::journal {

/// A file without a name: its room comes back when it is closed, however the process ends.
/// Threads: one.
class TempFile {
  public:
    /// `directory` is where the room is; errors name it.
    static Result<TempFile> create(const std::string& directory);
    TempFile(TempFile&& other) noexcept;
    TempFile& operator=(TempFile&& other) noexcept;
    ~TempFile();

    /// Appends, through a buffer.
    Status append(std::string_view bytes);
    /// Writes out what append() still holds, so that read() sees it.
    Status flush();
    /// Bytes appended so far.
    [[nodiscard]] std::int64_t size() const noexcept {
        return written_ + static_cast<std::int64_t>(buffer_.size());
    }

    /// Writes at a place. Not to be mixed with append().
    Status write(std::int64_t at, const void* data, std::size_t size);
    /// Reads at most `size` bytes from a place; fewer only at the end.
    Result<std::size_t> read(std::int64_t at, void* data, std::size_t size) const;

  private:
    TempFile(int fd, std::string directory) : fd_(fd), directory_(std::move(directory)) {}

    int fd_ = -1;
    std::string directory_;
    std::string buffer_;
    std::int64_t written_ = 0;
};

}  // namespace weir::journal
