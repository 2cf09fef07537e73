// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lanes/call.h"
#include "session/catalog.h"

#include <array>
#include <compare>
#include <cstddef>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace weir::views {

/// A partition of a trigger (or of a function without one), or an instance of a function.
struct LaneKey {
    TriggerId trigger;
    FunctionId function;
    TopicId topic;
    std::int32_t partition = 0;
    InstanceId instance;  ///< set: an instance's lane, the other members but `function` are empty

    auto operator<=>(const LaneKey&) const = default;
};

/// The calls of one lane, by start, with what makes any zoom cheap: prefix sums of the time busy, the latest
/// end per block, and where the marks stand.
struct Lane {
    static constexpr std::size_t kBlock = 256;

    LaneKey key;
    std::vector<std::uint32_t> calls;   ///< positions in LaneStore::calls(), rising
    std::vector<TimeNs> start;          ///< of each call: all that most look-ups need
    std::vector<std::uint8_t> row;      ///< of each call: calls that overlap stand below each other
    std::vector<DurationNs> busy;       ///< time busy before call i; one longer than calls
    std::vector<TimeNs> reach;          ///< latest end in each block of calls
    std::vector<std::int64_t> started;  ///< next offset to start after call i, never falling
    std::array<std::vector<std::uint32_t>, kMarks> marks;  ///< indices into `calls`, rising
    std::vector<TimeNs> row_free;                          ///< when each row's latest call ends

    [[nodiscard]] int rows() const { return std::max(1, static_cast<int>(row_free.size())); }
};

/// Arrivals of one partition, by time.
struct ArrivalTrack {
    std::vector<TimeNs> at;
    std::vector<std::int64_t> next;   ///< the offset after the latest that had arrived
    std::vector<std::int64_t> total;  ///< events that had arrived
    std::int64_t first_offset = 0;

    /// The offset after the latest that had arrived by then.
    [[nodiscard]] std::int64_t nextAt(TimeNs time) const;
    /// How many arrivals there were by then, looked for from `hint` on.
    [[nodiscard]] std::size_t countAt(TimeNs time, std::size_t hint) const;
    [[nodiscard]] std::int64_t totalAt(TimeNs time) const;
};

/// All calls of a session as lanes, built incrementally from what the reader found. Belongs to one thread.
class LaneStore {
  public:
    static constexpr int kMaxRows = 8;

    LaneStore() = default;
    LaneStore(LaneStore&&) = default;
    LaneStore& operator=(LaneStore&&) = default;
    LaneStore(const LaneStore&) = delete;
    LaneStore& operator=(const LaneStore&) = delete;

    /// Calls that have ended are closed before new ones are taken, so that a lane with one call at a time
    /// stays one row.
    void apply(const LaneUpdate& update);

    /// Makes room for so many calls in all, so that none have to move when more come.
    void reserve(std::int64_t calls) { calls_->reserve(static_cast<std::size_t>(calls)); }

    /// Lanes over the same calls without any in them yet: include() puts them there. It lives as long as
    /// calls are only added to this store.
    [[nodiscard]] LaneStore emptyOver() const;
    /// Takes a call of `all`, whose lanes it mirrors, into the lanes; ids rise from call to call.
    void include(const LaneStore& all, InvocationId id);
    /// Calls that `all` has closed meanwhile; those that are not in these lanes are passed over.
    void settle(const std::vector<Call>& ended);

    [[nodiscard]] const std::vector<Call>& calls() const { return *calls_; }
    [[nodiscard]] const std::vector<Lane>& lanes() const { return lanes_; }
    [[nodiscard]] const Lane* lane(const LaneKey& key) const;
    [[nodiscard]] const Call* call(InvocationId id) const;
    /// Where the call stands in calls(), −1 when it is not there.
    [[nodiscard]] std::ptrdiff_t positionOf(InvocationId id) const;
    /// Index in lanes() of the call's partition lane and instance lane, −1 for none.
    [[nodiscard]] std::pair<int, int> lanesOf(const Call& call) const;
    [[nodiscard]] const ArrivalTrack* arrivals(TopicId topic, std::int32_t partition) const;
    [[nodiscard]] const std::map<std::pair<TopicId, std::int32_t>, ArrivalTrack>& allArrivals() const {
        return arrivals_;
    }
    [[nodiscard]] std::int64_t openCalls() const { return open_; }
    [[nodiscard]] std::int64_t coldCalls() const { return cold_; }

    /// Calls of a lane that may touch from…to, as a half-open range of indices into Lane::calls; those that
    /// end before `from` are still to be left out.
    [[nodiscard]] std::pair<std::size_t, std::size_t> range(const Lane& lane, TimeNs from, TimeNs to) const;

    /// Index of the first call of the lane that starts at or after `time`.
    [[nodiscard]] std::size_t firstStartingAt(const Lane& lane, TimeNs time, std::size_t hint = 0) const;

    /// Events of the lane that had arrived and not yet been started at that time.
    [[nodiscard]] std::int64_t backlog(const Lane& lane, TimeNs time) const;

    /// Share of from…to in which the lane was busy; over 1 when calls ran at once.
    [[nodiscard]] double busyShare(const Lane& lane, TimeNs from, TimeNs to, TimeNs now) const;

  private:
    void add(const Call& call);
    void close(const Call& call);
    void addToLane(int lane, std::uint32_t position);
    void append(Lane& lane, std::uint32_t position, std::size_t row);
    void refresh(const Call& call, std::size_t position);
    int laneFor(const LaneKey& key);
    void recount(Lane& lane, std::size_t from);

    std::shared_ptr<std::vector<Call>> calls_ = std::make_shared<std::vector<Call>>();
    std::vector<Lane> lanes_;
    std::map<LaneKey, int> index_;
    std::map<std::pair<TopicId, std::int32_t>, ArrivalTrack> arrivals_;
    std::map<int, std::size_t> stale_;  ///< lane → first call from which sums must be counted again
    std::int64_t open_ = 0, cold_ = 0;
};

[[nodiscard]] LaneKey partitionLane(const Call& call);
[[nodiscard]] LaneKey instanceLane(FunctionId function, InstanceId instance);

}  // namespace weir::views
