// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "journal/file_gate.h"
#include "journal/sqlite.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>

namespace weir::journal {

/// A session file open for reading, however it was left: finished, being written, or after a crash with its
/// -wal. Creates and changes nothing beside it.
///
/// Threads: one at a time; interrupt() from any.
class SessionFile final : public Connection {
  public:
    static Result<std::unique_ptr<SessionFile>> open(const std::string& path);
    ~SessionFile() override;
    SessionFile(const SessionFile&) = delete;
    SessionFile& operator=(const SessionFile&) = delete;

    /// Makes the connection usable for as long as the lock is held. The first thing in every call.
    [[nodiscard]] Result<std::shared_lock<std::shared_mutex>> use();

    /// The statement of this SQL, prepared once per connection and handed out reset. Null when the tables are
    /// not what they must be: see error(). Only while in use.
    [[nodiscard]] sqlite::Statement* statement(const char* sql);

    /// What SQLite's result code means for the file.
    [[nodiscard]] Error error(int rc) const;
    /// The file is damaged: a value is not what it must be.
    [[nodiscard]] Error damaged(const std::string& what) const;

    void interrupt();
    /// How often interrupt() was called: for work that is made of many statements. Any thread.
    [[nodiscard]] std::uint64_t interrupts() const noexcept { return interrupts_.load(); }
    void letGo() override;
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// Of the file's format.
    [[nodiscard]] int version() const noexcept { return version_; }
    [[nodiscard]] int lastCode() const noexcept;
    [[nodiscard]] sqlite3* handle() const noexcept { return db_.get(); }

  private:
    explicit SessionFile(std::string path);
    Status connect();
    Status openWith(const char* parameters);
    Status openCrashed();
    Result<std::array<unsigned char, 100>> header() const;
    Status checkHeader(const std::array<unsigned char, 100>& header);
    Status checkTables();

    const std::string path_;
    const std::shared_ptr<FileGate> gate_;
    std::atomic<std::uint64_t> interrupts_{0};
    std::mutex handle_mutex_;  // guards db_ against interrupt() while it is opened or closed
    sqlite::Database db_;
    int version_ = 0;
    bool unshared_ = false;  // opened without locks, because nobody else had the file open
    std::map<const char*, sqlite::Statement> statements_;
};

}  // namespace weir::journal
