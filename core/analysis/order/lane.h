// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/ahead.h"
#include "analysis/order/call_ref.h"
#include "analysis/order/overlaps.h"
#include "analysis/order/partition_log.h"
#include "analysis/order/report.h"
#include "analysis/order/rising.h"
#include "analysis/order/run_set.h"
#include "base/large_pages.h"
#include "journal/facts.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace weir::analysis::order {

enum class Ordered : std::uint8_t { Partition, Key, None };

/// What is known of one key for one function while all its successes rise: most keys need no more. The lane
/// of the partition in which it was first met owns it.
struct LightScope {
    std::int64_t last = -1;    ///< index of the record of the highest success; −1: none
    std::uint32_t lane = 0;    ///< index + 1 of the lane that owns it; 0: none yet
    std::uint32_t holder = 0;  ///< while light: the call that holds it, as its place + 1; 0: none

    [[nodiscard]] bool heavy() const noexcept { return (holder & kHeavy) != 0; }
    /// Its place in the lane's scopes, once it needs more.
    [[nodiscard]] std::uint32_t scope() const noexcept { return holder & ~kHeavy; }
    void becomeHeavy(std::uint32_t scope) noexcept { holder = kHeavy | scope; }

  private:
    static constexpr std::uint32_t kHeavy = std::uint32_t{1} << 31;
};
/// By number of the key.
using LightScopes = std::vector<LightScope, LargePages<LightScope>>;

/// Limits of memory. Small ones are for tests.
struct Bounds {
    std::size_t fold_at = 16'384;  ///< runs of a partition, before what is below L is folded
    std::size_t most_pieces =
        131'072;  ///< runs of a partition below L, before what no fact ever named joins them
    std::int64_t most_held = 1'000'000;  ///< events above L in a partition
    std::size_t most_split_keys = 1'000'000;
    std::size_t most_keys = 4'000'000;  ///< of a topic, for order `key`
    std::size_t calls_kept = 65'536;    ///< that have ended, for outputs that come later
    std::size_t most_steps = 65'536;    ///< of outputs in one scope
};

/// What one function did with one partition.
class Lane {
  public:
    struct Setup {
        FunctionId function;
        Ordered ordered = Ordered::Partition;
        PartitionLog* log = nullptr;
        KeyTable* keys = nullptr;      ///< of the topic; used with order key
        LightScopes* light = nullptr;  ///< of function and topic
        const std::map<std::int64_t, std::string>* late_keys =
            nullptr;  ///< by offset, of records after calls
        Report* report = nullptr;
        const Bounds* bounds = nullptr;
        Bounded* bounded = nullptr;
        std::size_t index = 0;  ///< in the order in which lanes came to be
    };
    /// A call's events in this partition. Runs rise and are disjoint.
    struct Part {
        CallRef call;
        std::uint32_t place = 0;  ///< of the call among those in flight
        std::optional<facts::Outcome> outcome;
        std::vector<Run> runs, failed;
        std::optional<std::int64_t> position;  ///< first one of its assignment, if known
    };

    explicit Lane(const Setup& setup) : s_(setup) {}
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    /// All that ended and started at one instant. A call that took no time is in both.
    void take(TimeNs at, std::span<Part* const> ended, std::span<Part* const> started);
    void skip(std::int64_t first, std::int64_t last);

    /// The session ends with these calls in flight.
    void finish(std::span<const Part* const> flying, const facts::Function* function, std::int64_t& open);

    [[nodiscard]] std::int64_t displaced() const noexcept { return displaced_; }
    /// Recorded events whose fate is not known.
    [[nodiscard]] std::int64_t unsettled() const;
    [[nodiscard]] const Setup& setup() const noexcept { return s_; }
    /// Whether it holds so much that what is below the contiguous part should be folded.
    [[nodiscard]] bool foldDue() const noexcept { return held() > fold_at_ || succeeded_ > most_succeeded_; }
    void fold(std::span<const Part* const> flying, const facts::Function* function, TimeNs at);
    /// Timeouts of an instant count for what starts later, and for what is judged at it.
    [[nodiscard]] bool hasTimeouts() const noexcept { return !timeouts_.empty(); }
    [[nodiscard]] bool timedOut(std::int64_t offset, TimeNs start) const;

  private:
    /// First successes of consecutive offsets.
    struct Piece {
        std::int64_t first = 0, last = 0;
        CallRef call;
    };
    struct Try {
        TimeNs start = 0;
        std::int64_t number = 0;
        bool abandoned = false;  ///< of the one that started last
        TimeNs end = 0;          ///< of the one that ended last
    };
    /// What starts from here on had an attempt that timed out.
    struct Since {
        TimeNs at = kForever;
    };
    struct Fresh {
        Run run;
        CallRef call;
    };
    /// Order in one scope.
    struct Scope {
        Ahead<CallRef> ahead;
        Rising rising;
        Overlaps overlaps;
        std::optional<std::string> key;
        std::vector<Fresh> fresh;  ///< of this instant
        std::vector<CallRef> ended;
        std::vector<Overlaps::Part> started;
        bool touched = false;
    };
    struct Success {
        Run run;
        std::optional<std::int64_t> position;
        TimeNs end = 0;
    };
    struct Passed {
        TimeNs end = 0;
    };
    struct Slot {
        std::uint32_t call = 0;  ///< place + 1 in calls_; 0: did not succeed yet
        std::uint32_t back = 0;  ///< with a key: how many records before the success before it in its scope;
                                 ///< 0: none. Without: place + 1 of the call that holds it
    };

    // lane.cpp
    void takeFailures(const Part& part, TimeNs at);
    void successesOf(const Part& part);
    void notePassed();
    void claim(Run run, const CallRef& call);
    void duplicate(Run run, const CallRef& call, const CallRef& first, const std::optional<std::string>& key);
    void judge(Scope& scope, TimeNs at);
    void judgeFirst(Scope& scope, const Fresh& fresh, TimeNs at);
    void emit(Kind kind, Severity severity, Run run, const CallRef& unit, const CallRef& other,
              std::optional<std::int64_t> against, TimeNs at, bool of_call,
              const std::optional<std::string>& key);
    Overlaps::Found overlapFound(const std::optional<std::string>& key);
    [[nodiscard]] Severity ordered(Severity severity) const {
        return s_.ordered == Ordered::None ? Severity::Note : severity;
    }
    void insert(Run run, const CallRef& call);
    [[nodiscard]] std::size_t held() const noexcept {
        return done_.size() + slots_.size() + scope_.ahead.size() + scope_.rising.runs();
    }

    // lane_keys.cpp
    void takeKeyed(TimeNs at, std::span<Part* const> ended, std::span<Part* const> started);
    void startKeyed(const Part& part, bool took_no_time);
    void endKeyed(const Part& part, TimeNs at);
    void succeed(std::int64_t offset, std::int64_t index, const CallRef& call, std::uint32_t call_place);
    void startAlone(const Part& part, std::int64_t offset, std::int64_t index, bool took_no_time);
    Scope& scopeOf(std::int64_t code, const std::optional<std::string>& key);
    Scope& promote(LightScope& light, std::uint32_t key, const Part* starting = nullptr,
                   std::int64_t before = 0);
    void enter(Scope& scope, const CallRef& call, std::int64_t offset);
    void leave(Scope& scope, const CallRef& call);
    void touch(Scope& scope);
    LightScope* lightOf(std::uint32_t key);
    void makeLight(std::uint32_t key);
    [[nodiscard]] std::optional<std::string> lateKey(std::int64_t offset) const;
    [[nodiscard]] std::optional<std::string> keyOf(std::int64_t offset) const;
    [[nodiscard]] Slot* slotAt(std::int64_t index);
    template <typename Each>
    void forEachEvent(const Run& run, const Each& each);
    void foldKeyed(std::int64_t floor);

    // lane_gaps.cpp
    void gaps(const RunSet& open, Severity severity);
    void gapsOf(Run run, TimeNs recorded, Severity severity, TimeNs not_before);
    void gap(Run run, TimeNs tried, TimeNs recorded, Severity severity, TimeNs not_before);
    [[nodiscard]] std::vector<Run> settled() const;
    [[nodiscard]] std::int64_t contiguous(std::int64_t limit) const;
    [[nodiscard]] std::int64_t heldEvents() const;
    void foldTo(std::int64_t floor);
    void joinPieces(std::int64_t floor, bool strictly);
    [[nodiscard]] Run stuckAt(std::int64_t offset) const;

    const Setup s_;
    std::vector<Piece> done_;  // rising; with order key only what has no slot
    RunSet skipped_, closed_;  // closed: gaps told already
    RunMap<Try> tries_;
    RunMap<Since> timeouts_;
    std::map<std::int64_t, Ahead<Passed>> passed_;  // by first position of the assignment; −1: lowest of all
    std::int64_t low_ = kForever;                   // lowest offset that was started or skipped
    std::int64_t displaced_ = 0, succeeded_ = 0, skipped_count_ = 0;
    std::int64_t floor_ = -1;  // what is at or below was folded
    std::size_t fold_at_ = s_.bounds->fold_at;
    std::int64_t most_succeeded_ = s_.bounds->most_held;  // then it must be looked at how much is held
    Scope scope_;                                         // of the partition, unless order is key

    std::vector<Slot> slots_;  // with order key, of the records from slots_from_ on
    std::int64_t slots_from_ = 0;
    std::int64_t highest_unrecorded_ = -1;  // success of an event without record
    std::vector<CallRef> calls_;
    std::uint32_t calls_from_ = 0;
    std::vector<std::unique_ptr<Scope>> scopes_;
    std::unordered_map<std::int64_t, std::uint32_t> scope_of_;  // key number, or ~offset of an event alone
    std::vector<Scope*> touched_;                               // at this instant
    std::vector<Part*> flying_parts_;                           // by place of the call
    bool others_ended_ = false;                                 // more than one part, at this instant
    TimeNs at_ = 0;

    std::vector<Success> successes_;  // of this instant
};

}  // namespace weir::analysis::order
