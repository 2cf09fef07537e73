// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/partial_file.h"

#include "journal/rollup_store.h"
#include "journal/session_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace weir::journal {

PartialFile::PartialFile(std::string path) : path_(std::move(path)) {
    remove();
}

PartialFile::~PartialFile() {
    remove();
}

void PartialFile::remove() const {
    for (const char* suffix : {"", "-journal", "-wal", "-shm"}) ::unlink((path_ + suffix).c_str());
}

Status PartialFile::putAt(const std::string& target) {
    const int fd = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = fd >= 0 && ::fsync(fd) == 0;
    if (fd >= 0) ::close(fd);
    if (!synced || ::rename(path_.c_str(), target.c_str()) != 0) {
        return fail(ErrorCode::FileNotWritable,
                    fmt::format("Cannot write {}: {}", target, std::strerror(errno)),
                    "The session is as it was. Choose another place with -o.");
    }
    return {};
}

Error rewriteError(sqlite3* db, const std::string& path, int rc) {
    const int system = sqlite3_system_errno(db);
    if ((rc & 0xff) == SQLITE_FULL || system == ENOSPC || system == EDQUOT) {
        return {ErrorCode::DiskFull, fmt::format("No room left on the disk for {}", path),
                "The session is as it was. It takes as much room as the new file, for a moment twice."};
    }
    if ((rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB) {
        return {ErrorCode::FileCorrupt, fmt::format("The session is damaged: {}", sqlite::lastMessage(db)),
                "It is as it was."};
    }
    return {ErrorCode::FileNotWritable, fmt::format("Cannot write {}: {}", path, sqlite::lastMessage(db)),
            "The session is as it was. Choose another place with -o."};
}

Status countFigures(sqlite3* db, const std::string& path) {
    auto reader = SessionReader::open(path);
    if (!reader) return passOn(reader);
    RollupStore store(db);
    int rc = sqlite::execute(db, "BEGIN");
    if (rc == SQLITE_OK) {
        if (Status s = (*reader)->recount(store); !s) return s;
        rc = store.failed();
    }
    if (rc == SQLITE_OK) rc = sqlite::execute(db, "COMMIT");
    if (rc != SQLITE_OK) return tl::unexpected(rewriteError(db, path, rc));
    return {};
}

}  // namespace weir::journal
