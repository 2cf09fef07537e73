// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

namespace weir::journal {

/// Someone in this process who holds a connection to a session file and can let go of it for a moment.
class Connection {
  public:
    virtual ~Connection() = default;
    /// Closes the connection; the next use opens it again. Called while nobody uses it.
    virtual void letGo() = 0;
};

/// Where the readers and the writer of one file in this process meet. Leaving WAL mode needs the file alone;
/// SQLite offers no way to ask other connections to step aside, so this does.
///
/// Threads: all functions from any thread.
class FileGate {
  public:
    /// The gate of a file; the same for all who ask with the same path.
    static std::shared_ptr<FileGate> of(const std::string& path);

    void enter(Connection* connection);
    void leave(Connection* connection);

    /// Held while a reader uses its connection.
    [[nodiscard]] std::shared_lock<std::shared_mutex> use() { return std::shared_lock(use_); }
    /// Waits until no reader is in a call, closes their connections and keeps new calls waiting while held.
    [[nodiscard]] std::unique_lock<std::shared_mutex> takeAlone();

  private:
    std::shared_mutex use_;
    std::mutex mutex_;  // guards connections_
    std::vector<Connection*> connections_;
};

}  // namespace weir::journal
