// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/call_gate.h"

#include <utility>

namespace weir::invoke {

std::optional<HeldCall> CallGate::next(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    if (!came_.wait_for(lock, timeout, [&] { return !waiting_.empty(); })) return std::nullopt;
    HeldCall call = std::move(waiting_.front());
    waiting_.pop_front();
    return call;
}

void CallGate::send(HeldId call, std::vector<ValueEdit> edits) {
    answer({call, true, std::move(edits)});
}

void CallGate::passOver(HeldId call) {
    answer({call, false, {}});
}

void CallGate::answer(Answer answer) {
    const std::lock_guard lock(mutex_);
    answers_.push_back(std::move(answer));
    if (wake_) wake_();
}

void CallGate::open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    waiting_.clear();
    if (wake_) wake_();
}

void CallGate::onAnswer(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
}

void CallGate::hold(HeldCall call) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(call));
    }
    came_.notify_one();
}

std::vector<CallGate::Answer> CallGate::takeAnswers() {
    const std::lock_guard lock(mutex_);
    return std::exchange(answers_, {});
}

bool CallGate::isOpen() const {
    const std::lock_guard lock(mutex_);
    return open_;
}

}  // namespace weir::invoke
