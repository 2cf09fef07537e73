// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "replay/replay_picture.h"
#include "session/inbox.h"
#include "session/reader_thread.h"
#include "session/task.h"

#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <optional>

namespace weir::views {

/// A cursor through a session on a thread of its own, with a reader of its own.
/// Threads: UI thread only.
class ReplayEngine : public QObject {
    Q_OBJECT
  public:
    /// Moves the cursor; false: there is nothing there, it stays.
    using Move = std::function<Result<bool>(replay::Cursor&)>;

    using QObject::QObject;
    ~ReplayEngine() override;

    /// Opens a session and stands before everything; empty: none.
    void open(const QString& path);
    [[nodiscard]] bool isOpen() const { return thread_ != nullptr; }
    [[nodiscard]] bool busy() const { return running_ > 0 || task_.running(); }
    /// Moves one after the other; moved() or stayed() follows for each.
    void move(Move move);
    /// Interrupts what runs; the cursor stands where it stood.
    void stop();

  signals:
    void moved(const weir::views::ReplayPicture& picture);
    /// Nothing more that way, or no place for which the breakpoint holds.
    void stayed();
    void failed(const weir::Error& error);
    void busyChanged(bool busy);

  private:
    struct Answer {
        bool moved = true;
        Result<ReplayPicture> picture;
    };
    void start(std::unique_ptr<journal::SessionReader> reader);
    void take(Answer answer);

    QString path_;
    replay::Position last_ = replay::Position::start();
    std::uint64_t generation_ = 0;
    int running_ = 0;
    Task task_;
    // The thread posts to the inbox and holds the cursor, so both outlive it.
    Inbox inbox_;
    std::shared_ptr<std::optional<replay::Cursor>> cursor_;
    std::unique_ptr<ReaderThread> thread_;
};

}  // namespace weir::views
