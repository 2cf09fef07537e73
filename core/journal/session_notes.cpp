// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/session_notes.h"

#include "base/text.h"
#include "journal/sqlite.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace weir::journal {
namespace {

/// Opened for writing, after it proved to be a session that has ended.
Result<sqlite::Database> openForNotes(const std::string& path) {
    auto reader = SessionReader::open(path);
    if (!reader) return passOn(reader);
    const auto info = (*reader)->info();
    if (!info) return tl::unexpected(info.error());
    if (!info->ended) {
        return fail(ErrorCode::FileNotWritable,
                    fmt::format("{} has not ended: it is being recorded, or its writer was killed", path),
                    "Notes can be added when the recording has ended; `weir-cli compact FILE -o NEW` makes a "
                    "finished copy of one whose writer was killed.");
    }
    if (info->schema_version < SessionInfo::currentVersion()) {
        return fail(ErrorCode::FileNotWritable, fmt::format("{} is in an older format", path),
                    "Make a copy in the current one with `weir-cli compact FILE -o NEW`.");
    }
    if (::access(path.c_str(), W_OK) != 0) {
        return fail(ErrorCode::FileNotWritable,
                    fmt::format("Cannot write {}: {}", path, std::strerror(errno)),
                    "Add notes to a copy of the session.");
    }
    sqlite3* raw = nullptr;
    const int rc = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE, nullptr);
    sqlite::Database db(raw);
    if (rc != SQLITE_OK) {
        return fail(ErrorCode::FileNotWritable, fmt::format("Cannot write {}: {}", path, sqlite3_errstr(rc)));
    }
    sqlite3_busy_timeout(raw, 5000);
    sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(raw, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    return db;
}

Status check(sqlite3* db, int rc, const std::string& path) {
    if (rc == SQLITE_OK) return {};
    const bool full = (rc & 0xff) == SQLITE_FULL;
    return fail(full ? ErrorCode::DiskFull : ErrorCode::FileNotWritable,
                fmt::format("Cannot write {}: {}", path, sqlite::lastMessage(db)),
                "The session is as it was.");
}

Status checkText(std::string_view text) {
    if (text.empty()) return fail(ErrorCode::Usage, "A note needs a text.");
    if (!isUtf8(text)) return fail(ErrorCode::Usage, "The text of a note must be UTF-8.");
    if (text.find('\0') != std::string_view::npos)
        return fail(ErrorCode::Usage, "A note holds no zero bytes.");
    return {};
}

Result<NoteRow> noteOf(sqlite3* db, std::int64_t id, const std::string& path) {
    sqlite::Statement s(db, "SELECT text, at_ns FROM note WHERE id = ?", 0);
    s.bind(1, id);
    if (s.prepared() != SQLITE_OK || s.step() != SQLITE_ROW) {
        return fail(ErrorCode::Usage, fmt::format("There is no note {} in {}", id, path));
    }
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(s.get(), 0));
    return NoteRow{id, sqlite3_column_int64(s.get(), 1), text == nullptr ? "" : text};
}

}  // namespace

Result<std::int64_t> SessionNotes::add(std::string_view text, std::optional<TimeNs> at) {
    if (Status s = checkText(text); !s) return passOn(s);
    auto db = openForNotes(path_);
    if (!db) return passOn(db);
    const int rc =
        sqlite::Statement(db->get(), "INSERT INTO note VALUES (NULL,?,?)", 0).run(text, at.value_or(now()));
    if (Status s = check(db->get(), rc, path_); !s) return passOn(s);
    return sqlite3_last_insert_rowid(db->get());
}

Result<NoteRow> SessionNotes::edit(std::int64_t id, std::string_view text) {
    if (Status s = checkText(text); !s) return passOn(s);
    auto db = openForNotes(path_);
    if (!db) return passOn(db);
    auto before = noteOf(db->get(), id, path_);
    if (!before) return before;
    const int rc = sqlite::Statement(db->get(), "UPDATE note SET text = ? WHERE id = ?", 0).run(text, id);
    if (Status s = check(db->get(), rc, path_); !s) return passOn(s);
    return before;
}

Result<NoteRow> SessionNotes::remove(std::int64_t id) {
    auto db = openForNotes(path_);
    if (!db) return passOn(db);
    auto before = noteOf(db->get(), id, path_);
    if (!before) return before;
    const int rc = sqlite::Statement(db->get(), "DELETE FROM note WHERE id = ?", 0).run(id);
    if (Status s = check(db->get(), rc, path_); !s) return passOn(s);
    return before;
}

Status SessionNotes::putBack(const NoteRow& note) {
    if (Status s = checkText(note.text); !s) return s;
    auto db = openForNotes(path_);
    if (!db) return passOn(db);
    const int rc = sqlite::Statement(db->get(), "INSERT INTO note VALUES (?,?,?)", 0)
                       .run(note.id, std::string_view(note.text), note.at);
    return check(db->get(), rc, path_);
}

}  // namespace weir::journal
