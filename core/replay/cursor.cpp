// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/cursor.h"

#include "journal/session_rows.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace weir::replay {
namespace {

using journal::collectRows;
using journal::RowReader;

bool isCall(const Position& p) {
    return p.kind == Kind::Start || p.kind == Kind::Observed;
}

Error missing(const std::string& what, std::int64_t id) {
    return {ErrorCode::FileNotFound, "There is no " + what + " " + std::to_string(id) + " in this session."};
}

}  // namespace

Result<Cursor> Cursor::of(journal::SessionReader& reader, Keyframes::Limits limits) {
    auto keyframes = Keyframes::of(reader.file(), limits);
    if (!keyframes) return passOn(keyframes);
    Cursor cursor(reader, std::move(*keyframes));
    if (Status s = cursor.to(Position::start()); !s) return passOn(s);
    return cursor;
}

Status Cursor::to(const Position& position) {
    auto segment = keyframes_.segment(position);
    if (!segment) return passOn(segment);
    if (*segment != segment_ || position < position_) {
        segment_ = std::move(*segment);
        state_ = segment_->from->state;
        applied_ = 0;
    }
    const std::vector<Moment>& moments = segment_->moments;
    for (; applied_ < moments.size() && moments[applied_].position <= position; ++applied_) {
        state_.apply(moments[applied_], keyframes_.routes(), position);
    }
    if (applied_ < moments.size() && moments[applied_].first() <= position)
        state_.apply(moments[applied_], keyframes_.routes(), position);
    position_ = position;
    return {};
}

Status Cursor::toEnd() {
    const auto end = keyframes_.end();
    if (!end) return tl::unexpected<Error>(end.error());
    return to(*end);
}

Status Cursor::toEvent(EventId id) {
    const auto found = eventPosition(id.value, Direction::Forward);
    if (!found) return tl::unexpected<Error>(found.error());
    if (!*found || (*found)->id != id.value) return tl::unexpected<Error>(missing("event", id.value));
    return to(**found);
}

Status Cursor::toInvocation(InvocationId id) {
    const auto found = callPosition(id.value, Direction::Forward);
    if (!found) return tl::unexpected<Error>(found.error());
    if (!*found || (*found)->id != id.value) return tl::unexpected<Error>(missing("call", id.value));
    return to(**found);
}

Status Cursor::toFinding(std::int64_t id) {
    if (Status s = loadFindings(); !s) return s;
    const auto found =
        std::find_if(findings_.begin(), findings_.end(), [&](const FindingMark& f) { return f.id == id; });
    if (found == findings_.end()) return tl::unexpected<Error>(missing("finding", id));
    return to({found->at, Kind::Finding, id, 0});
}

Result<bool> Cursor::step(Unit unit, Direction direction) {
    const auto found = [&]() -> Found {
        switch (unit) {
            case Unit::Event:
                return nextEvent(direction);
            case Unit::Batch:
                return nextBatch(direction);
            case Unit::Invocation:
                return nextCall(direction);
            case Unit::Delivery:
                return nextDelivery(direction);
            case Unit::Finding:
                if (Status s = loadFindings(); !s) return passOn(s);
                return nextFinding(direction, findings_);
            case Unit::Moment:
                break;
        }
        return nextMoment(direction);
    }();
    if (!found) return tl::unexpected<Error>(found.error());
    if (!*found) return false;
    if (Status s = to(**found); !s) return passOn(s);
    return true;
}

/// The first moment that ends after the cursor, or the last one that ends before it.
Cursor::Found Cursor::nextMoment(Direction direction) {
    std::shared_ptr<const Keyframes::Segment> segment = segment_;
    const auto ends_before = [](const Moment& m, const Position& p) { return m.position < p; };
    if (direction == Direction::Backward) {
        while (segment != nullptr) {
            const auto& moments = segment->moments;
            const auto at = std::lower_bound(moments.begin(), moments.end(), position_, ends_before);
            if (at != moments.begin()) return std::optional{std::prev(at)->position};
            auto earlier = keyframes_.before(*segment);
            if (!earlier) return passOn(earlier);
            segment = std::move(*earlier);
        }
        return std::optional<Position>{};
    }
    for (;;) {
        const auto& moments = segment->moments;
        const auto at = std::upper_bound(moments.begin(), moments.end(), position_,
                                         [](const Position& p, const Moment& m) { return p < m.position; });
        if (at != moments.end()) return std::optional{at->position};
        if (segment->last) return std::optional<Position>{};
        auto later = keyframes_.segment(segment->until);
        if (!later) return passOn(later);
        segment = std::move(*later);
    }
}

/// The id to look for from the newest one that happened: the next one up, or the next one down when the
/// cursor stands on it.
std::int64_t Cursor::beside(std::int64_t last, Direction direction, bool standing) const {
    if (direction == Direction::Forward) return last + 1;
    return standing ? position_.id - 1 : last;
}

Cursor::Found Cursor::nextEvent(Direction direction) {
    return eventPosition(beside(state_.last_event.value, direction, position_.kind == Kind::Record),
                         direction);
}

/// Arrivals are numbered as their events are, so that halving finds the one with an event.
Cursor::Found Cursor::eventPosition(std::int64_t id, Direction direction) {
    struct ArrivalOf {
        std::int64_t row = 0, first = 0, last = 0;
        TimeNs at = 0;
    };
    const auto look = [&](const char* sql, std::int64_t row) {
        return collectRows(
            reader_->file(), sql,
            [](RowReader& r) {
                ArrivalOf a;
                a.row = r.integer();
                a.first = r.integer();
                a.last = a.first + r.integer() - r.integer();
                a.at = r.time();
                return a;
            },
            row);
    };
    constexpr const char* kUp =
        "SELECT id, first_event_id, last_offset, first_offset, received_ns FROM "
        "event_run WHERE id >= ?1 ORDER BY id LIMIT 1";
    constexpr const char* kDown =
        "SELECT id, first_event_id, last_offset, first_offset, received_ns FROM "
        "event_run WHERE id <= ?1 ORDER BY id DESC LIMIT 1";
    auto newest = look(kDown, std::numeric_limits<std::int64_t>::max());
    if (!newest) return passOn(newest);
    if (newest->empty()) return std::optional<Position>{};
    std::int64_t low = 0;
    std::int64_t high = newest->front().row + 1;
    while (low < high) {  // the first arrival that ends at or after the event
        const std::int64_t middle = low + (high - low) / 2;
        auto at = look(kUp, middle);
        if (!at) return passOn(at);
        if (!at->empty() && at->front().last < id) {
            low = at->front().row + 1;
        } else {
            high = middle;
        }
    }
    auto found = look(kUp, low);
    if (!found) return passOn(found);
    if (!found->empty() && found->front().first <= id)
        return std::optional{Position{found->front().at, Kind::Record, id, 0}};
    if (direction == Direction::Forward) {
        if (found->empty()) return std::optional<Position>{};
        return std::optional{Position{found->front().at, Kind::Record, found->front().first, 0}};
    }
    auto below = look(kDown, low - 1);
    if (!below) return passOn(below);
    if (below->empty()) return std::optional<Position>{};
    return std::optional{Position{below->front().at, Kind::Record, below->front().last, 0}};
}

Cursor::Found Cursor::nextBatch(Direction direction) {
    const bool forward = direction == Direction::Forward;
    auto rows = collectRows(
        reader_->file(),
        forward ? "SELECT id, at_ns FROM batch WHERE id >= ?1 AND at_ns IS NOT NULL "
                  "ORDER BY id LIMIT 1"
                : "SELECT id, at_ns FROM batch WHERE id <= ?1 AND at_ns IS NOT NULL "
                  "ORDER BY id DESC LIMIT 1",
        [](RowReader& row) {
            Position p;
            p.kind = Kind::Batch;
            p.id = row.integer();
            p.at = row.time();
            return p;
        },
        beside(state_.last_batch.value, direction, position_.kind == Kind::Batch));
    if (!rows) return passOn(rows);
    return rows->empty() ? std::optional<Position>{} : std::optional{rows->front()};
}

Cursor::Found Cursor::callPosition(std::int64_t id, Direction direction) {
    auto rows = collectRows(
        reader_->file(),
        direction == Direction::Forward
            ? "SELECT id, start_ns, end_ns FROM invocation WHERE id >= ?1 ORDER BY id "
              "LIMIT 1"
            : "SELECT id, start_ns, end_ns FROM invocation WHERE id <= ?1 ORDER BY id "
              "DESC LIMIT 1",
        [](RowReader& row) {
            Position p;
            p.id = row.integer();
            const auto start = row.maybeTime();
            const auto end = row.maybeTime();
            row.require(start || end);
            p.kind = start ? Kind::Start : Kind::Observed;
            p.at = start ? *start : end.value_or(0);
            return p;
        },
        id);
    if (!rows) return passOn(rows);
    return rows->empty() ? std::optional<Position>{} : std::optional{rows->front()};
}

Cursor::Found Cursor::nextCall(Direction direction) {
    if (direction == Direction::Backward && isCall(position_) && position_.part > 0) {
        Position p = position_;
        p.part = 0;
        return std::optional{p};
    }
    return callPosition(beside(state_.last_call.value, direction, isCall(position_)), direction);
}

Cursor::Found Cursor::nextDelivery(Direction direction) {
    const auto events_of = [&](std::int64_t id) -> Result<std::int64_t> {
        auto rows = reader_->invocationsById({InvocationId{id}});
        if (!rows) return passOn(rows);
        return rows->empty() ? 0 : rows->front().events;
    };
    if (isCall(position_)) {
        Position p = position_;
        if (direction == Direction::Backward && p.part > 0) {
            --p.part;
            return std::optional{p};
        }
        if (direction == Direction::Forward) {
            const auto events = events_of(p.id);
            if (!events) return tl::unexpected<Error>(events.error());
            if (p.part + 1 < *events) {
                ++p.part;
                return std::optional{p};
            }
        }
    }
    auto found = callPosition(beside(state_.last_call.value, direction, isCall(position_)), direction);
    if (!found || !*found || direction == Direction::Forward) return found;
    const auto events = events_of((*found)->id);
    if (!events) return tl::unexpected<Error>(events.error());
    (*found)->part = std::max<std::int64_t>(*events - 1, 0);
    return found;
}

Status Cursor::loadFindings() {
    if (findings_loaded_) return {};
    struct Row {
        FindingMark mark;
        std::string kind, severity;
        std::int64_t units = 1;
    };
    auto rows = collectRows(reader_->file(),
                            "SELECT id, kind, severity, first_offset, last_offset, at_ns FROM finding",
                            [](RowReader& row) {
                                Row r;
                                r.mark.id = row.integer();
                                r.kind = row.text();
                                r.severity = row.text();
                                const auto first = row.maybeInteger();
                                const auto last = row.maybeInteger();
                                if (first && last) r.units = *last - *first + 1;
                                r.mark.at = row.time();
                                return r;
                            });
    if (!rows) return passOn(rows);
    std::sort(rows->begin(), rows->end(), [](const Row& a, const Row& b) {
        return std::tie(a.mark.at, a.mark.id) < std::tie(b.mark.at, b.mark.id);
    });
    std::map<std::pair<std::string, std::string>, FindingSeries> series;
    findings_.clear();
    for (const Row& row : *rows) {
        findings_.push_back(row.mark);
        FindingSeries& s = series[{row.kind, row.severity}];
        s.kind = row.kind;
        s.severity = row.severity;
        s.units.emplace_back(placeOf(row.mark), row.units + (s.units.empty() ? 0 : s.units.back().second));
    }
    for (auto& [key, s] : series) series_.push_back(std::move(s));
    findings_loaded_ = true;
    return {};
}

Cursor::Found Cursor::nextFinding(Direction direction, const std::vector<FindingMark>& among) {
    if (direction == Direction::Forward) {
        const auto at =
            std::upper_bound(among.begin(), among.end(), position_,
                             [&](const Position& p, const FindingMark& f) { return p < placeOf(f); });
        return at == among.end() ? std::optional<Position>{} : std::optional{placeOf(*at)};
    }
    const auto at = std::lower_bound(among.begin(), among.end(), position_,
                                     [&](const FindingMark& f, const Position& p) { return placeOf(f) < p; });
    return at == among.begin() ? std::optional<Position>{} : std::optional{placeOf(*std::prev(at))};
}

Result<std::vector<FindingCount>> Cursor::findings() {
    if (Status s = loadFindings(); !s) return passOn(s);
    std::vector<FindingCount> counts;
    for (const FindingSeries& s : series_) {
        const auto after =
            std::upper_bound(s.units.begin(), s.units.end(), position_,
                             [](const Position& p, const auto& entry) { return p < entry.first; });
        if (after != s.units.begin()) counts.push_back({s.kind, s.severity, std::prev(after)->second});
    }
    return counts;
}

}  // namespace weir::replay
