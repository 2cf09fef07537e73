// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <functional>
#include <mutex>
#include <vector>

namespace weir::views {

/// What worker threads leave for the UI thread. A worker posts; the first note since the last drain sends one
/// wake-up; notes are taken at most 30 times a second, in order, all at once.
class Inbox : public QObject {
    Q_OBJECT
  public:
    using Note = std::function<void()>;

    explicit Inbox(QObject* parent = nullptr);

    /// Any thread. The note runs on the UI thread.
    void post(Note note);

  private:
    void wake();
    void drain();

    std::mutex mutex_;  // guards notes_
    std::vector<Note> notes_;
    QTimer timer_;
    QElapsedTimer since_drain_;
};

}  // namespace weir::views
