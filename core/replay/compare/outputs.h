// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "replay/compare/compare.h"
#include "replay/compare/gather.h"
#include "replay/compare/scratch.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace weir::compare {

/// Names by the numbers that the tables have.
struct Numbers {
    const std::vector<Both<std::string>>& functions;
    const std::vector<std::string>& topics;
};

/// Compares the outputs of two sessions that gather() has collected, into a Comparison. An output is the same
/// one when function, topic, cause and key are; of several such, the first is the first.
class Outputs {
  public:
    Outputs(Both<Session>& sessions, Numbers numbers, const Options& options, Comparison& result)
        : sessions_(sessions), numbers_(numbers), options_(options), result_(result) {}

    Status compare(Scratch& scratch);

  private:
    struct Row {
        std::int64_t function = 0, topic = 0, hash = 0, ordinal = 0, key = 0, partition = 0, offset = 0;
        std::int64_t event = 0, value = 0, cause = 0;

        [[nodiscard]] auto name() const { return std::tie(function, topic, hash, ordinal, key); }
    };
    Status forgetKeys(Scratch& scratch) const;
    Status merge(Scratch& scratch);
    Status pair(const Row& a, const Row& b);
    Status alone(const Row& row, std::size_t side, Scratch& scratch);
    Status reordered(Scratch& scratch);
    Status tell(Example::Kind kind, const Row* a, const Row* b, std::vector<FieldChange> fields);
    OutputPair& outputOf(const Row& row);
    Result<std::optional<Place>> placeOf(std::size_t side, std::int64_t event);

    Both<Session>& sessions_;
    Numbers numbers_;
    const Options& options_;
    Comparison& result_;
    std::map<std::pair<std::int64_t, std::int64_t>, OutputPair> pairs_;
    std::map<std::string, std::int64_t> fields_;
    Both<std::optional<journal::sqlite::Statement>> causes_;  // finds an event in the other session
    std::map<Example::Kind, std::size_t> told_;
};

}  // namespace weir::compare
