// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/compare/scratch.h"

#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace weir::compare {

using journal::sqlite::Database;
using journal::sqlite::Statement;

Status Scratch::open() {
    sqlite3* raw = nullptr;
    const int rc = sqlite3_open_v2("", &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    db_ = Database(raw);
    if (rc != SQLITE_OK) return tl::unexpected<Error>(error());
    // One transaction without an end: nobody reads the file after this process.
    if (journal::sqlite::execute(db_.get(),
                                 "PRAGMA page_size = 32768; PRAGMA journal_mode = OFF; "
                                 "PRAGMA synchronous = OFF; PRAGMA cache_size = -2048; "
                                 "PRAGMA temp_store = FILE; BEGIN; "
                                 "CREATE TABLE page(id INTEGER PRIMARY KEY, rows BLOB)") != SQLITE_OK) {
        return tl::unexpected<Error>(error());
    }
    write_ = Statement(db_.get(), "INSERT INTO page VALUES (?1, ?2)");
    read_ = Statement(db_.get(), "SELECT rows FROM page WHERE id = ?1");
    erase_ = Statement(db_.get(), "DELETE FROM page WHERE id = ?1");
    for (const Statement* s : {&write_, &read_, &erase_}) {
        if (s->prepared() != SQLITE_OK) return tl::unexpected<Error>(error());
    }
    return {};
}

Error Scratch::error() const {
    const bool full = sqlite3_errcode(db_.get()) == SQLITE_FULL;
    return {full ? ErrorCode::DiskFull : ErrorCode::FileNotWritable,
            "The temporary file for the comparison cannot be written: " +
                journal::sqlite::lastMessage(db_.get()) + ".",
            "Make room, or set SQLITE_TMPDIR to a directory on a disk with room."};
}

Result<std::int64_t> Scratch::write(std::span<const std::byte> page) {
    if (!db_) {
        if (Status s = open(); !s) return passOn(s);
    }
    write_.bind(1, next_);
    sqlite3_bind_blob64(write_.get(), 2, page.data(), page.size(), SQLITE_STATIC);
    if (write_.finish() != SQLITE_OK) return tl::unexpected<Error>(error());
    written_ += static_cast<std::int64_t>(page.size());
    return next_++;
}

Status Scratch::read(std::int64_t number, std::span<std::byte> to) {
    read_.bind(1, number);
    const bool found =
        read_.step() == SQLITE_ROW && sqlite3_column_bytes(read_.get(), 0) == static_cast<int>(to.size());
    if (found) std::memcpy(to.data(), sqlite3_column_blob(read_.get(), 0), to.size());
    Status status;
    if (!found) status = tl::unexpected<Error>(error());
    read_.reset();
    return status;
}

Status Scratch::erase(std::int64_t number) {
    if (erase_.run(number) != SQLITE_OK) return tl::unexpected<Error>(error());
    return {};
}

}  // namespace weir::compare
