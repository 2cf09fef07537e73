// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "invoke/held_call.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace weir::invoke {

/// Where each call of a recording waits until somebody who steps says what becomes of it: they look at it,
/// edit it, send it or pass it over, and go on.
/// Threads: next() and the answers from any; the engine's has the functions below.
class CallGate {
  public:
    /// The call that has waited longest and was not handed out yet; nothing when none came in time.
    std::optional<HeldCall> next(std::chrono::milliseconds timeout);
    /// Make the call, with these values instead of those that it has. Positions beyond its events do nothing.
    void send(HeldId call, std::vector<ValueEdit> edits = {});
    /// Do not make it: its events are passed over (`skip`, discarded).
    void passOver(HeldId call);
    /// Hold no call any more, and send those that wait.
    void open();

    // The engine's thread.
    struct Answer {
        HeldId call;
        bool sent = true;
        std::vector<ValueEdit> edits;
    };
    /// Called after each answer, on the thread that gave it; must only leave a note. Nothing: no one listens.
    void onAnswer(std::function<void()> wake);
    void hold(HeldCall call);
    [[nodiscard]] std::vector<Answer> takeAnswers();
    [[nodiscard]] bool isOpen() const;

  private:
    void answer(Answer answer);

    mutable std::mutex mutex_;  // guards all below
    std::condition_variable came_;
    std::deque<HeldCall> waiting_;
    std::vector<Answer> answers_;
    std::function<void()> wake_;
    bool open_ = false;
};

}  // namespace weir::invoke
