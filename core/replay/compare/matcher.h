// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "replay/compare/compare.h"
#include "replay/compare/gather.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace weir::compare {

/// Names by their numbers in what was gathered.
struct Numbers {
    const std::vector<Both<std::string>>& functions;
    const std::vector<std::string>& topics;
};

/// Walks over what gather() has collected of two sessions, name by name, and counts into a Comparison: what
/// succeeded in each, of the events that both have, and what became of the outputs. An output is the same one
/// when function, topic, cause and key are; of several such, the first is the first.
class Matcher {
  public:
    Matcher(Both<Session>& sessions, Numbers numbers, const Options& options, Comparison& result)
        : sessions_(sessions), numbers_(numbers), options_(options), result_(result) {}

    Status match(Gathered& a, Gathered& b, Scratch& scratch);

  private:
    /// Both sides of an output, for the order in which they stand.
    struct Pair {
        std::int32_t function = 0, topic = 0;
        std::int64_t key = 0;
        Both<std::int32_t> partition{};
        Both<std::int64_t> offset{}, event{};
        std::int64_t cause = 0;  ///< in a

        [[nodiscard]] auto group() const { return std::tie(function, topic, key, partition[0]); }
        bool operator<(const Pair& o) const {
            return std::tie(function, topic, key, partition[0], offset[0]) <
                   std::tie(o.function, o.topic, o.key, o.partition[0], o.offset[0]);
        }
        [[nodiscard]] Output output(std::size_t side) const;
    };
    /// An example before it is told: which ones come first does not depend on the order of matching.
    struct Candidate {
        std::optional<Output> a, b;
        std::vector<FieldChange> fields;
    };
    using Rank = std::tuple<std::int32_t, std::int32_t, std::int64_t, std::int32_t, std::int64_t>;

    void countSuccesses(Both<bool> there, const Both<std::vector<std::int32_t>>& functions);
    Status pair(const Output& a, const Output& b);
    void alone(const Output& output, std::size_t side, bool other_has_cause);
    Status reordered(Sorter<Pair>& pairs);
    void keep(Example::Kind kind, const Output* a, const Output* b, std::vector<FieldChange> fields);
    Status tellExamples();
    OutputPair& outputOf(const Output& output);
    Result<std::optional<std::string>> valueOf(std::size_t side, std::int64_t event);
    Result<std::optional<Place>> placeOf(std::size_t side, std::int64_t event);

    Both<Session>& sessions_;
    Numbers numbers_;
    const Options& options_;
    Comparison& result_;
    std::map<std::pair<std::int32_t, std::int32_t>, OutputPair> pairs_;
    std::map<std::string, std::int64_t> fields_;
    std::map<Example::Kind, std::map<Rank, Candidate>> examples_;
};

}  // namespace weir::compare
