// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/query.h"
#include "replay/cursor.h"

#include <algorithm>
#include <tuple>

namespace weir::replay {
namespace {

constexpr std::int64_t kPage = 10'000;
constexpr std::size_t kMostMatched = 16;
constexpr DurationNs kTurn = 30 * kMillisecond;

filter::Subject subjectOf(const filter::Filter& breakpoint) {
    const unsigned scopes = breakpoint.root() == nullptr ? 0 : filter::scopesOf(*breakpoint.root());
    if ((scopes & filter::kCallScope) != 0) return filter::Subject::Invocations;
    if ((scopes & filter::kFindingScope) != 0) return filter::Subject::Findings;
    return filter::Subject::Events;
}

}  // namespace

/// The findings that a filter lets through, by time: they are not numbered by it.
Result<std::vector<Cursor::FindingMark>> Cursor::matching(const filter::Filter& breakpoint) {
    if (Status s = loadFindings(); !s) return passOn(s);
    filter::Query query(*reader_, breakpoint, filter::Subject::Findings);
    std::vector<std::int64_t> ids;
    for (std::optional<std::int64_t> next = 1; next;) {
        auto page = query.page({*next, kPage, filter::Direction::Forward, 0});
        if (!page) return passOn(page);
        ids.insert(ids.end(), page->ids.begin(), page->ids.end());
        next = page->next;
    }
    std::sort(ids.begin(), ids.end());
    std::vector<FindingMark> marks;
    for (const FindingMark& f : findings_) {
        if (std::binary_search(ids.begin(), ids.end(), f.id)) marks.push_back(f);
    }
    return marks;
}

Cursor::Found Cursor::nextMatching(const filter::Filter& breakpoint, Direction direction) {
    auto known = matched_.find(breakpoint.text());
    if (known == matched_.end()) {
        auto marks = matching(breakpoint);
        if (!marks) return passOn(marks);
        if (matched_.size() >= kMostMatched) matched_.clear();
        known = matched_.emplace(breakpoint.text(), std::move(*marks)).first;
    }
    return nextFinding(direction, known->second);
}

Result<bool> Cursor::run(const filter::Filter& breakpoint, Direction direction) {
    auto stopped = run(std::vector<filter::Filter>{breakpoint}, direction);
    if (!stopped) return passOn(stopped);
    return stopped->has_value();
}

/// Each is looked for a little at a time, so that one that holds nowhere near does not keep the others
/// waiting: it is given up where another one holds before.
Result<std::optional<std::size_t>> Cursor::run(const std::vector<filter::Filter>& breakpoints,
                                               Direction direction) {
    struct Search {
        std::size_t number = 0;
        bool calls = false;
        std::int64_t next = 0;
        filter::Query query;
    };
    const bool forward = direction == Direction::Forward;
    std::optional<Position> nearest;
    std::optional<std::size_t> which;
    const auto offer = [&](std::size_t number, const std::optional<Position>& p) {
        if (!p) return;
        const bool nearer = !nearest || (forward ? *p < *nearest : *nearest < *p);
        if (!nearer && !(*p == *nearest && number < *which)) return;
        nearest = p;
        which = number;
    };
    std::vector<Search> searches;
    for (std::size_t i = 0; i < breakpoints.size(); ++i) {
        const filter::Subject subject = subjectOf(breakpoints[i]);
        if (subject == filter::Subject::Findings) {
            auto found = nextMatching(breakpoints[i], direction);
            if (!found) return passOn(found);
            offer(i, *found);
            continue;
        }
        const bool calls = subject == filter::Subject::Invocations;
        const bool standing = calls ? position_.kind == Kind::Start || position_.kind == Kind::Observed
                                    : position_.kind == Kind::Record;
        const std::int64_t last = calls ? state_.last_call.value : state_.last_event.value;
        const std::int64_t from = beside(last, direction, standing);
        if (from >= 1) searches.push_back({i, calls, from, filter::Query(*reader_, breakpoints[i], subject)});
    }
    const auto placeOf = [&](const Search& s, std::int64_t id) {
        return s.calls ? callPosition(id, direction) : eventPosition(id, direction);
    };
    const DurationNs turn = breakpoints.size() > 1 ? kTurn : 0;
    while (!searches.empty()) {
        for (auto s = searches.begin(); s != searches.end();) {
            if (nearest) {
                auto place = placeOf(*s, s->next);
                if (!place) return passOn(place);
                if (!*place || (forward ? *nearest < **place : **place < *nearest)) {
                    s = searches.erase(s);
                    continue;
                }
            }
            auto page = s->query.page(
                {s->next, 1, forward ? filter::Direction::Forward : filter::Direction::Backward, turn});
            if (!page) return passOn(page);
            if (!page->ids.empty()) {
                auto place = placeOf(*s, page->ids.front());
                if (!place) return passOn(place);
                offer(s->number, *place);
            } else if (page->next) {
                s->next = *page->next;
                ++s;
                continue;
            }
            s = searches.erase(s);
        }
    }
    if (!nearest) return std::optional<std::size_t>{};
    if (Status s = to(*nearest); !s) return passOn(s);
    return which;
}

}  // namespace weir::replay
