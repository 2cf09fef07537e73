// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "journal/sqlite.h"

#include <string>

namespace weir::journal {

/// A session that is being written beside its place: it goes away, with what SQLite puts beside it, unless it
/// is put in place whole.
class PartialFile {
  public:
    /// Removes what stands at the path: a name that nobody else uses.
    explicit PartialFile(std::string path);
    ~PartialFile();
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    /// Makes it durable and gives it its name, in the place of what had it.
    Status putAt(const std::string& target);

  private:
    void remove() const;
    std::string path_;
};

/// What SQLite's result code means while a session is written anew from another.
[[nodiscard]] Error rewriteError(sqlite3* db, const std::string& path, int rc);

/// Counts the figures of the session at `path` from its rows into its tables, which are open as `db`.
Status countFigures(sqlite3* db, const std::string& path);

}  // namespace weir::journal
