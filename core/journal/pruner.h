// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"
#include "journal/sqlite.h"

#include <cstdint>
#include <optional>

namespace weir::journal {

/// Takes the oldest events out of a session, and the calls, outputs and all else that happened before them,
/// inside whatever transaction is open. What was declared (topics, functions, triggers, instances,
/// assignments), findings, notes and figures stay; so do all ids. The table `pruned` says what is gone.
///
/// All functions return SQLite's result code. Threads: one.
class Pruner {
  public:
    explicit Pruner(sqlite3* db);

    [[nodiscard]] int prepared() const noexcept;

    /// Prunes until the content takes at most so many bytes, or nothing is left that can go; at most `slices`
    /// times a slice of some thousand events.
    int toSize(std::int64_t bytes, int slices, const char* reason, TimeNs at);
    /// Prunes what arrived before that instant; at most so many slices.
    int before(TimeNs instant, int slices, const char* reason, TimeNs at);

    /// Bytes that the content takes, whatever the size of the file.
    [[nodiscard]] std::int64_t contentBytes();

  private:
    /// Where the first event that stays stands.
    struct Cut {
        std::int64_t run = 0, event = 0;
        TimeNs at = 0;
    };
    /// The cut after about a slice of events; nothing when too little is there.
    std::optional<Cut> nextCut();
    int cut(const Cut& cut, const char* reason, TimeNs at);

    sqlite3* db_;
    sqlite::Statement pages_, free_pages_, page_size_, oldest_, next_run_, note_;
};

}  // namespace weir::journal
