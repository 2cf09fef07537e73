// SPDX-License-Identifier: GPL-3.0-or-later
#include "lanes/lane_store.h"

#include <algorithm>

namespace weir::views {
namespace {

DurationNs duration(const Call& call) {
    return call.open() ? 0 : call.end - call.start;
}

/// The value that held at `time`, of values that hold from the instant beside them on.
std::int64_t valueAt(const std::vector<TimeNs>& at, const std::vector<std::int64_t>& values, TimeNs time,
                     std::int64_t before) {
    const auto after = std::upper_bound(at.begin(), at.end(), time);
    if (after == at.begin()) return before;
    return values[static_cast<std::size_t>(after - at.begin()) - 1];
}

/// The first place of rising `values` for which `before` does not hold. Gallops from the hint, either way:
/// neighbouring pixels ask for neighbouring places.
template <typename Before>
std::size_t gallop(const std::vector<TimeNs>& values, std::size_t hint, Before before) {
    std::size_t low = std::min(hint, values.size()), high = low, step = 1;
    if (low > 0 && !before(values[low - 1])) {
        --high;
        low = 0;
        while (high > 0) {
            const std::size_t at = high > step ? high - step : 0;
            if (before(values[at])) {
                low = at + 1;
                break;
            }
            high = at;
            step *= 2;
        }
    } else {
        while (high < values.size() && before(values[high])) {
            low = high + 1;
            high += step;
            step *= 2;
        }
        high = std::min(high, values.size());
    }
    const auto begin = values.begin();
    const auto at = std::partition_point(begin + static_cast<std::ptrdiff_t>(low),
                                         begin + static_cast<std::ptrdiff_t>(high), before);
    return static_cast<std::size_t>(at - begin);
}

void insertRising(std::vector<std::uint32_t>& values, std::uint32_t value) {
    if (values.empty() || values.back() < value) {
        values.push_back(value);
        return;
    }
    const auto at = std::lower_bound(values.begin(), values.end(), value);
    if (at == values.end() || *at != value) values.insert(at, value);
}

}  // namespace

LaneKey partitionLane(const Call& call) {
    return {call.trigger, call.function, call.topic, call.partition, {}};
}
LaneKey instanceLane(FunctionId function, InstanceId instance) {
    return {{}, function, {}, 0, instance};
}

std::int64_t ArrivalTrack::nextAt(TimeNs time) const {
    return valueAt(at, next, time, first_offset);
}
std::size_t ArrivalTrack::countAt(TimeNs time, std::size_t hint) const {
    return gallop(at, hint, [time](TimeNs arrived) { return arrived <= time; });
}
std::int64_t ArrivalTrack::totalAt(TimeNs time) const {
    return valueAt(at, total, time, 0);
}

void LaneStore::apply(const LaneUpdate& update) {
    for (const Call& call : update.ended) close(call);
    for (const auto& [lane, from] : stale_) recount(lanes_[static_cast<std::size_t>(lane)], from);
    stale_.clear();
    for (const Call& call : update.started) add(call);
    for (const Arrival& arrival : update.arrivals) {
        ArrivalTrack& track = arrivals_[{arrival.topic, arrival.partition}];
        if (track.at.empty()) track.first_offset = arrival.first_offset;
        const std::int64_t before = track.total.empty() ? 0 : track.total.back();
        track.at.push_back(track.at.empty() ? arrival.at : std::max(track.at.back(), arrival.at));
        track.next.push_back(arrival.last_offset + 1);
        track.total.push_back(before + arrival.last_offset - arrival.first_offset + 1);
    }
}

int LaneStore::laneFor(const LaneKey& key) {
    const auto [at, fresh] = index_.try_emplace(key, static_cast<int>(lanes_.size()));
    if (fresh) {
        lanes_.emplace_back();
        lanes_.back().key = key;
        lanes_.back().busy.push_back(0);
    }
    return at->second;
}

void LaneStore::add(const Call& call) {
    const auto position = static_cast<std::uint32_t>(calls_->size());
    calls_->push_back(call);
    if (call.open()) ++open_;
    if (call.cold) ++cold_;
    if (call.topic) addToLane(laneFor(partitionLane(call)), position);
    if (call.instance) addToLane(laneFor(instanceLane(call.function, call.instance)), position);
}

void LaneStore::addToLane(int index, std::uint32_t position) {
    Lane& lane = lanes_[static_cast<std::size_t>(index)];
    const Call& call = (*calls_)[position];
    std::size_t row = 0;
    while (row < lane.row_free.size() && lane.row_free[row] > call.start) ++row;
    if (row >= lane.row_free.size() && row < kMaxRows) lane.row_free.push_back(call.end);
    append(lane, position, std::min<std::size_t>(row, kMaxRows - 1));
}

void LaneStore::append(Lane& lane, std::uint32_t position, std::size_t row) {
    const Call& call = (*calls_)[position];
    const auto i = static_cast<std::uint32_t>(lane.calls.size());
    lane.calls.push_back(position);
    lane.start.push_back(call.start);
    lane.busy.push_back(lane.busy.back() + duration(call));
    if (i % Lane::kBlock == 0) lane.reach.push_back(call.end);
    lane.reach.back() = std::max(lane.reach.back(), call.end);
    const std::int64_t next = call.last_offset + 1;
    lane.started.push_back(lane.started.empty() ? next : std::max(lane.started.back(), next));
    lane.row_free[row] = call.end;
    lane.row.push_back(static_cast<std::uint8_t>(row));
    for (int m = 0; m < kMarks; ++m) {
        if (call.has(static_cast<Mark>(m))) lane.marks[static_cast<std::size_t>(m)].push_back(i);
    }
}

LaneStore LaneStore::emptyOver() const {
    LaneStore result;
    result.calls_ = calls_;
    return result;
}

void LaneStore::include(const LaneStore& all, InvocationId id) {
    const std::ptrdiff_t at = positionOf(id);
    if (at < 0) return;
    const auto position = static_cast<std::uint32_t>(at);
    const Call& call = (*calls_)[position];
    if (call.open()) ++open_;
    if (call.cold) ++cold_;
    const auto [partition, instance] = all.lanesOf(call);
    for (const int index : {partition, instance}) {
        if (index < 0) continue;
        const Lane& whole = all.lanes()[static_cast<std::size_t>(index)];
        Lane& lane = lanes_[static_cast<std::size_t>(laneFor(whole.key))];
        const auto i =
            std::lower_bound(whole.calls.begin(), whole.calls.end(), position) - whole.calls.begin();
        // As high as the whole lane, each call where it stands there.
        lane.row_free.resize(whole.row_free.size(), 0);
        append(lane, position, whole.row[static_cast<std::size_t>(i)]);
    }
}

void LaneStore::settle(const std::vector<Call>& ended) {
    for (const Call& call : ended) {
        const std::ptrdiff_t at = positionOf(call.id);
        if (at < 0) continue;
        const auto [partition, instance] = lanesOf((*calls_)[static_cast<std::size_t>(at)]);
        const int any = std::max(partition, instance);
        if (any < 0) continue;
        const auto& calls = lanes_[static_cast<std::size_t>(any)].calls;
        if (!std::binary_search(calls.begin(), calls.end(), static_cast<std::uint32_t>(at))) continue;
        --open_;
        refresh((*calls_)[static_cast<std::size_t>(at)], static_cast<std::size_t>(at));
    }
    for (const auto& [lane, from] : stale_) recount(lanes_[static_cast<std::size_t>(lane)], from);
    stale_.clear();
}

void LaneStore::close(const Call& ended) {
    const std::ptrdiff_t at = positionOf(ended.id);
    if (at < 0 || ended.open()) return;
    Call& call = (*calls_)[static_cast<std::size_t>(at)];
    if (!call.open()) return;
    call.end = ended.end;
    call.outcome = ended.outcome;
    --open_;
    refresh(call, static_cast<std::size_t>(at));
}

/// A call has ended: what its lanes keep of it.
void LaneStore::refresh(const Call& call, std::size_t position) {
    const auto [partition, instance] = lanesOf(call);
    for (const int index : {partition, instance}) {
        if (index < 0) continue;
        Lane& lane = lanes_[static_cast<std::size_t>(index)];
        const auto at =
            std::lower_bound(lane.calls.begin(), lane.calls.end(), static_cast<std::uint32_t>(position));
        const auto i = static_cast<std::size_t>(at - lane.calls.begin());
        if (call.failed()) {
            insertRising(lane.marks[static_cast<std::size_t>(Mark::Failed)], static_cast<std::uint32_t>(i));
        }
        TimeNs& free = lane.row_free[lane.row[i]];
        if (free == kOpenEnd) free = call.end;
        const auto known = stale_.try_emplace(index, i).first;
        known->second = std::min(known->second, i);
    }
}

void LaneStore::recount(Lane& lane, std::size_t from) {
    for (std::size_t i = from; i < lane.calls.size(); ++i) {
        lane.busy[i + 1] = lane.busy[i] + duration((*calls_)[lane.calls[i]]);
    }
    const std::size_t first_block = from / Lane::kBlock;
    for (std::size_t b = first_block; b < lane.reach.size(); ++b) {
        TimeNs reach = 0;
        const std::size_t end = std::min(lane.calls.size(), (b + 1) * Lane::kBlock);
        for (std::size_t i = b * Lane::kBlock; i < end; ++i) {
            reach = std::max(reach, (*calls_)[lane.calls[i]].end);
        }
        lane.reach[b] = reach;
    }
}

const Lane* LaneStore::lane(const LaneKey& key) const {
    const auto at = index_.find(key);
    return at == index_.end() ? nullptr : &lanes_[static_cast<std::size_t>(at->second)];
}

std::ptrdiff_t LaneStore::positionOf(InvocationId id) const {
    // The ids of a session rise without a gap; its oldest calls may have been pruned.
    if (calls_->empty()) return -1;
    const auto at = static_cast<std::ptrdiff_t>(id.value - calls_->front().id.value);
    return at >= 0 && at < static_cast<std::ptrdiff_t>(calls_->size()) ? at : -1;
}

const Call* LaneStore::call(InvocationId id) const {
    const std::ptrdiff_t at = positionOf(id);
    return at < 0 ? nullptr : &(*calls_)[static_cast<std::size_t>(at)];
}

std::pair<int, int> LaneStore::lanesOf(const Call& call) const {
    const auto find = [&](const LaneKey& key) {
        const auto at = index_.find(key);
        return at == index_.end() ? -1 : at->second;
    };
    return {call.topic ? find(partitionLane(call)) : -1,
            call.instance ? find(instanceLane(call.function, call.instance)) : -1};
}

const ArrivalTrack* LaneStore::arrivals(TopicId topic, std::int32_t partition) const {
    const auto at = arrivals_.find({topic, partition});
    return at == arrivals_.end() ? nullptr : &at->second;
}

std::size_t LaneStore::firstStartingAt(const Lane& lane, TimeNs time, std::size_t hint) const {
    return gallop(lane.start, hint, [time](TimeNs start) { return start < time; });
}

std::pair<std::size_t, std::size_t> LaneStore::range(const Lane& lane, TimeNs from, TimeNs to) const {
    const std::size_t last = firstStartingAt(lane, to);
    std::size_t first = last;
    for (std::size_t b = 0; b < lane.reach.size() && b * Lane::kBlock < last; ++b) {
        if (lane.reach[b] < from) continue;
        const std::size_t end = std::min(last, (b + 1) * Lane::kBlock);
        for (std::size_t i = b * Lane::kBlock; i < end; ++i) {
            if ((*calls_)[lane.calls[i]].end >= from) return {i, last};
        }
    }
    return {first, last};
}

std::int64_t LaneStore::backlog(const Lane& lane, TimeNs time) const {
    const ArrivalTrack* track = arrivals(lane.key.topic, lane.key.partition);
    if (track == nullptr) return 0;
    const std::size_t after = firstStartingAt(lane, time + 1);
    const std::int64_t started = after == 0 ? track->first_offset : lane.started[after - 1];
    return std::max<std::int64_t>(0, track->nextAt(time) - std::max(started, track->first_offset));
}

double LaneStore::busyShare(const Lane& lane, TimeNs from, TimeNs to, TimeNs now) const {
    if (to <= from) return 0;
    const std::size_t begin = firstStartingAt(lane, from);
    const std::size_t end = firstStartingAt(lane, to, begin);
    DurationNs busy = lane.busy[end] - lane.busy[begin];
    // Calls that reach over an edge: at most a row of them each side, looked at one by one.
    const auto [first, last] = range(lane, from, to);
    const auto clip = [&](std::size_t i) {
        const Call& call = (*calls_)[lane.calls[i]];
        return std::max<DurationNs>(0, std::min(call.endOr(now), to) - std::max(call.start, from));
    };
    for (std::size_t i = first; i < begin && i < first + Lane::kBlock; ++i) busy += clip(i);
    const std::size_t tail = last > Lane::kBlock ? std::max(begin, last - Lane::kBlock) : begin;
    for (std::size_t i = tail; i < last; ++i) busy += clip(i) - duration((*calls_)[lane.calls[i]]);
    return static_cast<double>(busy) / static_cast<double>(to - from);
}

}  // namespace weir::views
