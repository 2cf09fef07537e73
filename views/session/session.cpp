// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/session.h"

#include "session/matching_calls.h"

#include <algorithm>
#include <chrono>

namespace weir::views {
namespace {
constexpr std::chrono::milliseconds kLivePoll{100};
constexpr std::chrono::milliseconds kForeignPoll{500};
}  // namespace

struct Session::Opened {
    Result<std::unique_ptr<journal::SessionReader>> pages, growth, searches;
};

Session::Session(QString path, bool live, QObject* parent)
    : QObject(parent), path_(std::move(path)), live_(live) {
    open();
}

Session::~Session() {
    if (opener_.joinable()) opener_.join();
    feed_.reset();
    aside_.reset();
    reader_.reset();
}

void Session::open() {
    opener_ = std::thread([this, file = utf8(path_)] {
        auto result = std::make_shared<Opened>(Opened{journal::SessionReader::open(file),
                                                      journal::SessionReader::open(file),
                                                      journal::SessionReader::open(file)});
        inbox_.post([this, result] {
            for (auto* reader : {&result->pages, &result->growth, &result->searches}) {
                if (*reader) continue;
                failure_ = reader->error();
                emit failed(*failure_);
                return;
            }
            reader_ = std::make_unique<ReaderThread>(std::move(*result->pages));
            aside_ = std::make_unique<ReaderThread>(std::move(*result->searches));
            feed_ = std::make_unique<SessionFeed>(
                std::move(*result->growth), live_ ? kLivePoll : kForeignPoll, [this](SessionUpdate update) {
                    auto shared = std::make_shared<SessionUpdate>(std::move(update));
                    inbox_.post([this, shared] { take(std::move(*shared)); });
                });
        });
    });
}

void Session::take(SessionUpdate update) {
    if (feed_) feed_->acknowledge();
    if (update.failure) {
        failure_ = std::move(update.failure);
        emit failed(*failure_);
        return;
    }
    const bool first = !announced_ && update.catalog;
    announced_ = announced_ || first;
    if (!live_) lanes_.reserve(update.extent.invocations);
    lanes_.apply(update.lanes);
    if (matching_) matching_->follow(update.lanes.ended);
    extent_ = update.extent;
    calls_read_ = update.calls_read;
    const bool renamed = update.catalog != nullptr;
    if (renamed) catalog_ = std::move(update.catalog);
    if (first) emit opened();
    if (renamed) emit catalogChanged();
    emit grew();
    if (update.finished) {
        live_ = false;
        emit finished();
    }
}

void Session::setFilter(const filter::Filter& filter) {
    if (filter.text() == filter_.text()) return;
    filter_ = filter;
    matching_.reset();
    if (!filter_.matchesAll()) {
        matching_ = std::make_unique<MatchingCalls>(this, filter_);
        connect(matching_.get(), &MatchingCalls::changed, this, &Session::matchesChanged);
        connect(matching_.get(), &MatchingCalls::failed, this, &Session::filterFailed);
    }
    emit matchesChanged();
}

const LaneStore* Session::matching() const {
    return matching_ ? &matching_->lanes() : nullptr;
}
bool Session::matches(InvocationId call) const {
    return !matching_ || matching_->holds(call);
}
std::pair<std::int64_t, bool> Session::matchesFound() const {
    return matching_ ? std::pair(matching_->count(), matching_->done()) : std::pair(std::int64_t{0}, true);
}

double Session::readShare() const {
    if (extent_.invocations == 0) return 1;
    return static_cast<double>(calls_read_) / static_cast<double>(extent_.invocations);
}

TimeNs Session::horizon() const {
    return live_ ? std::max(now(), extent_.last_at) : extent_.last_at;
}

void Session::endLive() {
    live_ = false;
}

}  // namespace weir::views
