// SPDX-License-Identifier: GPL-3.0-or-later
// What never succeeded, and what need not be kept any longer.
#include "analysis/order/lane.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace weir::analysis::order {
namespace {

constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
constexpr TimeNs kLongAgo = std::numeric_limits<TimeNs>::min();

Severity severityOf(const facts::Function* function) {
    const bool may_stay_silent = function != nullptr && function->observe && !function->answers_each;
    return may_stay_silent ? Severity::Note : Severity::Error;
}

std::int64_t countBoth(const std::vector<Run>& a, const RunSet& b) {
    std::int64_t count = 0;
    for (const Run& run : a) {
        count += run.count();
        forEachLeft(run, b.runs(), [&](const Run& left) { count -= left.count(); });
    }
    return count;
}

}  // namespace

void Lane::finish(std::span<const Part* const> flying, const facts::Function* function, std::int64_t& open) {
    scope_.overlaps.finish(overlapFound(std::nullopt));
    for (const auto& scope : scopes_) scope->overlaps.finish(overlapFound(scope->key));

    RunSet unknown;
    for (const Part* part : flying) {
        for (const Run& run : part->runs) unknown.add(run.first, run.last);
    }
    tries_.forEach(std::numeric_limits<std::int64_t>::min(), kHighest, [&](const Run& run, const Try* t) {
        if (t != nullptr && t->abandoned) unknown.add(run.first, run.last);
    });
    // Recorded, not settled, and unknown: open.
    RunSet open_set;
    const std::vector<Run> settled_runs = settled();
    for (const Run& run : unknown.runs()) {
        forEachLeft(run, settled_runs, [&](const Run& left) { open_set.add(left.first, left.last); });
    }
    std::vector<Run> recorded;
    for (std::size_t i = open_set.runs().empty() ? s_.log->records.size()
                                                 : s_.log->runAt(open_set.runs().front().first);
         i < s_.log->records.size(); ++i) {
        recorded.push_back({s_.log->records[i].first, s_.log->records[i].last});
    }
    open += countBoth(recorded, open_set);
    gaps(open_set, severityOf(function));
}

/// Offsets that succeeded, were skipped or were told already; rising.
std::vector<Run> Lane::settled() const {
    RunSet all;
    for (const Piece& piece : done_) all.add(piece.first, piece.last);
    std::size_t at = s_.log->records.size();
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (slots_[i].call == 0) continue;
        const std::int64_t index = slots_from_ + static_cast<std::int64_t>(i);
        if (at == s_.log->records.size() || !s_.log->records[at].holds(index))
            at = s_.log->runAt(s_.log->offsetOf(index));
        const std::int64_t offset = s_.log->records[at].first + index - s_.log->records[at].index;
        all.add(offset, offset);
    }
    for (const Run& run : skipped_.runs()) all.add(run.first, run.last);
    for (const Run& run : closed_.runs()) all.add(run.first, run.last);
    return all.runs();
}

void Lane::gaps(const RunSet& open, Severity severity) {
    if (passed_.empty()) return;
    std::int64_t from = kHighest;
    std::int64_t to = -1;  // not included
    for (const auto& [position, passed] : passed_) {
        from = std::min(from, position < 0 ? low_ : position);
        to = std::max(to, passed.back().last);
    }
    const std::vector<Run> settled_runs = settled();
    const PartitionLog& log = *s_.log;
    for (std::size_t i = log.runAt(from); i < log.records.size() && log.records[i].first < to; ++i) {
        const Run recorded{std::max(log.records[i].first, from), std::min(log.records[i].last, to - 1)};
        if (recorded.first > recorded.last) continue;
        forEachLeft(recorded, settled_runs, [&](const Run& missing) {
            forEachLeft(missing, open.runs(),
                        [&](const Run& lost) { gapsOf(lost, log.records[i].at, severity, kLongAgo); });
        });
    }
}

/// Cuts at the first positions of assignments and where attempts differ.
void Lane::gapsOf(Run run, TimeNs recorded, Severity severity, TimeNs not_before) {
    const auto tried = [&](const Run& part) {
        tries_.forEach(part.first, part.last, [&](const Run& same, const Try* t) {
            gap(same, t == nullptr ? kLongAgo : t->end, recorded, severity, not_before);
        });
    };
    for (const auto& [position, passed] : passed_) {
        if (position <= run.first || position > run.last) continue;
        tried({run.first, position - 1});
        run.first = position;
    }
    if (low_ > run.first && low_ <= run.last) {
        tried({run.first, low_ - 1});
        run.first = low_;
    }
    tried(run);
}

void Lane::gap(Run run, TimeNs tried, TimeNs recorded, Severity severity, TimeNs not_before) {
    std::optional<std::pair<TimeNs, std::int64_t>> by;  // end, offset
    for (const auto& [position, passed] : passed_) {
        if ((position < 0 ? low_ : position) > run.first) continue;
        const auto* step = passed.above(run.last);
        if (step == nullptr) continue;
        const std::pair candidate{step->of.end, Ahead<Passed>::lowestOf(*step, run.last)};
        if (!by || candidate < *by) by = candidate;
    }
    if (!by) return;
    Finding f;
    f.kind = Kind::Gap;
    f.severity = severity;
    f.function = s_.function;
    f.topic = s_.log->topic;
    f.partition = s_.log->partition;
    if (by) f.against = Place{f.topic, f.partition, by->second};
    f.at = std::max({by ? by->first : kLongAgo, tried, recorded, not_before});
    if (s_.ordered != Ordered::Key) {
        f.first = run.first;
        f.last = run.last;
        s_.report->add(std::move(f));
        return;
    }
    for (std::int64_t offset = run.first; offset <= run.last; ++offset) {
        f.first = f.last = offset;
        f.key = keyOf(offset);
        s_.report->add(f);
    }
}

/// The highest offset up to which all is settled, at most `limit`.
std::int64_t Lane::contiguous(std::int64_t limit) const {
    const PartitionLog& log = *s_.log;
    std::int64_t next = floor_ + 1;
    while (next <= limit) {
        const auto piece = std::lower_bound(done_.begin(), done_.end(), next,
                                            [](const Piece& p, std::int64_t o) { return p.last < o; });
        if (piece != done_.end() && piece->first <= next) {
            next = piece->last + 1;
            continue;
        }
        const Run* run = skipped_.runWith(next);
        if (run == nullptr) run = closed_.runWith(next);
        if (run != nullptr) {
            next = run->last + 1;
            continue;
        }
        const std::size_t at = log.runAt(next);
        if (at == log.records.size()) break;
        const PartitionLog::Records& records = log.records[at];
        if (records.first > next) {  // nothing is there
            next = records.first;
            continue;
        }
        std::int64_t index = records.index + next - records.first - slots_from_;
        const std::int64_t before = next;
        while (next <= records.last && index >= 0 && index < static_cast<std::int64_t>(slots_.size()) &&
               slots_[static_cast<std::size_t>(index)].call != 0) {
            ++next;
            ++index;
        }
        if (next == before) break;
    }
    return std::min(next - 1, limit);
}

/// Successes above the floor.
std::int64_t Lane::heldEvents() const {
    std::int64_t count = 0;
    for (auto at = done_.rbegin(); at != done_.rend() && at->last > floor_; ++at) {
        count += at->last - std::max(at->first, floor_ + 1) + 1;
    }
    for (const Slot& slot : slots_) count += slot.call != 0 ? 1 : 0;
    return count;
}

void Lane::fold(std::span<const Part* const> flying, const facts::Function* function, TimeNs at) {
    if (low_ == kForever) return;
    for (;;) {
        std::int64_t limit = kHighest;
        const Part* oldest = nullptr;
        for (const Part* part : flying) {
            for (const Run& run : part->runs) {
                std::int64_t first = kHighest;
                forEachLeft(run, closed_.runs(),
                            [&](const Run& left) { first = std::min(first, left.first); });
                if (first == kHighest || first - 1 >= limit) continue;
                limit = first - 1;
                oldest = part;
            }
        }
        foldTo(contiguous(limit));
        if (heldEvents() <= s_.bounds->most_held) break;
        // Too much: what everything waits for is given up.
        const Run stuck = stuckAt(floor_ + 1);
        closed_.add(stuck.first, stuck.last);
        const auto piece = std::lower_bound(done_.begin(), done_.end(), stuck.first,
                                            [](const Piece& p, std::int64_t o) { return p.last < o; });
        const bool succeeded = piece != done_.end() && piece->first <= stuck.first;  // and is out once more
        if (!succeeded && s_.log->recorded(stuck.first)) {
            const std::int64_t before = s_.report->counts().of(Kind::Gap);
            gapsOf(stuck, 0, severityOf(function), at);
            if (s_.report->counts().of(Kind::Gap) != before) s_.bounded->events = true;
        }
        if (oldest != nullptr && stuck.first > limit && s_.ordered != Ordered::Key) {
            scope_.overlaps.letGo(oldest->call.id, overlapFound(std::nullopt));
            s_.bounded->events = true;
        }
    }
    fold_at_ = std::max(s_.bounds->fold_at, held() * 2);
    most_succeeded_ = succeeded_ + s_.bounds->most_held - heldEvents();
}

/// What holds the floor: one event, or all those that stand before the first one that was ever started.
Run Lane::stuckAt(std::int64_t offset) const {
    if (offset >= low_) return {offset, offset};
    std::int64_t last = low_ - 1;
    for (const auto& [position, passed] : passed_) {
        if (position > offset) last = std::min(last, position - 1);
    }
    const std::size_t at = s_.log->runAt(offset);
    if (at < s_.log->records.size() && s_.log->records[at].first <= offset) {
        last = std::min(last, s_.log->records[at].last);
    }
    return {offset, std::max(last, offset)};
}

/// First successes at or below the floor as few runs. Strictly: only over what surely is no event.
void Lane::joinPieces(std::int64_t floor, bool strictly) {
    const auto nothing_in = [&](std::int64_t first, std::int64_t last) {
        if (first > last) return true;
        const Run* hole = s_.log->holes.runWith(first);
        if (hole != nullptr && hole->last >= last) return true;
        if (strictly || skipped_.touches(first, last)) return false;
        const std::size_t records = s_.log->runAt(first);
        bool nothing = records == s_.log->records.size() || s_.log->records[records].first > last;
        tries_.forEach(first, last, [&](const Run&, const Try* t) { nothing = nothing && t == nullptr; });
        return nothing;
    };
    std::size_t kept = 0;
    for (std::size_t i = 0; i < done_.size(); ++i) {
        Piece piece = done_[i];
        if (piece.last <= floor) {
            piece.call.start = piece.call.end = kLongAgo;  // too long ago to have run at once with anything
            if (kept > 0 && done_[kept - 1].call.epoch == piece.call.epoch &&
                nothing_in(done_[kept - 1].last + 1, piece.first - 1)) {
                done_[kept - 1].last = piece.last;
                continue;
            }
        }
        done_[kept++] = piece;
    }
    done_.resize(kept);
}

void Lane::foldTo(std::int64_t floor) {
    if (floor <= floor_) return;
    if (s_.ordered == Ordered::Key) foldKeyed(floor);
    floor_ = floor;
    joinPieces(floor, true);
    if (done_.size() > s_.bounds->most_pieces) joinPieces(floor, false);
    scope_.ahead.fold(floor);
    scope_.rising.fold(floor);
    for (auto& [position, passed] : passed_) passed.fold(floor);
    tries_.forget(floor, [&](const Run& run) { return s_.log->recorded(run.first); });
    if (timeouts_.size() > s_.bounds->fold_at * 16) {
        timeouts_.forget(floor, [](const Run&) { return true; });
    }
}

}  // namespace weir::analysis::order
