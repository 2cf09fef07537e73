// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/event_index.h"

#include <algorithm>

namespace weir::invoke {

void EventIndex::remember(Runs& runs, Run run) {
    const auto after = std::upper_bound(runs.begin(), runs.end(), run.first,
                                        [](std::int64_t offset, const Run& r) { return offset < r.first; });
    if (after != runs.begin()) {
        Run& before = *std::prev(after);
        const bool follows = before.last + 1 == run.first && before.recorded == run.recorded &&
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
        const bool late = known && !std::prev(after)->recorded;
        const std::int64_t id =
            known ? std::prev(after)->first_event + (offset - std::prev(after)->first) : next_;
        if (late) {
            markRecorded(runs, std::prev(after), offset);
            pieces.push_back({i, 1, EventId{id}, false, true});
            continue;
        }
        if (!known) {
            remember(runs, {offset, offset, id});
            ++next_;
        }
        const bool extends = !pieces.empty() && !pieces.back().late && pieces.back().fresh == !known &&
                             pieces.back().first_event.value + pieces.back().count == id;
        if (extends) {
            ++pieces.back().count;
        } else {
            pieces.push_back({i, 1, EventId{id}, !known});
        }
    }
    return pieces;
}

/// Cuts the run around the offset, whose record is there now.
void EventIndex::markRecorded(Runs& runs, Runs::iterator run, std::int64_t offset) {
    const Run whole = *run;
    const auto part = [&](std::int64_t first, std::int64_t last, bool recorded) {
        return Run{first, last, whole.first_event + (first - whole.first), recorded};
    };
    *run = part(offset, offset, true);
    if (offset < whole.last) run = runs.insert(run + 1, part(offset + 1, whole.last, false)) - 1;
    if (offset > whole.first) runs.insert(run, part(whole.first, offset - 1, false));
}

std::vector<EventIndex::Named> EventIndex::identify(TopicId topic, std::int32_t partition, std::int64_t first,
                                                    std::int64_t last) {
    Runs& runs = partitions_[{topic, partition}];
    std::vector<Named> named;
    for (std::int64_t offset = first; offset <= last;) {
        const auto after = std::upper_bound(runs.begin(), runs.end(), offset,
                                            [](std::int64_t o, const Run& r) { return o < r.first; });
        Named one{offset, last, EventId{}, false};
        if (after != runs.begin() && offset <= std::prev(after)->last) {
            const Run& run = *std::prev(after);
            one.last = std::min(last, run.last);
            one.first_event = EventId{run.first_event + (offset - run.first)};
        } else {
            if (after != runs.end()) one.last = std::min(last, after->first - 1);
            one.first_event = EventId{next_};
            one.fresh = true;
            next_ += one.last - one.first + 1;
            remember(runs, {one.first, one.last, one.first_event.value, false});
        }
        named.push_back(one);
        offset = one.last + 1;
    }
    return named;
}

}  // namespace weir::invoke
