// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/finding.h"
#include "base/ids.h"
#include "base/record.h"
#include "base/time.h"
#include "journal/facts.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What random schedules are written with.
namespace weir::analysis::order::test {

/// Splitmix64: a seed means the same with every standard library.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15U + 0x1234567U) {}

    /// Both ends included.
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
    }
    std::int64_t below(std::int64_t end) { return between(0, end - 1); }
    bool oneIn(std::int64_t n) { return below(n) == 0; }
    bool percent(std::int64_t chance) { return below(100) < chance; }

    template <typename T>
    const T& pick(const std::vector<T>& from) {
        return from[static_cast<std::size_t>(below(static_cast<std::int64_t>(from.size())))];
    }
    template <typename T>
    void shuffle(std::vector<T>& values) {
        for (std::size_t i = values.size(); i > 1; --i) {
            std::swap(values[i - 1], values[static_cast<std::size_t>(below(static_cast<std::int64_t>(i)))]);
        }
    }

  private:
    std::uint64_t next() {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31U);
    }
    std::uint64_t state_;
};

/// The order of facts at one instant.
enum class Rank {
    Session,
    Topic,
    Function,
    Trigger,
    Assignment,
    Record,
    Hole,
    Instance,
    End,
    Skip,
    Start,
    Observed,
    EndOfNoTime,
    Output,
    Commit
};

/// A place in the log that facts may name.
struct Entry {
    Place place;
    bool recorded = true;
    TimeNs arrived = 0;  ///< of one that is not recorded: from when on it is named
    TimeNs timestamp = kNoTimestamp;
    std::optional<std::string> key;
};

/// A fact before it is known which ids and numbers it will carry.
struct Planned {
    TimeNs at = 0;
    Rank rank = Rank::Session;
    facts::Body body;           ///< without runs, chunks and output offsets; calls by provisional numbers
    std::vector<Place> events;  ///< also the record's, the skip's, the causes
    std::vector<Place> failed;  ///< of an end
};

/// Brings planned facts into order, then gives out ids, numbers and offsets of outputs in that order.
class Script {
  public:
    explicit Script(Dice& dice) : dice_(dice) {}

    void add(TimeNs at, Rank rank, facts::Body body, std::vector<Place> events = {},
             std::vector<Place> failed = {}) {
        planned_.push_back({at, rank, std::move(body), std::move(events), std::move(failed)});
    }

    /// Once, at the end. `entries` has the records' contents.
    [[nodiscard]] std::vector<facts::Fact> write(const std::map<Place, Entry>& entries);

  private:
    std::size_t writeChunk(std::size_t i, const std::map<Place, Entry>& entries);
    [[nodiscard]] bool continues(const Planned& p, TimeNs at, const Place& first) const;
    std::vector<facts::EventRun> runsOf(const std::vector<Place>& places);
    void append(std::vector<facts::EventRun>& runs, const Place& place) const;
    [[nodiscard]] InvocationId numberOf(InvocationId provisional) const;
    [[nodiscard]] std::optional<std::int64_t> nameOf(InvocationId call) const;

    template <typename Body>
    void write(const Body& body, const Planned&) {
        facts_.push_back({at_, body});
    }
    void write(facts::Start start, const Planned& p);
    void write(facts::End end, const Planned& p);
    void write(facts::Observed observed, const Planned& p);
    void write(facts::Output output, const Planned& p);
    void write(facts::Skip skip, const Planned& p);

    Dice& dice_;
    std::vector<Planned> planned_;
    std::vector<facts::Fact> facts_;
    TimeNs at_ = 0;
    std::map<Place, EventId> ids_;
    std::int64_t next_id_ = 1;
    std::map<InvocationId, std::int64_t> numbers_;
    std::vector<std::int64_t> names_;  ///< of calls in the order of their ids; empty: their ids
    std::map<std::pair<TopicId, std::int32_t>, std::int64_t> output_ends_;
};

}  // namespace weir::analysis::order::test
