// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/time.h"
#include "journal/session_reader.h"

#include <optional>
#include <string>
#include <string_view>

namespace weir::journal {

/// Notes that the user puts into a finished session: the only thing that is ever written into one. Each call
/// opens the file, writes and closes it again. Every change has its opposite, so that all can be undone:
/// add and remove, put back and remove, edit and edit. A session that has not ended takes no notes here
/// (FileNotWritable); whoever records it appends a note fact.
///
/// Threads: any, one at a time for a file.
class SessionNotes {
  public:
    explicit SessionNotes(std::string path) : path_(std::move(path)) {}

    /// The note's id; `at` is the moment in the session that it is about, by default now.
    Result<std::int64_t> add(std::string_view text, std::optional<TimeNs> at = std::nullopt);
    /// What stood there before.
    Result<NoteRow> edit(std::int64_t id, std::string_view text);
    /// What stood there; put it back with putBack().
    Result<NoteRow> remove(std::int64_t id);
    Status putBack(const NoteRow& note);

  private:
    std::string path_;
};

}  // namespace weir::journal
