// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/session_file.h"

#include "journal/older_format.h"
#include "journal/schema.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <set>
#include <string_view>

namespace weir::journal {
namespace {

constexpr int kBusyMs = 2000;
constexpr std::string_view kMagic{"SQLite format 3\0", 16};

bool exists(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

bool hasContent(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && info.st_size > 0;
}

/// A path as a URI for SQLite.
std::string uri(const std::string& path, const char* parameters) {
    std::string out = path.starts_with('/') ? "file://" : "file:";
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte >= 0x7F || c == '%' || c == '?' || c == '#') {
            out += fmt::format("%{:02X}", byte);
        } else {
            out += c;
        }
    }
    return out + "?" + parameters;
}

std::uint32_t bigEndian(const unsigned char* p) {
    return static_cast<std::uint32_t>(p[0]) << 24 | static_cast<std::uint32_t>(p[1]) << 16 |
           static_cast<std::uint32_t>(p[2]) << 8 | p[3];
}

Status checkPath(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return fail(ErrorCode::FileNotFound, fmt::format("There is no file {}", path));
        }
        return fail(ErrorCode::FileUnreadable, fmt::format("Cannot read {}: {}", path, std::strerror(errno)));
    }
    if (S_ISDIR(info.st_mode)) {
        return fail(ErrorCode::FileUnreadable, fmt::format("{} is a directory, not a session file", path));
    }
    if (!S_ISREG(info.st_mode)) {
        return fail(ErrorCode::FileUnreadable, fmt::format("{} is not a regular file", path));
    }
    if (::access(path.c_str(), R_OK) != 0) {
        return fail(ErrorCode::FileUnreadable, fmt::format("Cannot read {}: {}", path, std::strerror(errno)),
                    "Check the permissions of the file.");
    }
    if (info.st_size == 0) {
        return fail(ErrorCode::FileCorrupt, fmt::format("{} is empty, not a session", path));
    }
    return {};
}

/// Distrust the file: no views, no triggers, no functions with side effects, no writing by accident.
void harden(sqlite3* db) {
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, kBusyMs);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite::execute(db, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY");
}

}  // namespace

SessionFile::SessionFile(std::string path) : path_(std::move(path)), gate_(FileGate::of(path_)) {
    gate_->enter(this);
}

SessionFile::~SessionFile() {
    gate_->leave(this);
}

Result<std::unique_ptr<SessionFile>> SessionFile::open(const std::string& path) {
    std::unique_ptr<SessionFile> file(new SessionFile(path));
    if (auto in_use = file->use(); !in_use) return passOn(in_use);
    return file;
}

Result<std::shared_lock<std::shared_mutex>> SessionFile::use() {
    auto lock = gate_->use();
    // Opened as a file that nobody writes; someone has begun to, or a writer had only just created it.
    if (db_ && unshared_ && exists(path_ + "-shm")) letGo();
    if (!db_) {
        if (Status s = connect(); !s) {
            letGo();
            return passOn(s);
        }
    }
    return lock;
}

void SessionFile::letGo() {
    statements_.clear();
    const std::lock_guard lock(handle_mutex_);
    db_.reset();
}

void SessionFile::interrupt() {
    interrupts_.fetch_add(1);
    const std::lock_guard lock(handle_mutex_);
    if (db_) sqlite3_interrupt(db_.get());
}

int SessionFile::lastCode() const noexcept {
    return sqlite3_extended_errcode(db_.get());
}

Status SessionFile::connect() {
    if (Status s = checkPath(path_); !s) return s;
    if (Status s = openWith("mode=ro"); !s) return s;
    const auto head = header();
    if (!head) return tl::unexpected(head.error());
    if (Status s = checkHeader(*head); !s) return s;

    const bool wal_mode = (*head)[18] == 2 || (*head)[19] == 2;
    unshared_ = wal_mode && !exists(path_ + "-shm");
    if (unshared_ && hasContent(path_ + "-wal")) {
        if (Status s = openCrashed(); !s) return s;
    } else if (unshared_) {
        // All is in the file; opened plainly, SQLite would create a -wal and a -shm beside it.
        if (Status s = openWith("mode=ro&immutable=1"); !s) return s;
    }
    Status checked = checkTables();
    if (!checked && wal_mode && checked.error().code == ErrorCode::FileUnreadable) {
        if (Status s = openCrashed(); !s) return s;
        checked = checkTables();
    }
    if (!checked) return checked;
    if (const int rc = readAsCurrent(db_.get()); rc != SQLITE_OK) return tl::unexpected(error(rc));
    return {};
}

/// Nobody has the file open, or SQLite cannot share it: read the -wal with an index in memory, without locks
/// (which exclusive mode could not take on a file that is open for reading).
Status SessionFile::openCrashed() {
    if (Status s = openWith("mode=ro&vfs=unix-none"); !s) return s;
    sqlite::execute(db_.get(), "PRAGMA locking_mode=EXCLUSIVE");
    return {};
}

Status SessionFile::openWith(const char* parameters) {
    letGo();
    sqlite3* raw = nullptr;
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    const int rc = sqlite3_open_v2(uri(path_, parameters).c_str(), &raw, flags, nullptr);
    {
        const std::lock_guard lock(handle_mutex_);
        db_.reset(raw);
    }
    if (rc != SQLITE_OK) return tl::unexpected(error(rc));
    harden(raw);
    return {};
}

/// The file's first 100 bytes, through SQLite's own descriptor: closing another one would drop the locks that
/// a writer in this process holds.
Result<std::array<unsigned char, 100>> SessionFile::header() const {
    std::array<unsigned char, 100> bytes{};
    sqlite3_file* file = nullptr;
    sqlite3_file_control(db_.get(), "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
    if (file == nullptr || file->pMethods == nullptr) return tl::unexpected(error(SQLITE_CANTOPEN));
    const int rc = file->pMethods->xRead(file, bytes.data(), static_cast<int>(bytes.size()), 0);
    if (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ) return tl::unexpected(error(rc));
    return bytes;
}

Status SessionFile::checkHeader(const std::array<unsigned char, 100>& header) {
    const std::string_view magic{reinterpret_cast<const char*>(header.data()), kMagic.size()};
    if (magic != kMagic) {
        return fail(ErrorCode::FileCorrupt, fmt::format("{} is not a Weir session", path_),
                    "A session is an SQLite file that weir or weir-cli has recorded.");
    }
    if (static_cast<std::int32_t>(bigEndian(header.data() + 68)) != schema::kApplicationId) {
        return fail(ErrorCode::FileCorrupt,
                    fmt::format("{} is an SQLite database, but not a Weir session", path_));
    }
    const auto version = static_cast<std::int32_t>(bigEndian(header.data() + 60));
    if (version > schema::kVersion) {
        return fail(
            ErrorCode::FileTooNew,
            fmt::format("{} was written by a newer Weir: its format is version {}, this one reads up to {}",
                        path_, version, schema::kVersion),
            "Open it with the Weir that recorded it, or update this one.");
    }
    version_ = version;
    if (version < 1) return tl::unexpected(damaged("its format version is " + std::to_string(version)));
    return {};
}

/// The tables must be tables: a view of the same name could answer anything.
Status SessionFile::checkTables() {
    std::set<std::string_view> missing{
        "session",   "topic",      "function",  "trigger",  "trigger_topic", "instance",      "assignment",
        "event",     "hole",       "event_run", "skip",     "batch",         "log",           "note",
        "batch_run", "invocation", "output",    "decision", "delivery_run",  "offset_commit", "output_more"};
    sqlite::Statement s(db_.get(), "SELECT name FROM sqlite_schema WHERE type='table'", 0);
    if (s.prepared() != SQLITE_OK) return tl::unexpected(error(s.prepared()));
    int rc = SQLITE_OK;
    while ((rc = s.step()) == SQLITE_ROW) {
        const auto* name = reinterpret_cast<const char*>(sqlite3_column_text(s.get(), 0));
        if (name != nullptr) missing.erase(name);
    }
    if (rc != SQLITE_DONE) return tl::unexpected(error(rc));
    if (!missing.empty())
        return tl::unexpected(damaged(fmt::format("the table {} is missing", *missing.begin())));
    return {};
}

sqlite::Statement* SessionFile::statement(const char* sql) {
    auto [at, added] = statements_.try_emplace(sql);
    if (added) at->second = sqlite::Statement(db_.get(), sql);
    if (at->second.prepared() != SQLITE_OK) {
        statements_.erase(at);
        return nullptr;
    }
    at->second.reset();
    return &at->second;
}

Error SessionFile::damaged(const std::string& what) const {
    return {ErrorCode::FileCorrupt, fmt::format("{} is damaged: {}", path_, what),
            "Use a copy or a backup of the session."};
}

Error SessionFile::error(int rc) const {
    switch (rc & 0xff) {
        case SQLITE_INTERRUPT:
            return {ErrorCode::Cancelled, fmt::format("Reading {} was cancelled", path_)};
        case SQLITE_NOTADB:
            return {ErrorCode::FileCorrupt, fmt::format("{} is not a Weir session", path_)};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorCode::FileUnreadable, fmt::format("{} is locked by another program", path_),
                    "Try again when that program has finished."};
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_READONLY:
        case SQLITE_AUTH:
            return {ErrorCode::FileUnreadable, fmt::format("Cannot open {}: {}", path_, sqlite3_errstr(rc)),
                    "Check the permissions of the file and of what stands beside it."};
        case SQLITE_IOERR:
            if (rc == SQLITE_IOERR_SHORT_READ || rc == SQLITE_IOERR_CORRUPTFS)
                return damaged("it is cut off");
            return {ErrorCode::FileUnreadable,
                    fmt::format("Reading {} failed: {}", path_, sqlite3_errstr(rc))};
        case SQLITE_NOMEM:
            return {ErrorCode::FileUnreadable,
                    fmt::format("Reading {} needs more memory than there is", path_)};
        default:
            return damaged(db_ ? sqlite::lastMessage(db_.get()) : sqlite3_errstr(rc));
    }
}

}  // namespace weir::journal
