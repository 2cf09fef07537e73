// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/session_stats.h"
#include "base/error.h"
#include "base/time.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// Two sessions side by side: what the same events caused in each.
namespace weir::compare {

struct Options {
    std::map<std::string, std::string> functions;  ///< of the first session, with their names in the second
    std::vector<std::string> ignore;  ///< fields of JSON outputs that do not matter, as FieldChange::path
    std::size_t examples = 20;        ///< most differing outputs of a kind that are told one by one
    /// Bytes of rows that are held in memory to be sorted; what is more goes to a temporary file.
    std::int64_t memory = std::int64_t{256} << 20;
};

/// A side: 0 is the first session, 1 the second.
template <typename T>
using Both = std::array<T, 2>;

struct Side {
    std::string path, name;
    TimeNs started = 0;
    std::int64_t events = 0;  ///< of topics that functions of both sessions read
};

/// Values over calls or events, and whether the difference is more than noise: the two distributions differ
/// by the test of Kolmogorov and Smirnov at 1 %, and a median or 99th percentile by 5 % or more.
struct Measure {
    std::string what;  ///< wait, run, total, init
    Both<std::int64_t> count{};
    Both<DurationNs> p50{}, p99{};
    bool beyond_noise = false;
};

struct FunctionPair {
    Both<std::string> names;
    std::int64_t both_succeeded = 0;  ///< events
    /// Events that both sessions have and that succeeded in one only.
    Both<std::int64_t> only_succeeded{};
    Both<std::int64_t> calls{}, failed_calls{}, cold{};
    bool cold_beyond_noise = false;  ///< shares of cold calls, two proportions at 1 %
    std::vector<Measure> measures;
};

/// Outputs of a function in a topic, by what became of them from the first session to the second.
struct OutputPair {
    std::string function, topic;
    std::int64_t same = 0, changed = 0;
    std::int64_t unknown = 0;    ///< both there, but a value was not recorded whole
    std::int64_t missing = 0;    ///< in the first only, though the second has the cause
    std::int64_t extra = 0;      ///< in the second only, though the first has the cause
    std::int64_t reordered = 0;  ///< of those in both: stand before one of their key that they stood behind
    Both<std::int64_t> no_cause{};  ///< in one only, because the other does not have the cause: not compared
};

struct FieldChange {
    std::string path;  ///< `.price`, `.items[].id`; empty: the value as a whole
    std::string a, b;  ///< JSON; empty: absent
};
struct FieldCount {
    std::string path;
    std::int64_t outputs = 0;
};

struct Place {
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
};
struct Example {
    enum class Kind { Changed, Missing, Extra, Reordered } kind = Kind::Changed;
    std::string function;
    std::optional<std::string> key;    ///< of the output; bytes
    std::optional<Place> cause;        ///< in the session that has the output, the first one if both do
    Both<std::optional<Place>> place;  ///< of the output
    std::vector<FieldChange> fields;   ///< of Changed; the first few
};

struct FindingPair {
    std::string kind;
    Both<std::int64_t> units{};
};

struct Comparison {
    Both<Side> sides;
    std::int64_t in_both = 0;  ///< events that both have: with none, nothing that functions made was compared
    bool by_place = false;     ///< events were matched by topic, partition and offset; else by content
    Both<std::vector<std::string>> alone;  ///< functions of one session only: not compared
    std::vector<FunctionPair> functions;
    std::vector<OutputPair> outputs;
    std::vector<FieldCount> fields;     ///< that changed, most often first
    std::int64_t other_fields = 0;      ///< changes of fields beyond the 10,000 that are counted one by one
    std::vector<Example> examples;      ///< the first ones of each kind, by their cause
    std::vector<FindingPair> findings;  ///< broken units of order, kinds with any
    /// Bytes that were sorted in a temporary file, because Options::memory was not enough. 0: none.
    std::int64_t sorted_on_disk = 0;

    /// There are events, and none that both have.
    [[nodiscard]] bool nothingInCommon() const {
        return in_both == 0 && sides[0].events + sides[1].events > 0;
    }
    /// Outputs, what succeeded or the order differ, or they have no event in common; how long it took does
    /// not count.
    [[nodiscard]] bool differ() const;
};

/// Compares what functions of both sessions did with events that both have. Memory is bounded, whatever
/// they hold: rows of Options::memory, 4 MiB for each of a dozen tables and a hundredth of what is on disk.
/// Reads the two sessions on two threads.
Result<Comparison> compareSessions(const std::string& a, const std::string& b, const Options& options);

[[nodiscard]] std::string comparisonText(const Comparison& comparison);
[[nodiscard]] std::string comparisonJson(const Comparison& comparison);

}  // namespace weir::compare
