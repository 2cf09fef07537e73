// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/histogram.h"
#include "base/ids.h"
#include "base/time.h"
#include "journal/facts.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

/// Figures that a session keeps while it is recorded, so that nobody has to count its rows.
namespace weir::journal {

/// Widths of the buckets of time, from the finest on. Each is a multiple of the one before.
constexpr std::array<DurationNs, 8> kRollupWidths{100 * kMillisecond, kSecond,        10 * kSecond,
                                                  60 * kSecond,       600 * kSecond,  3600 * kSecond,
                                                  21600 * kSecond,    86400 * kSecond};

/// Finer buckets exist only where one of the next width holds at least so many events, deliveries and calls:
/// elsewhere its own rows are as quickly read, and a slow session stays small.
constexpr std::int64_t kRollupRefineFrom = 256;

/// Of whom the figures are.
enum class RollupScope : std::uint8_t { Session, Function, Partition, Instance };

struct RollupKey {
    RollupScope scope = RollupScope::Session;
    std::int64_t id = 0;          ///< of the function, the topic or the instance; 0 for the session
    std::int32_t partition = -1;  ///< of a topic

    auto operator<=>(const RollupKey&) const = default;
};

/// What is counted. Each counts at the instant of its fact: arrivals when they arrive, outcomes at the end of
/// the call.
enum class RollupCount : std::uint8_t {
    Events,       ///< records that arrived
    ValueBytes,   ///< of their whole values
    Skewed,       ///< of them those that claim to be from later than their arrival
    Batches,      ///< formed; of the partition of their first event
    Invocations,  ///< started or seen; of the partition of their first event
    Retries,      ///< of them with attempt over 1
    ColdStarts,   ///< of them the first of a new instance
    Deliveries,   ///< events in them; of their own partition
    Delivered,    ///< of them succeeded, counted at the end of the call
    Failed,       ///< of them ended otherwise
    Success,      ///< calls by outcome, in the order of facts::Outcome
    Partial,
    Error,
    Timeout,
    Throttled,
    Crashed,
    Abandoned,
    Outputs,  ///< records produced; of the partition of the call
    Skipped,  ///< events passed over
    Inits,    ///< instances that became ready
    kEnd
};
constexpr std::size_t kRollupCounts = static_cast<std::size_t>(RollupCount::kEnd);

/// The columns of table `rollup`, in the order of RollupCount.
constexpr std::array<const char*, kRollupCounts> kRollupColumns{
    "events",     "value_bytes", "skewed",    "batches", "invocations", "retries", "cold_starts",
    "deliveries", "delivered",   "failed",    "success", "partial",     "error",   "timeout",
    "throttled",  "crashed",     "abandoned", "outputs", "skipped",     "inits"};

struct RollupCounts {
    std::array<std::int64_t, kRollupCounts> values{};

    std::int64_t& operator[](RollupCount c) noexcept { return values[static_cast<std::size_t>(c)]; }
    std::int64_t operator[](RollupCount c) const noexcept { return values[static_cast<std::size_t>(c)]; }
    [[nodiscard]] std::int64_t outcome(facts::Outcome o) const noexcept {
        return values[static_cast<std::size_t>(RollupCount::Success) + static_cast<std::size_t>(o)];
    }
    void merge(const RollupCounts& other) noexcept {
        for (std::size_t i = 0; i < values.size(); ++i) values[i] += other.values[i];
    }
    /// How much a reader of the rows would have to read.
    [[nodiscard]] std::int64_t weight() const noexcept {
        return (*this)[RollupCount::Events] + (*this)[RollupCount::Deliveries] +
               (*this)[RollupCount::Invocations] + (*this)[RollupCount::Skipped];
    }
};

/// What is measured rather than counted.
struct RollupGauges {
    std::int64_t waiting = 0;       ///< events that no call has taken yet, at the end
    std::int64_t waiting_most = 0;  ///< and the most
    DurationNs lag_most = 0;        ///< how long the oldest of them had waited, at most
    std::int64_t running_most = 0;  ///< most calls in flight at once

    /// Takes in what came later.
    void merge(const RollupGauges& later) noexcept {
        waiting = later.waiting;
        waiting_most = std::max(waiting_most, later.waiting_most);
        lag_most = std::max(lag_most, later.lag_most);
        running_most = std::max(running_most, later.running_most);
    }
};

/// The figures of a bucket of time.
struct RollupCell {
    RollupCounts counts;
    RollupGauges gauges;
    CoarseHistogram wait;   ///< per delivered event: from its arrival to the start of the call
    CoarseHistogram run;    ///< per ended call: from its start to its end
    CoarseHistogram total;  ///< per delivered event: from its arrival to the end of the call

    void merge(const RollupCell& later) {
        counts.merge(later.counts);
        gauges.merge(later.gauges);
        wait.merge(later.wait);
        run.merge(later.run);
        total.merge(later.total);
    }
};

/// A row of the time line: buckets of one scope tile the time in which something happened.
struct RollupRow {
    TimeNs start = 0;
    DurationNs width = 0;
    RollupCell cell;
};

/// When something first and last happened; nothing: never.
struct RollupSpan {
    std::optional<TimeNs> first, last;

    void add(TimeNs at) noexcept {
        if (!first || at < *first) first = at;
        if (!last || at > *last) last = at;
    }
    void merge(const RollupSpan& other) noexcept {
        if (other.first) add(*other.first);
        if (other.last) add(*other.last);
    }
};

/// The figures of the whole session for one scope, with exact histograms within 0.8 %.
struct RollupTotal {
    RollupKey key;
    RollupCounts counts;
    RollupGauges gauges;
    RollupSpan arrivals;  ///< of events
    RollupSpan starts;    ///< of calls, not observed ones
    RollupSpan ends;      ///< of calls
    Histogram arrival;    ///< per event: from its timestamp to its arrival; skewed ones are not in it
    Histogram gather;     ///< per batch: from the arrival of its oldest event to its forming
    Histogram queue;      ///< per batch: from its forming to the start of its first call
    Histogram wait;       ///< as in RollupCell
    Histogram run;
    Histogram total;
    Histogram output;  ///< per output: from the end of its call to when it was appended
    Histogram init;    ///< per instance that became ready: from its start to ready
};

/// A cold start and the backlog that it caused.
struct ColdStart {
    InstanceId instance;
    FunctionId function;
    InvocationId invocation;  ///< its first call; none: never called
    TimeNs started = 0;
    std::optional<TimeNs> ready;       ///< nothing: never, or needs no start-up
    std::optional<TimeNs> called;      ///< start of the first call
    std::int64_t waiting_before = 0;   ///< events of the function that waited when the instance was started
    std::int64_t waiting_after = 0;    ///< and when it was ready (or, without that, called)
    std::int64_t events = 0;           ///< in its first call
    DurationNs added = 0;              ///< how long they waited for its start-up, together
    DurationNs added_most = 0;         ///< and the one that waited longest
    std::optional<TimeNs> worked_off;  ///< when no more events waited than before; nothing: not yet
};

}  // namespace weir::journal
