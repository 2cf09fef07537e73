// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/reader_thread.h"

#include <utility>

namespace weir::views {

ReaderThread::ReaderThread(std::unique_ptr<journal::SessionReader> reader)
    : reader_(std::move(reader)), thread_([this] { loop(); }) {}

ReaderThread::~ReaderThread() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        jobs_.clear();
    }
    work_.notify_one();
    reader_->interrupt();
    thread_.join();
}

void ReaderThread::run(Job job) {
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
    }
    work_.notify_one();
}

void ReaderThread::runFirst(Job job) {
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_front(std::move(job));
    }
    work_.notify_one();
}

void ReaderThread::loop() {
    for (;;) {
        Job job;
        {
            std::unique_lock lock(mutex_);
            work_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
            if (stopping_) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        job(*reader_);
    }
}

}  // namespace weir::views
