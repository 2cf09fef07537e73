// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/candidates.h"

#include "filter/statements.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace weir::filter {
namespace {

using journal::RowReader;
using journal::SessionFile;

constexpr std::size_t kMostPlaces = 8192;  // ranges that are looked up and sorted before any is shown
constexpr std::int64_t kArrivals = 4096;   // read at once
constexpr std::int64_t kLastId = std::numeric_limits<std::int64_t>::max();

Result<std::optional<std::int64_t>> number(SessionFile& file, std::string_view sql,
                                           std::initializer_list<std::int64_t> parameters = {}) {
    std::optional<std::int64_t> value;
    Status s = forEach(
        file, sql,
        [&](sqlite3_stmt* statement) {
            int at = 0;
            for (const std::int64_t p : parameters) sqlite3_bind_int64(statement, ++at, p);
        },
        [&](RowReader& row) { value = row.maybeInteger(); });
    if (!s) return passOn(s);
    return value;
}

/// The first id in (low, high] whose row passes, where all behind it do; `high` passes.
template <typename Passes>
Result<std::int64_t> firstThat(std::int64_t low, std::int64_t high, const Passes& passes) {
    while (high - low > 1) {
        const std::int64_t middle = low + (high - low) / 2;
        const auto found = passes(middle);
        if (!found) return tl::unexpected<Error>(found.error());
        (*found ? high : low) = middle;
    }
    return high;
}

class Search {
  public:
    Search(SessionFile& file, const std::vector<Named>& topics)
        : file_(file), loader_(file, {}), topics_(topics) {}

    /// Ids whose events arrived in these times, as bounds.
    Result<Range> bounds(const std::vector<Box>& boxes) {
        Range ids{kLastId, 0};
        TimeNs from = IntervalSet::kHighest, to = IntervalSet::kLowest;
        for (const Box& box : boxes) {
            ids.first = std::min(ids.first, box.event.intervals().front().first);
            ids.last = std::max(ids.last, box.event.intervals().back().last);
            from = std::min(from, box.received.intervals().front().first);
            to = std::max(to, box.received.intervals().back().last);
        }
        ids.first = std::max<std::int64_t>(ids.first, 1);
        const auto last = number(file_, "SELECT max(id) FROM event");
        if (!last) return tl::unexpected<Error>(last.error());
        const std::int64_t end = last->value_or(0);
        ids.last = std::min(ids.last, end);
        if (from == IntervalSet::kLowest && to == IntervalSet::kHighest) return ids;
        // Events are numbered by arrival, but for those whose record came after they were named.
        const auto late = number(file_, "SELECT 1 FROM late_record LIMIT 1");
        if (!late) return tl::unexpected<Error>(late.error());
        if (*late) return ids;
        const auto first_at = [&](TimeNs time) {
            return firstThat(0, end + 1, [&](std::int64_t id) -> Result<bool> {
                const auto received =
                    number(file_, "SELECT received_ns FROM event WHERE id >= ? ORDER BY id LIMIT 1", {id});
                if (!received) return tl::unexpected<Error>(received.error());
                return !*received || **received >= time;
            });
        };
        if (from != IntervalSet::kLowest) {
            const auto first = first_at(from);
            if (!first) return tl::unexpected<Error>(first.error());
            ids.first = std::max(ids.first, *first);
        }
        if (to != IntervalSet::kHighest) {
            const auto after = first_at(to + 1);
            if (!after) return tl::unexpected<Error>(after.error());
            ids.last = std::min(ids.last, *after - 1);
        }
        return ids;
    }

    /// False when there are too many.
    Result<bool> places(const std::vector<Box>& boxes, std::vector<Range>& out) {
        for (const Box& box : boxes) {
            if (!box.hasPlace()) return false;
            for (const Named& topic : topics_) {
                if (!box.topic.contains(topic.id)) continue;
                auto done = placesOf(box, topic.id, out);
                if (!done || !*done) return done;
            }
        }
        return true;
    }

  private:
    Result<bool> placesOf(const Box& box, std::int64_t topic, std::vector<Range>& out) {
        std::int64_t next = box.partition.intervals().front().first;
        while (true) {
            const auto found = number(
                file_,
                "SELECT min(partition) FROM event_run INDEXED BY event_run_place WHERE topic_id = ? AND "
                "partition >= ?",
                {topic, next});
            if (!found) return tl::unexpected<Error>(found.error());
            if (!*found) return true;
            const std::int64_t partition = **found;
            if (box.partition.contains(partition)) {
                for (const auto& offsets : box.offset.intervals()) {
                    auto fits = placesOf(topic, partition, offsets, out);
                    if (!fits || !*fits) return fits;
                }
            }
            if (partition == IntervalSet::kHighest) return true;
            next = partition + 1;
        }
    }

    Result<bool> placesOf(std::int64_t topic, std::int64_t partition, const IntervalSet::Interval& offsets,
                          std::vector<Range>& out) {
        const std::int64_t first = std::max<std::int64_t>(offsets.first, 0);
        if (offsets.last < first) return true;
        // A look at how many there are costs an index alone, and stops at the limit.
        const auto count =
            number(file_,
                   "SELECT count(*) FROM (SELECT 1 FROM event_run INDEXED BY event_run_place WHERE "
                   "topic_id = ? AND partition = ? AND first_offset BETWEEN ? AND ? LIMIT ?)",
                   {topic, partition, first, offsets.last, static_cast<std::int64_t>(kMostPlaces)});
        if (!count) return tl::unexpected<Error>(count.error());
        if (out.size() + static_cast<std::size_t>(count->value_or(0)) >= kMostPlaces) return false;
        Status s = loader_.places(topic, partition, first, offsets.last, out);
        if (!s) return passOn(s);
        return true;
    }

    SessionFile& file_;
    RowLoader loader_;
    const std::vector<Named>& topics_;
};

}  // namespace

std::vector<Range> tidy(std::vector<Range> ranges) {
    std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.first < b.first; });
    std::vector<Range> out;
    for (const Range& r : ranges) {
        if (!out.empty() && r.first <= out.back().last + 1) {
            out.back().last = std::max(out.back().last, r.last);
        } else {
            out.push_back(r);
        }
    }
    return out;
}

Candidates Candidates::of(std::vector<Range> ranges) {
    Candidates c;
    c.ranges_ = tidy(std::move(ranges));
    c.way_ = c.ranges_.empty() ? Way::Nothing : Way::Places;
    c.bounds_ = {1, kLastId};
    return c;
}

Result<Candidates> Candidates::find(SessionFile& file, const std::vector<Box>& boxes,
                                    const std::vector<Named>& topics) {
    Candidates c;
    c.way_ = Way::Nothing;
    if (boxes.empty()) return c;
    Search search(file, topics);
    auto bounds = search.bounds(boxes);
    if (!bounds) return passOn(bounds);
    c.bounds_ = *bounds;
    if (c.bounds_.first > c.bounds_.last) return c;
    c.way_ = Way::All;
    c.ranges_ = {c.bounds_};
    if (!std::all_of(boxes.begin(), boxes.end(), [](const Box& box) { return box.hasPlace(); })) return c;

    std::vector<Range> places;
    const auto few = search.places(boxes, places);
    if (!few) return tl::unexpected<Error>(few.error());
    if (*few) {
        c.ranges_ = tidy(std::move(places));
        c.way_ = c.ranges_.empty() ? Way::Nothing : Way::Places;
        return c;
    }
    const auto late = number(file, "SELECT 1 FROM late_record LIMIT 1");
    if (!late) return tl::unexpected<Error>(late.error());
    if (!*late) {  // arrivals are in order of ids
        c.way_ = Way::Runs;
        c.boxes_ = boxes;
    }
    return c;
}

Status Candidates::start(SessionFile& file, std::int64_t from, bool backward) {
    backward_ = backward;
    pending_.clear();
    from_ = backward ? std::min(from, bounds_.last) : std::max(from, bounds_.first);
    if (way_ == Way::Runs) {
        const auto most = number(file, "SELECT max(id) FROM event_run");
        if (!most) return tl::unexpected<Error>(most.error());
        // The first arrival that begins behind `from`; the one before it may hold `from`.
        const auto behind = firstThat(0, most->value_or(0) + 1, [&](std::int64_t run) -> Result<bool> {
            const auto id =
                number(file, "SELECT first_event_id FROM event_run WHERE id >= ? ORDER BY id LIMIT 1", {run});
            if (!id) return tl::unexpected<Error>(id.error());
            return !*id || **id > from_;
        });
        if (!behind) return tl::unexpected<Error>(behind.error());
        next_run_ = *behind - 1;
        return {};
    }
    const auto behind = std::upper_bound(ranges_.begin(), ranges_.end(), from_,
                                         [](std::int64_t id, const Range& r) { return id < r.first; });
    next_ = static_cast<std::size_t>(behind - ranges_.begin());
    if (!backward && next_ > 0 && ranges_[next_ - 1].last >= from_) --next_;
    return {};
}

Status Candidates::readRuns(SessionFile& file) {
    std::int64_t last_run = 0;
    std::int64_t seen = 0;
    Status s = forEach(
        file,
        backward_
            ? "SELECT id, topic_id, partition, first_offset, last_offset, first_event_id FROM event_run "
              "WHERE id <= ? ORDER BY id DESC LIMIT ?"
            : "SELECT id, topic_id, partition, first_offset, last_offset, first_event_id FROM event_run "
              "WHERE id >= ? ORDER BY id LIMIT ?",
        [&](sqlite3_stmt* statement) { bindRange(statement, next_run_, kArrivals); },
        [&](RowReader& row) {
            ++seen;
            last_run = row.integer();
            const std::int64_t topic = row.integer();
            const std::int64_t partition = row.integer();
            const std::int64_t first = row.integer();
            const std::int64_t last = row.integer();
            const std::int64_t id = row.integer();
            row.require(first >= 0 && last >= first && last - first < (1LL << 40) && id > 0 &&
                        id < (1LL << 60));
            if (row.bad()) return;
            for (const Box& box : boxes_) {
                if (!box.topic.contains(topic) || !box.partition.contains(partition)) continue;
                for (const auto& offsets : box.offset.intervals()) {
                    const std::int64_t from = std::max(first, offsets.first);
                    const std::int64_t to = std::min(last, offsets.last);
                    if (from <= to) pending_.push_back({id + (from - first), id + (to - first)});
                }
            }
        });
    if (!s) return s;
    next_run_ = seen < kArrivals ? (backward_ ? 0 : kLastId) : last_run + (backward_ ? -1 : 1);
    pending_ = tidy(std::move(pending_));
    if (!backward_) std::reverse(pending_.begin(), pending_.end());
    return {};
}

Result<std::optional<Range>> Candidates::next(SessionFile& file) {
    while (way_ != Way::Nothing) {
        std::optional<Range> range;
        if (way_ == Way::Runs) {
            if (pending_.empty()) {
                if (next_run_ <= 0 ? backward_ : next_run_ == kLastId) break;
                next_run_ = std::max<std::int64_t>(next_run_, 1);
                if (Status s = readRuns(file); !s) return passOn(s);
                if (pending_.empty())
                    return std::optional<Range>{Range{1, 0}};  // nothing here: let others look
            }
            range = pending_.back();
            pending_.pop_back();
        } else if (backward_) {
            if (next_ == 0) break;
            range = ranges_[--next_];
        } else {
            if (next_ == ranges_.size()) break;
            range = ranges_[next_++];
        }
        range->first = std::max(range->first, backward_ ? bounds_.first : from_);
        range->last = std::min(range->last, backward_ ? from_ : bounds_.last);
        if (range->first <= range->last) return range;
        if (way_ == Way::Runs && (backward_ ? range->last < bounds_.first : range->first > bounds_.last))
            break;
    }
    return std::optional<Range>{};
}

std::string Candidates::explain() const {
    switch (way_) {
        case Way::Nothing:
            return "nothing can match";
        case Way::Places:
            return fmt::format("{} ranges of events, looked up with event_run_place", ranges_.size());
        case Way::Runs:
            return fmt::format("arrivals (event_run) of events {} to {}", bounds_.first, bounds_.last);
        default:
            return fmt::format("events {} to {}", bounds_.first, bounds_.last);
    }
}

}  // namespace weir::filter
