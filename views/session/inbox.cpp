// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/inbox.h"

#include <algorithm>
#include <utility>

namespace weir::views {

Inbox::Inbox(int least_ms, QObject* parent) : QObject(parent), least_ms_(least_ms) {
    timer_.setSingleShot(true);
    timer_.setTimerType(Qt::PreciseTimer);
    connect(&timer_, &QTimer::timeout, this, &Inbox::drain);
}

void Inbox::post(Note note) {
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        first = notes_.empty();
        notes_.push_back(std::move(note));
    }
    if (first) QMetaObject::invokeMethod(this, &Inbox::wake, Qt::QueuedConnection);
}

void Inbox::wake() {
    if (timer_.isActive()) return;
    const qint64 passed = since_drain_.isValid() ? since_drain_.elapsed() : least_ms_;
    timer_.start(static_cast<int>(std::max<qint64>(0, least_ms_ - passed)));
}

void Inbox::drain() {
    since_drain_.start();
    std::vector<Note> notes;
    {
        const std::lock_guard lock(mutex_);
        notes.swap(notes_);
    }
    for (const Note& note : notes) note();
}

}  // namespace weir::views
