// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/compact.h"

#include "journal/older_format.h"
#include "journal/partial_file.h"
#include "journal/pruner.h"
#include "journal/session_file.h"
#include "journal/session_reader.h"

#include <fmt/format.h>

#include <filesystem>
#include <limits>

namespace weir::journal {
namespace {

namespace fs = std::filesystem;

std::int64_t sizeOf(const std::string& path) {
    std::error_code failed;
    const auto size = fs::file_size(path, failed);
    return failed ? 0 : static_cast<std::int64_t>(size);
}

Status mayReplace(const std::string& in, const std::string& out, const SessionInfo& info) {
    std::error_code ignored;
    if (!fs::exists(out, ignored)) return {};
    if (!fs::equivalent(in, out, ignored)) {
        return fail(ErrorCode::FileExists, fmt::format("{} already exists", out),
                    "Compacting replaces only the session itself. Choose another name with -o.");
    }
    if (!info.ended || sizeOf(in + "-wal") > 0) {
        return fail(ErrorCode::FileNotWritable,
                    fmt::format("{} has not ended: it is being recorded, or its writer was killed", in),
                    "Write the compacted session to another file with -o.");
    }
    return {};
}

/// Copies the content of an open session, page by page in order, without unused room.
Status copyInto(sqlite3* from, const std::string& to) {
    sqlite::Statement vacuum(from, "VACUUM INTO ?", 0);
    int rc = vacuum.prepared();
    if (rc == SQLITE_OK) rc = vacuum.run(to);
    if (rc == SQLITE_OK) return {};
    return tl::unexpected(rewriteError(from, to, rc));
}

int dropValues(sqlite3* db) {
    const int rc = sqlite::execute(db,
                                   "UPDATE event SET value = NULL, capture = 'none' WHERE value IS NOT NULL;"
                                   "UPDATE session SET capture = 'none', capture_bytes = NULL");
    return rc;
}

/// Figures of a session that has none, from its rows.
Status keepFigures(sqlite3* db, const std::string& path) {
    sqlite::Statement any(db, "SELECT 1 FROM rollup_total LIMIT 1", 0);
    if (any.step() == SQLITE_ROW) return {};
    return countFigures(db, path);
}

/// Returns SQLite's result code.
int leaveOut(sqlite3* db, const CompactOptions& options) {
    constexpr int kAll = std::numeric_limits<int>::max();
    int rc = options.drop_values ? dropValues(db) : SQLITE_OK;
    Pruner pruner(db);
    if (rc == SQLITE_OK) rc = pruner.prepared();
    if (rc == SQLITE_OK && options.keep_from) rc = pruner.before(*options.keep_from, kAll, "compact", now());
    if (rc == SQLITE_OK && options.max_bytes) rc = pruner.toSize(*options.max_bytes, kAll, "compact", now());
    return rc;
}

}  // namespace

Result<Compacted> compactSession(const std::string& in, const std::string& out,
                                 const CompactOptions& options) {
    auto reader = SessionReader::open(in);
    if (!reader) return passOn(reader);
    const auto info = (*reader)->info();
    if (!info) return tl::unexpected(info.error());
    if (Status s = mayReplace(in, out, *info); !s) return passOn(s);
    const auto pruned_before = (*reader)->pruned();
    if (!pruned_before) return tl::unexpected(pruned_before.error());

    Compacted result;
    result.bytes_before = info->file_bytes;
    PartialFile work(out + ".compacting");
    {
        auto file = SessionFile::open(in);
        if (!file) return passOn(file);
        auto in_use = (*file)->use();
        if (!in_use) return passOn(in_use);
        if (Status s = copyInto((*file)->handle(), work.path()); !s) return passOn(s);
    }
    sqlite3* raw = nullptr;
    int rc = sqlite3_open_v2(work.path().c_str(), &raw, SQLITE_OPEN_READWRITE, nullptr);
    sqlite::Database db(raw);
    if (rc == SQLITE_OK) rc = sqlite::execute(raw, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF");
    if (rc == SQLITE_OK && info->schema_version < SessionInfo::currentVersion()) rc = migrate(raw);
    if (rc != SQLITE_OK) return tl::unexpected(rewriteError(raw, work.path(), rc));
    if (Status s = keepFigures(raw, work.path()); !s) return passOn(s);
    if (rc = leaveOut(raw, options); rc != SQLITE_OK)
        return tl::unexpected(rewriteError(raw, work.path(), rc));
    if (options.drop_values || options.keep_from || options.max_bytes) {
        if (rc = sqlite::execute(raw, "VACUUM"); rc != SQLITE_OK) {
            return tl::unexpected(rewriteError(raw, work.path(), rc));
        }
    }
    db.reset();

    auto check = SessionReader::open(work.path());  // it must open before it may replace anything
    if (!check) return passOn(check);
    const auto pruned = (*check)->pruned();
    if (!pruned) return tl::unexpected(pruned.error());
    for (const PrunedRow& row : *pruned) result.pruned_events += row.events;
    for (const PrunedRow& row : *pruned_before) result.pruned_events -= row.events;
    check->reset();
    reader->reset();
    result.bytes_after = sizeOf(work.path());
    if (Status s = work.putAt(out); !s) return passOn(s);
    return result;
}

}  // namespace weir::journal
