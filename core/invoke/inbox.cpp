// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/inbox.h"

#include <chrono>

namespace weir::invoke {
namespace {

std::size_t sizeOf(const TargetEvent& event) {
    std::size_t size = sizeof event;
    if (const auto* log = std::get_if<LogWritten>(&event.what)) size += log->text.size();
    if (const auto* call = std::get_if<CallEnded>(&event.what)) {
        for (const AnsweredRecord& r : call->answer.records) {
            size += sizeof r + (r.value ? r.value->size() : 0);
        }
    }
    return size;
}

}  // namespace

void Inbox::post(TargetEvent event) {
    const std::size_t size = sizeOf(event);
    {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [&] { return bytes_ == 0 || bytes_ + size <= max_bytes || closed_; });
        events_.push_back(std::move(event));
        bytes_ += size;
    }
    work_.notify_one();
}

void Inbox::postBoth(TargetEvent first, TargetEvent second) {
    const std::size_t size = sizeOf(first) + sizeOf(second);
    {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [&] { return bytes_ == 0 || bytes_ + size <= max_bytes || closed_; });
        events_.push_back(std::move(first));
        events_.push_back(std::move(second));
        bytes_ += size;
    }
    work_.notify_one();
}

void Inbox::wake() {
    {
        const std::lock_guard lock(mutex_);
        if (noted_) return;
        noted_ = true;
    }
    work_.notify_one();
}

void Inbox::take(std::vector<TargetEvent>& out) {
    out.clear();
    {
        const std::lock_guard lock(mutex_);
        out.swap(events_);
        bytes_ = 0;
        noted_ = false;
    }
    room_.notify_all();
}

void Inbox::wait(TimeNs until) {
    const std::chrono::system_clock::time_point at{
        std::chrono::duration_cast<std::chrono::system_clock::duration>(std::chrono::nanoseconds(until))};
    std::unique_lock lock(mutex_);
    work_.wait_until(lock, at, [&] { return noted_ || !events_.empty(); });
}

void Inbox::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    room_.notify_all();
}

}  // namespace weir::invoke
