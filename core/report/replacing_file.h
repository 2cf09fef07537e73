// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <string>
#include <string_view>

namespace weir::report {

/// A file that takes its name only when it is whole and on the disk; until then, and with any error, what
/// stood there stays. One thread.
class ReplacingFile {
  public:
    static Result<ReplacingFile> create(const std::string& path);
    ~ReplacingFile();
    ReplacingFile(ReplacingFile&& other) noexcept;
    ReplacingFile& operator=(ReplacingFile&&) = delete;

    Status write(std::string_view bytes);
    Status finish();

  private:
    ReplacingFile(std::string path, std::string partial, int descriptor)
        : path_(std::move(path)), partial_(std::move(partial)), descriptor_(descriptor) {}
    [[nodiscard]] tl::unexpected<Error> failed(int reason) const;

    std::string path_, partial_;
    int descriptor_ = -1;
};

}  // namespace weir::report
