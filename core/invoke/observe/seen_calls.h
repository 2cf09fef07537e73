// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "journal/facts.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

namespace weir::invoke {

/// An output as it was found.
struct SeenOutput {
    TopicId topic;
    std::int32_t partition = 0;
    std::int64_t position = 0;  ///< counts the function's outputs in the partition
    std::uint64_t content = 0;  ///< hash of key and value
};

/// Decides which outputs came from one call, as well as that can be seen from outside. Outputs with the same
/// causes belong together when they stand in different topics or partitions, or directly behind one another,
/// and are not the same bytes again; else the events were processed once more. Remembers the last 200,000
/// calls. Threads: one.
class SeenCalls {
  public:
    explicit SeenCalls(std::size_t limit = 200'000) : limit_(limit) {}

    /// The call that this output belongs to; nothing: a new one, which begin() is to name.
    std::optional<InvocationId> callOf(const std::vector<facts::EventRun>& causes, const SeenOutput& output);
    void begin(const std::vector<facts::EventRun>& causes, InvocationId call, const SeenOutput& output);

  private:
    struct Call {
        InvocationId id;
        std::vector<SeenOutput> outputs;
    };

    std::unordered_map<std::uint64_t, Call> calls_;  ///< the latest, by the hash of its causes
    std::deque<std::uint64_t> order_;
    std::size_t limit_;
};

}  // namespace weir::invoke
