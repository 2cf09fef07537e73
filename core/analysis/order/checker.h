// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/lane.h"
#include "analysis/order/outputs.h"
#include "analysis/order/report.h"
#include "base/time.h"
#include "journal/facts.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace weir::analysis::order {

/// What only later facts say and yet counts from the beginning: triggers, assignments, and the keys of
/// records that came after calls which name them. Facts in the usual order need none of it.
struct Foreknowledge {
    std::vector<facts::Trigger> triggers;
    std::vector<std::pair<TimeNs, facts::Assignment>> assignments;  ///< in journal order
    std::map<std::pair<TopicId, std::int32_t>, std::map<std::int64_t, std::string>> late_keys;

    /// Adds what a fact says, if it is of that kind.
    void take(const facts::Fact& fact);
};

struct CheckOptions {
    bool key_split = true;
    Bounds bounds;
};

/// The order check of docs/order.md, one fact after the other, for facts that are live, saved or imported.
///
/// Every finding that it tells is final, and told as soon as it is: regression, inversion and duplicate when
/// the instant is over in which the delivery ended; overlap when the first of the two has ended;
/// output-inversion when both calls have; key-split and late with the record. A gap is final only at the end
/// of the session, since a later success heals it and a skip excuses it: gaps are told by finish(), but for
/// those that a full memory closes.
///
/// Threads: one at a time.
class Checker {
  public:
    Checker(FindingSink& sink, CheckOptions options, const Foreknowledge* known = nullptr);
    ~Checker();
    Checker(const Checker&) = delete;
    Checker& operator=(const Checker&) = delete;

    /// Facts in journal order: `at` never decreases.
    void take(const facts::Fact& fact);
    /// All that happened up to here is told to the sink, without waiting for more to join it.
    void flush() { report_.flush(); }
    /// The end of the session: calls in flight never end, and gaps are told. The last call but summary().
    void finish();

    /// Before finish(): as of the last instant that is over, `open` are all events that are queued or in
    /// flight, and gaps are not known yet.
    [[nodiscard]] Summary summary() const;

    /// A fact said something that would have changed earlier judgements: to be exact the session must be
    /// checked again, with foreknowledge. Never so for what Weir records.
    [[nodiscard]] bool mustCheckAgain() const noexcept { return again_; }

  private:
    struct FunctionState {
        std::optional<facts::Function> fact;
        std::vector<const facts::Trigger*> triggers;
        std::map<TopicId, LightScopes> light;
        std::map<std::pair<TopicId, std::int32_t>, std::unique_ptr<Lane>> lanes;
        std::unique_ptr<Outputs> outputs;
    };
    struct TopicState {
        KeyTable keys;
        bool keyed = false;  ///< a trigger orders it by key
        std::map<std::int32_t, std::unique_ptr<PartitionLog>> logs;
    };
    /// A call in flight, or ended and kept for outputs that come later.
    struct Call {
        CallRef ref;
        FunctionId function;
        TriggerId trigger;
        std::uint32_t place = 0;
        bool ended = false;
        bool awaited = false;  ///< an output-inversion waits for its end
        std::optional<facts::Outcome> outcome;
        std::vector<std::pair<Lane*, Lane::Part>> parts;
    };
    struct Dispatched {
        Lane* lane = nullptr;
        Lane::Part* part = nullptr;
        bool started = false;
    };

    template <typename T>
    void takeBody(TimeNs, const T&) {}
    void takeBody(TimeNs at, const facts::Function& f);
    void takeBody(TimeNs at, const facts::Trigger& f);
    void takeBody(TimeNs at, const facts::Assignment& f);
    void takeBody(TimeNs at, const facts::Records& f) { records(at, *f.chunk); }
    void takeBody(TimeNs at, const facts::LateRecord& f);
    void takeBody(TimeNs at, const facts::Hole& f);
    void takeBody(TimeNs at, const facts::Skip& f);
    void takeBody(TimeNs at, const facts::Start& f);
    void takeBody(TimeNs at, const facts::End& f);
    void takeBody(TimeNs at, const facts::Observed& f);
    void takeBody(TimeNs at, const facts::Output& f);

    void addTrigger(const facts::Trigger& f);
    void records(TimeNs at, const RecordChunk& chunk);
    void late(const RecordChunk& chunk, PartitionLog& log, TimeNs at);
    void splitKeys(const RecordChunk& chunk, TimeNs at);

    void closeInstant();
    void dispatch();
    void release(Call& call);
    void judgeOutput(const facts::Output& output);
    [[nodiscard]] std::int64_t keyNumber(TopicId topic, std::int32_t partition, std::int64_t offset);
    [[nodiscard]] const facts::Function* factOf(FunctionId id) const;

    Call& newCall(InvocationId id);
    void addParts(Call& call, const std::vector<facts::EventRun>& events);
    Lane& lane(FunctionId function, TopicId topic, std::int32_t partition);
    PartitionLog& log(TopicId topic, std::int32_t partition);
    [[nodiscard]] const facts::Trigger* triggerFor(const FunctionState& function, TopicId topic) const;
    [[nodiscard]] Ordered orderFor(const FunctionState& function, TopicId topic) const;
    [[nodiscard]] std::optional<std::int64_t> positionOf(const Call& call, const PartitionLog& log);
    [[nodiscard]] std::vector<const Lane::Part*> flyingIn(const Lane& lane) const;

    const CheckOptions options_;
    const Foreknowledge* const known_;
    Report report_;
    TimeNs at_ = 0;
    bool again_ = false;
    bool finished_ = false;
    Bounded bounded_;
    std::int64_t events_ = 0, deliveries_ = 0, open_ = 0;

    std::map<FunctionId, FunctionState> functions_;
    std::map<TriggerId, facts::Trigger> triggers_;
    std::map<TopicId, TopicState> topics_;
    Lane* last_lane_ = nullptr;

    std::unordered_map<std::int64_t, std::unique_ptr<Call>> calls_;
    std::vector<std::unique_ptr<Call>> spare_;
    std::deque<std::int64_t> kept_;  // ids of ended calls, oldest first
    std::vector<Call*> places_;      // calls in flight
    std::vector<std::uint32_t> free_places_;
    std::vector<Call*> ended_, started_;  // at this instant
    std::vector<facts::Output> sent_;     // at this instant
    std::vector<Dispatched> dispatched_;
    std::vector<Lane::Part*> parts_ended_, parts_started_;
    std::vector<std::uint32_t> numbers_;  // of a chunk's keys
    std::size_t lanes_ = 0;
    const std::string no_group_;
};

}  // namespace weir::analysis::order
