// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/lane.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace weir::analysis::order {
namespace {

bool succeeded(const std::optional<facts::Outcome>& outcome) {
    return outcome == facts::Outcome::Success || outcome == facts::Outcome::Partial;
}

}  // namespace

void Lane::take(TimeNs at, std::span<Part* const> ended, std::span<Part* const> started) {
    at_ = at;
    for (const Part* part : started) {
        low_ = std::min(low_, part->runs.front().first);
        s_.log->touched = std::max(s_.log->touched, part->runs.back().last);
    }
    for (const Part* part : ended) {
        if (part->call.observed) {
            low_ = std::min(low_, part->runs.front().first);
            s_.log->touched = std::max(s_.log->touched, part->runs.back().last);
        }
        takeFailures(*part, at);
    }
    successes_.clear();
    if (s_.ordered == Ordered::Key) {
        takeKeyed(at, ended, started);
    } else {
        Scope& scope = scope_;
        if (!scope.overlaps.idle() || started.size() > 1 || (!started.empty() && !ended.empty())) {
            for (const Part* part : ended) scope.ended.push_back(part->call);
            for (const Part* part : started) scope.started.push_back({part->call, part->runs});
            scope.overlaps.take(at, scope.ended, scope.started, overlapFound(std::nullopt));
            scope.ended.clear();
            scope.started.clear();
        } else if (!started.empty()) {
            scope.overlaps.put({started.front()->call, started.front()->runs});
        }
        for (const Part* part : ended) {
            if (!succeeded(part->outcome)) continue;
            const std::size_t from = successes_.size();
            successesOf(*part);
            for (std::size_t i = from; i < successes_.size(); ++i) claim(successes_[i].run, part->call);
        }
        judge(scope, at);
    }
    notePassed();
}

/// What did not succeed: when it was last tried, and what timed out.
void Lane::takeFailures(const Part& part, TimeNs at) {
    if (part.outcome == facts::Outcome::Success) return;
    const std::vector<Run>& runs = part.outcome == facts::Outcome::Partial ? part.failed : part.runs;
    for (const Run& run : runs) {
        tries_.update(run.first, run.last, [&](Try& t) {
            if (std::tie(t.start, t.number) < std::tie(part.call.start, part.call.number)) {
                t.start = part.call.start;
                t.number = part.call.number;
                t.abandoned = part.outcome == facts::Outcome::Abandoned;
            }
            t.end = std::max(t.end, at);
        });
        if (part.outcome != facts::Outcome::Timeout) continue;
        // One that took no time is no earlier attempt of what starts at the same instant.
        const TimeNs counts_from = part.call.start == at ? at + 1 : at;
        timeouts_.update(run.first, run.last,
                         [&](Since& since) { since.at = std::min(since.at, counts_from); });
    }
}

void Lane::successesOf(const Part& part) {
    for (const Run& run : part.runs) {
        if (part.failed.empty()) {
            successes_.push_back({run, part.position, part.call.end});
            continue;
        }
        forEachLeft(run, part.failed, [&](const Run& left) {
            successes_.push_back({left, part.position, part.call.end});
        });
    }
}

/// For gaps: what passes what.
void Lane::notePassed() {
    if (successes_.size() > 1) {
        std::sort(successes_.begin(), successes_.end(),
                  [](const Success& a, const Success& b) { return a.run.first < b.run.first; });
    }
    for (const Success& success : successes_) {
        Ahead<Passed>& passed = passed_[success.position.value_or(-1)];
        passed.add(success.run.first, success.run.last, {success.end},
                   !passed.empty() && passed.back().of.end == success.end);
    }
}

/// Tells first successes and duplicates apart.
void Lane::claim(Run run, const CallRef& call) {
    if (done_.empty() || run.first > done_.back().last) {
        insert(run, call);
        return;
    }
    auto at = std::lower_bound(done_.begin(), done_.end(), run.first,
                               [](const Piece& p, std::int64_t offset) { return p.last < offset; });
    std::vector<Run> fresh;
    for (; at != done_.end() && at->first <= run.last; ++at) {
        if (at->first > run.first) fresh.push_back({run.first, at->first - 1});
        const Run known{std::max(run.first, at->first), std::min(run.last, at->last)};
        duplicate(known, call, at->call, std::nullopt);
        run.first = known.last + 1;
        if (known.last == run.last) break;
    }
    if (run.first <= run.last) fresh.push_back(run);
    for (const Run& part : fresh) insert(part, call);
}

void Lane::insert(Run run, const CallRef& call) {
    succeeded_ += run.count();
    if (done_.empty() || run.first > done_.back().last) {
        done_.push_back({run.first, run.last, call});
    } else {
        const auto at = std::lower_bound(done_.begin(), done_.end(), run.first,
                                         [](const Piece& p, std::int64_t offset) { return p.last < offset; });
        done_.insert(at, {run.first, run.last, call});
    }
    if (s_.ordered != Ordered::Key) scope_.fresh.push_back({run, call});
}

void Lane::duplicate(Run run, const CallRef& call, const CallRef& first,
                     const std::optional<std::string>& key) {
    emit(Kind::Duplicate, Severity::Warn, run, call, first, std::nullopt, call.end, true, key);
}

/// Judges the first successes of an instant against what was there before, then adds them.
void Lane::judge(Scope& scope, TimeNs at) {
    if (scope.fresh.empty()) return;
    if (scope.fresh.size() > 1) {
        std::sort(scope.fresh.begin(), scope.fresh.end(),
                  [](const Fresh& a, const Fresh& b) { return a.run.first < b.run.first; });
    }
    for (const Fresh& fresh : scope.fresh) judgeFirst(scope, fresh, at);
    for (const Fresh& fresh : scope.fresh) {
        const bool same = !scope.ahead.empty() && scope.ahead.back().of.id == fresh.call.id;
        scope.ahead.add(fresh.run.first, fresh.run.last, fresh.call, same);
        displaced_ += scope.rising.add(fresh.run.first, fresh.run.last);
    }
    scope.fresh.clear();
}

void Lane::judgeFirst(Scope& scope, const Fresh& fresh, TimeNs at) {
    const CallRef& call = fresh.call;
    if (const auto* step = scope.ahead.above(fresh.run.first)) {
        const bool began_after = !call.observed && step->of.end <= call.start;
        const Run run{fresh.run.first, fresh.run.last};
        const std::int64_t against = Ahead<CallRef>::lowestOf(*step, run.last);
        emit(began_after ? Kind::Regression : Kind::Inversion, ordered(Severity::Error), run, call, step->of,
             against, at, false, scope.key);
        return;
    }
    // A call that took no time began when others of this instant had ended.
    if (call.observed || call.start != at || scope.fresh.size() < 2) return;
    for (const Fresh& other : scope.fresh) {
        if (other.call.id == call.id || other.run.first < fresh.run.first) continue;
        emit(Kind::Regression, ordered(Severity::Error), fresh.run, call, other.call, other.run.first, at,
             false, scope.key);
        return;
    }
}

/// Emits units that share all but the offset, apart where only some had an attempt that timed out.
void Lane::emit(Kind kind, Severity severity, Run run, const CallRef& unit, const CallRef& other,
                std::optional<std::int64_t> against, TimeNs at, bool of_call,
                const std::optional<std::string>& key) {
    const auto one = [&](const Run& part, bool timed_out) {
        Finding f;
        f.kind = kind;
        f.severity = severity;
        f.cause = causeOf(unit, other, timed_out);
        f.function = s_.function;
        f.topic = s_.log->topic;
        f.partition = s_.log->partition;
        f.first = part.first;
        f.last = part.last;
        f.key = key;
        if (against) f.against = Place{f.topic, f.partition, *against};
        if (of_call) f.invocation = unit.id;
        f.at = at;
        s_.report->add(std::move(f));
    };
    if (timeouts_.empty()) {
        one(run, false);
        return;
    }
    timeouts_.forEach(run.first, run.last, [&](const Run& part, const Since* since) {
        one(part, since != nullptr && since->at <= unit.start);
    });
}

Overlaps::Found Lane::overlapFound(const std::optional<std::string>& key) {
    return [this, &key](Run run, const CallRef& call, const CallRef& other, std::int64_t against, TimeNs at) {
        emit(Kind::Overlap, ordered(Severity::Warn), run, call, other, against, at, true, key);
    };
}

bool Lane::timedOut(std::int64_t offset, TimeNs start) const {
    bool timed_out = false;
    timeouts_.forEach(offset, offset, [&](const Run&, const Since* since) {
        timed_out = since != nullptr && since->at <= start;
    });
    return timed_out;
}

void Lane::skip(std::int64_t first, std::int64_t last) {
    low_ = std::min(low_, first);
    skipped_count_ += skipped_.add(first, last);
}

std::int64_t Lane::unsettled() const {
    if (low_ == kForever) return 0;
    const std::size_t from = s_.log->runAt(low_);
    if (from == s_.log->records.size()) return 0;
    const PartitionLog::Records& run = s_.log->records[from];
    const std::int64_t recorded = s_.log->count - run.index - std::max<std::int64_t>(0, low_ - run.first);
    return std::max<std::int64_t>(0, recorded - succeeded_ - skipped_count_);
}

}  // namespace weir::analysis::order
