// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/event_index.h"

#include <algorithm>

namespace weir::invoke {

void EventIndex::remember(Runs& runs, Run run) {
    const auto after = std::upper_bound(runs.begin(), runs.end(), run.first,
                                        [](std::int64_t offset, const Run& r) { return offset < r.first; });
    if (after != runs.begin()) {
        Run& before = *std::prev(after);
        const bool follows = before.last + 1 == run.first &&
                             before.first_event + (before.last - before.first) + 1 == run.first_event;
        if (follows) {
            before.last = run.last;
            return;
        }
    }
    runs.insert(after, run);
}

std::vector<EventIndex::Piece> EventIndex::place(const RecordChunk& chunk) {
    if (chunk.empty()) return {};
    Runs& runs = partitions_[{chunk.topic(), chunk.partition()}];
    std::vector<Piece> pieces;

    if (runs.empty() || chunk[0].offset > runs.back().last) {
        for (const OffsetRun& r : chunk.runs()) {
            remember(runs, {r.first_offset, r.last_offset, next_ + r.first_index});
        }
        pieces.push_back({0, chunk.size(), EventId{next_}, true});
        next_ += chunk.size();
        return pieces;
    }

    for (std::uint32_t i = 0; i < chunk.size(); ++i) {
        const std::int64_t offset = chunk[i].offset;
        const auto after = std::upper_bound(runs.begin(), runs.end(), offset,
                                            [](std::int64_t o, const Run& r) { return o < r.first; });
        const bool known = after != runs.begin() && offset <= std::prev(after)->last;
        const std::int64_t id =
            known ? std::prev(after)->first_event + (offset - std::prev(after)->first) : next_;
        if (!known) {
            remember(runs, {offset, offset, id});
            ++next_;
        }
        const bool extends = !pieces.empty() && pieces.back().fresh == !known &&
                             pieces.back().first_event.value + pieces.back().count == id;
        if (extends) {
            ++pieces.back().count;
        } else {
            pieces.push_back({i, 1, EventId{id}, !known});
        }
    }
    return pieces;
}

}  // namespace weir::invoke
