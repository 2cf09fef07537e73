// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/arrivals.h"
#include "journal/facts.h"
#include "journal/rollup.h"
#include "journal/rollup_timeline.h"
#include "journal/taken_offsets.h"

#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

namespace weir::journal {

/// Where the figures go.
class RollupSink {
  public:
    virtual ~RollupSink() = default;
    /// A bucket of time, in place of what was there for it. `refined`: the next finer level has its parts.
    virtual void bucket(const RollupKey& key, DurationNs width, TimeNs start, bool refined,
                        const RollupCell& cell) = 0;
    virtual void total(const RollupTotal& total) = 0;
    virtual void coldStart(const ColdStart& cold) = 0;
};

/// Counts facts as they come: the one implementation of what a session keeps about itself, for recording,
/// importing and recounting. Memory: some kilobytes for each function, partition and instance, the calls in
/// flight, and at most 262 144 arrivals.
///
/// Threads: one.
class RollupBook {
  public:
    /// When an event arrived of which that is no longer known here; nothing when nobody knows.
    using FindArrival = std::function<std::optional<TimeNs>(EventId)>;

    RollupBook(RollupSink& sink, FindArrival find_arrival);
    ~RollupBook();
    RollupBook(const RollupBook&) = delete;
    RollupBook& operator=(const RollupBook&) = delete;

    /// Buckets that are over go to the sink at once.
    void add(const facts::Fact& fact);
    /// Hands out everything that has changed since the last time: open buckets, totals, cold starts.
    void handOut();

  private:
    struct Scope;
    struct Lane;
    struct Partition;
    struct Function;
    using Runs = std::vector<facts::EventRun>;
    /// Whose figures a call counts in, beside the session's.
    struct Owners {
        Function* function = nullptr;
        Partition* partition = nullptr;  ///< of its first event
        Scope* instance = nullptr;
    };
    /// A call in flight.
    struct Call {
        Owners owners;
        std::optional<TimeNs> start;  ///< nothing: observed
        Runs runs;
    };
    /// A call that has ended, for its outputs.
    struct Ended {
        std::int64_t id = 0;
        Owners owners;
        std::optional<TimeNs> at;  ///< nothing: observed, when it produced
    };

    void on(TimeNs, const facts::Session&) {}
    void on(TimeNs, const facts::Topic&) {}
    void on(TimeNs, const facts::Function&) {}
    void on(TimeNs at, const facts::Trigger& f);
    void on(TimeNs, const facts::Assignment&) {}
    void on(TimeNs at, const facts::Records& f);
    void on(TimeNs at, const facts::Unrecorded& f);
    void on(TimeNs at, const facts::LateRecord& f);
    void on(TimeNs, const facts::Hole&) {}
    void on(TimeNs at, const facts::Skip& f);
    void on(TimeNs at, const facts::Batch& f);
    void on(TimeNs at, const facts::Instance& f);
    void on(TimeNs at, const facts::InstanceReady& f);
    void on(TimeNs at, const facts::InstanceEnd& f);
    void on(TimeNs at, const facts::Start& f);
    void on(TimeNs at, const facts::End& f);
    void on(TimeNs at, const facts::Observed& f);
    void on(TimeNs at, const facts::Output& f);
    void on(TimeNs, const facts::Commit&) {}
    void on(TimeNs, const facts::Decision&) {}
    void on(TimeNs, const facts::Log&) {}
    void on(TimeNs, const facts::Note&) {}

    Partition& partition(TopicId topic, std::int32_t number);
    Function& function(FunctionId id);
    Scope& instance(InstanceId id);
    /// The function's lane in a partition; made when it takes its first event there.
    Lane& lane(Function& function, Partition& partition, std::int64_t first_offset);
    RollupCell& touch(Scope& scope, TimeNs at);
    void count(Scope& scope, TimeNs at, RollupCount what, std::int64_t n);
    template <typename Each>
    void forScopes(const Owners& owners, const Each& each);
    template <typename Each>
    void forArrivals(const facts::EventRun& run, const Each& each);

    void countRecords(TimeNs at, const RecordChunk& chunk);
    void arrive(TimeNs at, TopicId topic, std::int32_t partition, std::int64_t count);
    void take(TimeNs at, Function& function, const facts::EventRun& run);
    void setWaiting(TimeNs at, Function& function, Partition& partition, Lane& lane, std::int64_t waiting,
                    DurationNs lag);
    void noteWorkedOff(TimeNs at, Function& function);
    void firstCall(TimeNs at, const facts::Start& f);
    void countAdded(ColdStart& cold, const Runs& runs, TimeNs ready);
    void workOff(TimeNs at, Function& function, std::int64_t instance);
    [[nodiscard]] Owners countStart(TimeNs at, const facts::Start& f, bool observed);
    void countEnd(TimeNs at, const Call& call, facts::Outcome outcome, const Runs& failed);
    void measure(Scope& scope, TimeNs at, TimeNs arrived, std::optional<TimeNs> start, std::int64_t events);
    void running(const Owners& owners, TimeNs at, std::int64_t change);
    void noteEnded(InvocationId id, const Owners& owners, std::optional<TimeNs> at);

    RollupSink& sink_;
    const FindArrival find_arrival_;
    std::unique_ptr<Scope> session_;
    std::map<std::pair<std::int64_t, std::int32_t>, std::unique_ptr<Partition>> partitions_;
    std::unordered_map<std::int64_t, std::unique_ptr<Function>> functions_;
    std::unordered_map<std::int64_t, std::unique_ptr<Scope>> instances_;
    std::unordered_map<std::int64_t, std::int64_t> instance_function_, trigger_function_;
    std::unordered_map<std::int64_t, std::vector<Function*>> readers_;  ///< functions of a topic
    std::unordered_map<std::int64_t, TimeNs> formed_;                   ///< batches not called yet
    std::unordered_map<std::int64_t, Call> calls_;                      ///< in flight
    std::vector<Ended> ended_;                          ///< the last calls that ended, by their id's low bits
    std::unordered_map<std::int64_t, ColdStart> cold_;  ///< by instance, until worked off
    std::vector<std::int64_t> cold_changed_;
    std::size_t arrivals_ = 0;  ///< remembered
};

}  // namespace weir::journal
