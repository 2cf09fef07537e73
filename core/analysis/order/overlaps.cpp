// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/overlaps.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace weir::analysis::order {
namespace {

constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();

/// From which offset on deliveries of `call` are broken by one of `low` in `other`.
std::int64_t brokenFrom(const CallRef& call, const CallRef& other, std::int64_t low) {
    if (other.before(call)) return low;
    return low == kNone ? kNone : low + 1;
}

}  // namespace

Overlaps::Flight Overlaps::flight(Part part) {
    Flight f;
    f.low = part.runs.front().first;
    f.high = part.runs.back().last;
    f.clean_below = kNone;
    f.part = std::move(part);
    return f;
}

std::int64_t Overlaps::lowest() const noexcept {
    std::int64_t low = kNone;
    for (const Flight& f : flying_) low = std::min(low, f.low);
    return low;
}

void Overlaps::meet(Flight& flight, const Flight& other, TimeNs at) {
    const std::int64_t from = brokenFrom(flight.part.call, other.part.call, other.low);
    if (from > flight.high || from >= flight.clean_below) return;
    flight.broken.push_back({from, flight.clean_below, at});
    flight.clean_below = from;
}

/// `by` ended: the units that it broke and that still wait are against its lowest.
void Overlaps::resolve(Flight& flight, const Flight& by, const Found& found) {
    if (flight.broken.empty()) return;
    const std::int64_t from = brokenFrom(flight.part.call, by.part.call, by.low);
    std::size_t done = 0;
    for (Broken& b : flight.broken) {
        if (b.to <= from) break;
        const std::int64_t low = std::max(b.from, from);
        for (const Run& run : flight.part.runs) {
            const Run hit{std::max(run.first, low), std::min(run.last, b.to == kNone ? kNone : b.to - 1)};
            if (hit.first <= hit.last) found(hit, flight.part.call, by.part.call, by.low, b.at);
        }
        if (low > b.from) {
            b.to = low;
            break;
        }
        ++done;
    }
    flight.broken.erase(flight.broken.begin(), flight.broken.begin() + static_cast<std::ptrdiff_t>(done));
}

void Overlaps::endOf(const Flight& by, bool took_time, const Found& found) {
    for (Flight& f : flying_) {
        if (&f == &by || (!took_time && f.part.call.end == by.part.call.end)) continue;
        resolve(f, by, found);
    }
    if (!took_time) return;  // those that ended before it began do not know it
    for (std::size_t i = waiting_.size(); i > 0 && waiting_[i - 1].part.call.end > by.part.call.start; --i) {
        resolve(waiting_[i - 1], by, found);
    }
}

void Overlaps::take(TimeNs at, std::span<const CallRef> ended, std::vector<Part>& started,
                    const Found& found) {
    ending_.clear();
    brief_.clear();
    for (const CallRef& call : ended) {
        for (std::size_t i = 0; i < flying_.size(); ++i) {
            if (flying_[i].part.call.id != call.id) continue;
            flying_[i].part.call.end = at;
            ending_.push_back(i);
            break;
        }
        if (call.observed || call.start != at) continue;
        for (Part& part : started) {
            if (part.call.id != call.id || part.runs.empty()) continue;
            part.call.end = at;
            brief_.push_back(flight({part.call, std::exchange(part.runs, {})}));
        }
    }

    if (flying_.size() > ending_.size()) {
        for (Flight& brief : brief_) {
            for (Flight& f : flying_) {
                if (f.part.call.end == at) continue;
                meet(brief, f, at);
                meet(f, brief, at);
            }
        }
    }
    if (!ending_.empty() && (flying_.size() > 1 || !waiting_.empty() || !brief_.empty())) {
        std::vector<const Flight*> in_order;
        for (const std::size_t i : ending_) in_order.push_back(&flying_[i]);
        for (const Flight& brief : brief_) in_order.push_back(&brief);
        std::sort(in_order.begin(), in_order.end(), [](const Flight* a, const Flight* b) {
            return std::tie(a->low, a->part.call.number) < std::tie(b->low, b->part.call.number);
        });
        for (const Flight* f : in_order) endOf(*f, f->part.call.start != at, found);
    } else {
        std::sort(brief_.begin(), brief_.end(), [](const Flight& a, const Flight& b) {
            return std::tie(a.low, a.part.call.number) < std::tie(b.low, b.part.call.number);
        });
        for (const Flight& brief : brief_) endOf(brief, false, found);
    }
    if (!ending_.empty()) {
        std::sort(ending_.begin(), ending_.end(), std::greater<>());
        for (const std::size_t i : ending_) {
            if (!flying_[i].broken.empty()) waiting_.push_back(std::move(flying_[i]));
            if (i + 1 != flying_.size()) flying_[i] = std::move(flying_.back());
            flying_.pop_back();
        }
    }
    for (Flight& brief : brief_) {
        if (!brief.broken.empty()) waiting_.push_back(std::move(brief));
    }
    if (flying_.empty()) waiting_.clear();
    if (waiting_.size() > 64) {
        const auto live = std::count_if(waiting_.begin(), waiting_.end(),
                                        [](const Flight& f) { return !f.broken.empty(); });
        if (static_cast<std::size_t>(live) * 2 < waiting_.size()) {
            std::erase_if(waiting_, [](const Flight& f) { return f.broken.empty(); });
        }
    }

    for (Part& part : started) {
        if (part.runs.empty()) continue;
        Flight fresh = flight(std::move(part));
        for (Flight& f : flying_) {
            meet(fresh, f, at);
            meet(f, fresh, at);
        }
        flying_.push_back(std::move(fresh));
    }
}

void Overlaps::finish(const Found& found) {
    std::vector<const Flight*> in_order;
    for (const Flight& f : flying_) in_order.push_back(&f);
    std::sort(in_order.begin(), in_order.end(), [](const Flight* a, const Flight* b) {
        return std::tie(a->low, a->part.call.number) < std::tie(b->low, b->part.call.number);
    });
    for (const Flight* f : in_order) endOf(*f, true, found);
    flying_.clear();
    waiting_.clear();
}

void Overlaps::letGo(InvocationId call, const Found& found) {
    const auto at =
        std::find_if(flying_.begin(), flying_.end(), [&](const Flight& f) { return f.part.call.id == call; });
    if (at == flying_.end()) return;
    // Those whose only opponent it is will never have another.
    endOf(*at, true, found);
    flying_.erase(at);
    if (flying_.empty()) waiting_.clear();
}

}  // namespace weir::analysis::order
