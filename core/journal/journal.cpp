// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/journal.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace weir::journal {
namespace {

constexpr std::size_t kFactBytes = sizeof(facts::Fact);

// Facts come in groups. Waking the writer for each of them costs more than writing it, so it looks again
// after a moment by itself, and is woken earlier only for much.
constexpr auto kMoment = std::chrono::milliseconds(2);
constexpr std::size_t kMuch = 256 << 10;  // bytes

/// Memory that a queued fact holds, near enough to bound the queue.
std::size_t sizeOf(const facts::Body& body) {
    const auto runs = [](const std::vector<facts::EventRun>& list) {
        return list.size() * sizeof(facts::EventRun);
    };
    std::size_t more = 0;
    if (const auto* records = std::get_if<facts::Records>(&body)) {
        more = records->chunk->bytes();
    } else if (const auto* late = std::get_if<facts::LateRecord>(&body)) {
        more = late->chunk->bytes();
    } else if (const auto* log = std::get_if<facts::Log>(&body)) {
        more = log->text.size();
    } else if (const auto* note = std::get_if<facts::Note>(&body)) {
        more = note->text.size();
    } else if (const auto* start = std::get_if<facts::Start>(&body)) {
        more = runs(start->events);
    } else if (const auto* batch = std::get_if<facts::Batch>(&body)) {
        more = runs(batch->events);
    } else if (const auto* end = std::get_if<facts::End>(&body)) {
        more = runs(end->failed) + end->error.size();
    } else if (const auto* output = std::get_if<facts::Output>(&body)) {
        more = runs(output->caused_by);
    }
    return kFactBytes + more;
}

}  // namespace

Journal::Journal(std::unique_ptr<FactStore> store, Options options)
    : options_(options), store_(std::move(store)), thread_([this] { run(); }) {}

Journal::~Journal() {
    (void)close();
}

Sequence Journal::append(TimeNs at, facts::Body body) {
    last_at_ = std::max(last_at_, at);
    const std::size_t size = sizeOf(body);
    bool wake = false;
    {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [&] {
            return queued_bytes_ == 0 || queued_bytes_ + size <= options_.max_queued_bytes || !status_;
        });
        if (status_) {
            queue_.push_back({last_at_, std::move(body)});
            queued_bytes_ += size;
            wake = idle_ || (queued_bytes_ >= kMuch && queued_bytes_ - size < kMuch);
        }
    }
    if (wake) work_.notify_one();
    return ++appended_;
}

Status Journal::status() const {
    const std::lock_guard lock(mutex_);
    return status_;
}

Status Journal::close() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    work_.notify_one();
    if (thread_.joinable()) thread_.join();
    return status();
}

void Journal::onFlush(std::function<void()> callback) {
    const std::lock_guard lock(on_flush_mutex_);
    on_flush_ = std::move(callback);
}

void Journal::tellFlushed() {
    const std::lock_guard lock(on_flush_mutex_);
    if (on_flush_) on_flush_();
}

void Journal::fail(Error error) {
    {
        const std::lock_guard lock(mutex_);
        status_ = tl::unexpected<Error>(std::move(error));
        queue_.clear();
        queued_bytes_ = 0;
    }
    failed_.store(true, std::memory_order_release);
    room_.notify_all();
    tellFlushed();
}

void Journal::run() {
    using Clock = std::chrono::steady_clock;
    const auto interval = std::chrono::nanoseconds(options_.flush_interval);
    std::vector<facts::Fact> batch;
    Sequence written = 0;
    bool dirty = false;
    Clock::time_point flush_due{};

    for (;;) {
        bool closing = false;
        {
            std::unique_lock lock(mutex_);
            if (dirty) {
                work_.wait_until(lock, std::min(flush_due, Clock::now() + kMoment),
                                 [&] { return queued_bytes_ >= kMuch || closing_; });
            } else {
                idle_ = true;
                work_.wait_for(lock, std::chrono::seconds(1), [&] { return !queue_.empty() || closing_; });
                idle_ = false;
            }
            batch.clear();
            batch.swap(queue_);
            queued_bytes_ = 0;
            closing = closing_;
        }
        room_.notify_all();
        if (failed()) {
            if (closing) return;
            continue;
        }

        if (!batch.empty()) {
            if (!dirty) flush_due = Clock::now() + interval;
            dirty = true;
            if (Status s = store_->write(batch); !s) {
                fail(std::move(s.error()));
                continue;
            }
            written += batch.size();
        } else if (!dirty) {
            store_->idle();
        }
        if (dirty && (closing || Clock::now() >= flush_due)) {
            if (Status s = store_->flush(); !s) {
                fail(std::move(s.error()));
                continue;
            }
            dirty = false;
            flushed_.store(written, std::memory_order_release);
            tellFlushed();
        }
        if (closing && batch.empty()) {
            if (Status s = store_->finish(); !s) fail(std::move(s.error()));
            return;
        }
    }
}

}  // namespace weir::journal
