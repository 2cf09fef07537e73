// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/ahead.h"
#include "analysis/order/call_ref.h"
#include "analysis/order/report.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace weir::analysis::order {

/// The outputs of one function: whether they stand in the order of their causes.
class Outputs {
  public:
    /// A scope in which an output has causes, and the highest of them.
    struct Cause {
        TopicId topic;
        std::int32_t partition = 0;
        std::int64_t key = -1;  ///< number of the key; −1: the partition is the scope
        std::int64_t highest = 0;
        Severity severity = Severity::Error;
    };
    struct Inverted {
        Place against;
        CallRef by;
        Severity severity = Severity::Note;
    };

    /// The next output of its partition: what stands before it and should not.
    std::optional<Inverted> take(const Place& output, const CallRef& call, const std::vector<Cause>& causes,
                                 std::size_t most_steps);

    /// An inversion whose cause is not known before both calls have ended.
    struct Waiting {
        Finding finding;
        CallRef unit, by;
        bool timed_out = false;
    };
    std::vector<Waiting> waiting;

  private:
    /// An output whose highest cause was above those of all before it.
    struct Step {
        std::int64_t highest = 0;
        std::int64_t offset = 0;  ///< of the output
        CallRef call;
    };
    using Key = std::tuple<TopicId, std::int32_t, TopicId, std::int32_t>;
    struct Steps {
        std::vector<Step> of_partition;
        std::unordered_map<std::int64_t, std::vector<Step>> of_key;
    };
    std::map<Key, Steps> steps_;  // by partition of the outputs and of their causes
};

}  // namespace weir::analysis::order
