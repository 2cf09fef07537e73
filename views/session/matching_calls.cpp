// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/matching_calls.h"

#include "session/session.h"

#include <algorithm>

namespace weir::views {
namespace {

constexpr std::int64_t kPage = 20'000;
constexpr DurationNs kBudget = 60 * kMillisecond;
constexpr DurationNs kPatience = 5 * kSecond;  ///< so long a call in flight holds back those after it

}  // namespace

MatchingCalls::MatchingCalls(Session* session, filter::Filter filter)
    : session_(session),
      filter_(std::move(filter)),
      lanes_(session->lanes().emptyOver()),
      was_live_(session->live()) {
    search();
}

bool MatchingCalls::holds(InvocationId id) const {
    return std::binary_search(found_.begin(), found_.end(), id.value);
}

std::int64_t MatchingCalls::judgeable() const {
    const auto& calls = session_->lanes().calls();
    if (!session_->live()) return calls.empty() ? 0 : calls.back().id.value;
    const TimeNs long_ago = session_->horizon() - kPatience;
    while (settled_ < calls.size()) {
        const Call& call = calls[settled_];
        if (call.open()) {
            if (call.start > long_ago) break;
            early_ = true;
        }
        ++settled_;
    }
    return settled_ == 0 ? 0 : calls[settled_ - 1].id.value;
}

void MatchingCalls::follow(const std::vector<Call>& ended) {
    lanes_.settle(ended);
    if (was_live_ && !session_->live()) {
        was_live_ = false;
        if (early_) startAgain();
    }
    search();
}

void MatchingCalls::startAgain() {
    ++generation_;
    searching_ = false;
    early_ = false;
    from_ = 1;
    found_.clear();
    lanes_ = session_->lanes().emptyOver();
}

void MatchingCalls::search() {
    if (searching_ || failed_ || !session_->isOpen()) return;
    const std::int64_t known = judgeable();
    if (from_ > known) return;
    searching_ = true;
    session_->askAside(
        this,
        [filter = filter_, from = from_](journal::SessionReader& reader) {
            filter::Query query(reader, filter, filter::Subject::Invocations);
            return query.page({from, kPage, filter::Direction::Forward, kBudget});
        },
        [this, known, generation = generation_](Result<filter::Page> page) {
            if (generation == generation_) take(std::move(page), known);
        });
}

void MatchingCalls::take(Result<filter::Page> page, std::int64_t known) {
    searching_ = false;
    if (!page) {
        failed_ = true;  // it would fail again
        emit failed(page.error());
        return;
    }
    for (const std::int64_t id : page->ids) {
        if (id > known) break;
        found_.push_back(id);
        lanes_.include(session_->lanes(), InvocationId{id});
    }
    from_ = std::min(page->next.value_or(known + 1), known + 1);
    emit changed();
    search();
}

}  // namespace weir::views
