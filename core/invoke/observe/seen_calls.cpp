// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/observe/seen_calls.h"

namespace weir::invoke {
namespace {

/// More outputs of one call than these are not told apart from repetitions.
constexpr std::size_t kMostOutputs = 10'000;

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
    hash ^= value + 0x9e3779b97f4a7c15ULL + (hash << 6) + (hash >> 2);
    return hash * 0xff51afd7ed558ccdULL;
}

std::uint64_t hashOf(const std::vector<facts::EventRun>& causes) {
    std::uint64_t hash = causes.size();
    for (const facts::EventRun& run : causes) {
        hash = mix(hash, static_cast<std::uint64_t>(run.first_event.value));
        hash = mix(hash, static_cast<std::uint64_t>(run.count()));
    }
    return hash;
}

}  // namespace

std::optional<InvocationId> SeenCalls::callOf(const std::vector<facts::EventRun>& causes,
                                              const SeenOutput& output) {
    const auto found = calls_.find(hashOf(causes));
    if (found == calls_.end()) return std::nullopt;
    Call& call = found->second;
    if (call.outputs.size() >= kMostOutputs) return std::nullopt;
    for (const SeenOutput& other : call.outputs) {
        if (other.topic == output.topic && other.content == output.content) return std::nullopt;
    }
    for (auto other = call.outputs.rbegin(); other != call.outputs.rend(); ++other) {
        if (other->topic != output.topic || other->partition != output.partition) continue;
        if (other->position + 1 != output.position) return std::nullopt;
        break;
    }
    call.outputs.push_back(output);
    return call.id;
}

void SeenCalls::begin(const std::vector<facts::EventRun>& causes, InvocationId id, const SeenOutput& output) {
    const std::uint64_t hash = hashOf(causes);
    const auto [at, added] = calls_.insert_or_assign(hash, Call{id, {output}});
    if (!added) return;
    order_.push_back(hash);
    if (order_.size() <= limit_) return;
    calls_.erase(order_.front());
    order_.pop_front();
}

}  // namespace weir::invoke
