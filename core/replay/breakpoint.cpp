// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/query.h"
#include "replay/cursor.h"

#include <algorithm>
#include <tuple>

namespace weir::replay {
namespace {

constexpr std::int64_t kPage = 10'000;

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

Result<bool> Cursor::run(const filter::Filter& breakpoint, Direction direction) {
    const filter::Subject subject = subjectOf(breakpoint);
    Found found = std::optional<Position>{};
    if (subject == filter::Subject::Findings) {
        if (!matched_ || matched_text_ != breakpoint.text()) {
            auto marks = matching(breakpoint);
            if (!marks) return passOn(marks);
            matched_ = std::move(*marks);
            matched_text_ = breakpoint.text();
        }
        found = nextFinding(direction, *matched_);
    } else {
        const bool calls = subject == filter::Subject::Invocations;
        const bool standing = calls ? position_.kind == Kind::Start || position_.kind == Kind::Observed
                                    : position_.kind == Kind::Record;
        const std::int64_t last = calls ? state_.last_call.value : state_.last_event.value;
        const bool forward = direction == Direction::Forward;
        const std::int64_t from = beside(last, direction, standing);
        if (from < 1) return false;
        filter::Query query(*reader_, breakpoint, subject);
        auto page =
            query.page({from, 1, forward ? filter::Direction::Forward : filter::Direction::Backward, 0});
        if (!page) return passOn(page);
        if (page->ids.empty()) return false;
        found =
            calls ? callPosition(page->ids.front(), direction) : eventPosition(page->ids.front(), direction);
    }
    if (!found) return passOn(found);
    if (!*found) return false;
    if (Status s = to(**found); !s) return passOn(s);
    return true;
}

}  // namespace weir::replay
