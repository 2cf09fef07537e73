// SPDX-License-Identifier: GPL-3.0-or-later
#include "latency/latency_data.h"

#include <algorithm>

namespace weir::views {
namespace {

using journal::RollupCell;
using journal::RollupCount;
using journal::RollupKey;
using journal::RollupScope;

constexpr std::int64_t kMostCalls = 100'000;  ///< looked at one by one
constexpr int kMostGroups = 16;               ///< of events that arrived together, a call

class Counter {
  public:
    Counter(const LaneStore& store, TimeRange range, int buckets, std::int64_t every)
        : store_(store),
          range_(range),
          width_(std::max<DurationNs>(1, (range.second - range.first) / std::max(1, buckets))),
          every_(every) {}

    void add(const Call& call) {
        const RollupKey keys[] = {{},
                                  {RollupScope::Function, call.function.value, -1},
                                  {RollupScope::Partition, call.topic.value, call.partition},
                                  {RollupScope::Instance, call.instance.value, -1}};
        const bool started = call.start >= range_.first && call.start < range_.second;
        const bool ended = !call.open() && call.end >= range_.first && call.end < range_.second;
        const auto groups = ended ? waits(call) : std::vector<std::pair<std::int64_t, DurationNs>>();
        for (const RollupKey& key : keys) {
            if (key.scope != RollupScope::Session && key.id == 0) continue;
            if (started) {
                auto& counts = cell(key, call.start).counts;
                counts[RollupCount::Invocations] += every_;
                counts[RollupCount::Deliveries] += every_ * call.events;
                if (call.cold) counts[RollupCount::ColdStarts] += every_;
            }
            if (!ended) continue;
            RollupCell& to = cell(key, call.end);
            to.run.record(call.end - call.start, static_cast<std::uint64_t>(every_));
            if (call.failed()) to.counts[RollupCount::Failed] += every_ * call.events;
            if (call.outcome != facts::Outcome::Success) continue;
            to.counts[RollupCount::Delivered] += every_ * call.events;
            for (const auto& [events, wait] : groups) {
                to.wait.record(wait, static_cast<std::uint64_t>(every_ * events));
                to.total.record(wait + call.end - call.start, static_cast<std::uint64_t>(every_ * events));
            }
        }
    }

    MatchingFigures take() {
        MatchingFigures figures;
        figures.every = every_;
        for (auto& [key, cells] : cells_) {
            auto& rows = figures.rows[key];
            for (auto& [bucket, cell] : cells)
                rows.push_back({range_.first + bucket * width_, width_, std::move(cell)});
        }
        return figures;
    }

  private:
    RollupCell& cell(const RollupKey& key, TimeNs at) { return cells_[key][(at - range_.first) / width_]; }

    /// How many events of a call waited how long, by when they arrived.
    [[nodiscard]] std::vector<std::pair<std::int64_t, DurationNs>> waits(const Call& call) const {
        std::vector<std::pair<std::int64_t, DurationNs>> result;
        const ArrivalTrack* track = store_.arrivals(call.topic, call.partition);
        if (track == nullptr) return result;
        auto at = std::upper_bound(track->next.begin(), track->next.end(), call.first_offset);
        std::int64_t offset = call.first_offset;
        std::int64_t left = call.events;
        for (int i = 0; left > 0 && at != track->next.end(); ++i, ++at) {
            const bool last = i + 1 == kMostGroups || *at > call.last_offset;
            const std::int64_t events = last ? left : std::min(left, *at - offset);
            const TimeNs arrived = track->at[static_cast<std::size_t>(at - track->next.begin())];
            result.emplace_back(events, std::max<DurationNs>(0, call.start - arrived));
            offset = *at;
            left -= events;
            if (last) break;
        }
        return result;
    }

    const LaneStore& store_;
    const TimeRange range_;
    const DurationNs width_;
    const std::int64_t every_;
    std::map<RollupKey, std::map<std::int64_t, RollupCell>> cells_;
};

}  // namespace

MatchingFigures matchingFigures(const LaneStore& store, const LaneStore& matching, TimeRange range,
                                int buckets) {
    struct Part {
        const Lane* lane;
        std::size_t first, last;
    };
    std::vector<Part> parts;
    std::int64_t calls = 0;
    for (const Lane& lane : matching.lanes()) {
        if (lane.key.instance) continue;  // the same calls once more
        const auto [first, last] = matching.range(lane, range.first, range.second);
        parts.push_back({&lane, first, last});
        calls += static_cast<std::int64_t>(last - first);
    }
    const std::int64_t every = std::max<std::int64_t>(1, (calls + kMostCalls - 1) / kMostCalls);
    Counter counter(store, range, buckets, every);
    for (const Part& part : parts) {
        for (std::size_t i = part.first; i < part.last; i += static_cast<std::size_t>(every))
            counter.add(matching.calls()[part.lane->calls[i]]);
    }
    return counter.take();
}

}  // namespace weir::views
