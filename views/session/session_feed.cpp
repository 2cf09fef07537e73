// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/session_feed.h"

#include <utility>

namespace weir::views {
namespace {

// What the UI takes at once stays well under a frame that one would notice.
constexpr std::int64_t kChunk = 8'000;
constexpr int kMaxPending = 2;

Call callOf(const journal::InvocationRow& row) {
    Call call;
    call.id = row.id;
    call.function = row.function;
    call.trigger = row.trigger;
    call.instance = row.instance;
    call.topic = row.topic;
    call.partition = row.partition;
    call.attempt = row.attempt;
    call.first_offset = row.first_offset;
    call.last_offset = row.last_offset;
    call.events = row.events;
    call.start = row.start;
    call.end = row.end.value_or(kOpenEnd);
    call.outcome = row.outcome.value_or(facts::Outcome::Success);
    call.cold = row.cold;
    return call;
}

bool differs(const journal::SessionExtent& a, const journal::SessionExtent& b) {
    return a.events != b.events || a.invocations != b.invocations || a.arrivals != b.arrivals ||
           a.logs != b.logs || a.last_at != b.last_at;
}

}  // namespace

SessionFeed::SessionFeed(std::unique_ptr<journal::SessionReader> reader, std::chrono::milliseconds poll,
                         Sink sink)
    : reader_(std::move(reader)), poll_(poll), sink_(std::move(sink)), thread_([this] { loop(); }) {}

SessionFeed::~SessionFeed() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    reader_->interrupt();
    thread_.join();
}

void SessionFeed::acknowledge() {
    {
        const std::lock_guard lock(mutex_);
        --pending_;
    }
    changed_.notify_all();
}

void SessionFeed::loop() {
    while (step()) {
    }
}

bool SessionFeed::hand(SessionUpdate update) {
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return stopping_ || pending_ < kMaxPending; });
        if (stopping_) return false;
        ++pending_;
    }
    sink_(std::move(update));
    return true;
}

bool SessionFeed::pause() {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, poll_, [&] { return stopping_; });
}

bool SessionFeed::step() {
    SessionUpdate update;
    const auto broken = [&](Status status) {
        if (status) return false;
        update.failure = std::move(status.error());
        return true;
    };

    // Ended or not is asked before the rest, so that nothing written before the end is missed.
    auto info = reader_->info();
    if (!info) {
        update.failure = std::move(info.error());
        (void)hand(std::move(update));
        return false;
    }
    const bool ended = info->ended.has_value();
    auto extent = reader_->extent();
    if (!extent) {
        update.failure = std::move(extent.error());
        (void)hand(std::move(update));
        return false;
    }
    update.extent = *extent;
    const bool grown = first_ || differs(*extent, last_extent_) || ended || !open_.empty();
    if (grown) {
        if (broken(readCatalog(update)) || broken(readArrivals(update)) || broken(readCalls(update)) ||
            broken(readEnded(update))) {
            (void)hand(std::move(update));
            return false;
        }
    }
    const bool behind = calls_read_ < extent->invocations || arrivals_read_ < extent->arrivals;
    update.calls_read = calls_read_;
    update.finished = ended && !behind;
    const bool last = update.finished;
    const bool news = first_ || differs(*extent, last_extent_) || last || !update.lanes.started.empty() ||
                      !update.lanes.ended.empty() || !update.lanes.arrivals.empty() || update.catalog;
    first_ = false;
    last_extent_ = *extent;
    if (news && !hand(std::move(update))) return false;
    if (last) return false;
    return behind || pause();
}

Status SessionFeed::readCatalog(SessionUpdate& update) {
    auto catalog = std::make_shared<Catalog>();
    const auto read = [](auto result, auto& into) -> Status {
        if (!result) return passOn(result);
        into = std::move(*result);
        return {};
    };
    if (Status s = read(reader_->info(), catalog->info); !s) return s;
    if (Status s = read(reader_->topics(), catalog->topics); !s) return s;
    if (Status s = read(reader_->functions(), catalog->functions); !s) return s;
    if (Status s = read(reader_->triggers(), catalog->triggers); !s) return s;
    if (Status s = read(reader_->instances(), catalog->instances); !s) return s;
    std::size_t living = 0;
    for (const auto& instance : catalog->instances) {
        living += (instance.ready ? 1U : 2U) + (instance.ended ? 0U : 3U);
    }
    // A cheap fingerprint: rows only ever come, and of a row only `ready` and `ended` change.
    const auto seen = static_cast<std::int64_t>(catalog->topics.size() + catalog->functions.size() +
                                                catalog->triggers.size() + catalog->instances.size());
    const bool ended_now = catalog->info.ended.has_value();
    if (first_ || seen != topics_seen_ || living != living_ || ended_now) update.catalog = std::move(catalog);
    topics_seen_ = seen;
    living_ = living;
    return {};
}

Status SessionFeed::readArrivals(SessionUpdate& update) {
    auto rows = reader_->arrivals(arrivals_read_ + 1, kChunk);
    if (!rows) return passOn(rows);
    update.lanes.arrivals.reserve(rows->size());
    for (const auto& row : *rows) {
        update.lanes.arrivals.push_back(
            {row.topic, row.partition, row.first_offset, row.last_offset, row.received});
        arrivals_read_ = row.id;
    }
    return {};
}

Status SessionFeed::readCalls(SessionUpdate& update) {
    auto rows = reader_->invocations(InvocationId{calls_read_ + 1}, kChunk);
    if (!rows) return passOn(rows);
    update.lanes.started.reserve(rows->size());
    for (const auto& row : *rows) {
        update.lanes.started.push_back(callOf(row));
        calls_read_ = row.id.value;
    }
    return {};
}

Status SessionFeed::readEnded(SessionUpdate& update) {
    if (!open_.empty()) {
        std::vector<InvocationId> ids;
        ids.reserve(open_.size());
        for (const std::int64_t id : open_) ids.emplace_back(id);
        auto rows = reader_->invocationsById(ids);
        if (!rows) return passOn(rows);
        for (const auto& row : *rows) {
            if (!row.end) continue;
            update.lanes.ended.push_back(callOf(row));
            open_.erase(row.id.value);
        }
    }
    for (const Call& call : update.lanes.started) {
        if (call.open()) open_.insert(call.id.value);
    }
    return {};
}

}  // namespace weir::views
