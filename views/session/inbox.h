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
/// wake-up; notes are taken at most so often, in order, all at once.
class Inbox : public QObject {
    Q_OBJECT
  public:
    using Note = std::function<void()>;

    static constexpr int kFrameMs = 33;  ///< 30 times a second

    /// `least_ms` lies between two times that notes are taken: 0 where each note answers a question of the
    /// UI, which then sets the pace.
    explicit Inbox(int least_ms = kFrameMs, QObject* parent = nullptr);

    /// Any thread. The note runs on the UI thread.
    void post(Note note);

  private:
    void wake();
    void drain();

    const int least_ms_;
    std::mutex mutex_;  // guards notes_
    std::vector<Note> notes_;
    QTimer timer_;
    QElapsedTimer since_drain_;
};

}  // namespace weir::views
