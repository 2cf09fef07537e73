// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/check_groups.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace weir::analysis::order {
namespace {

/// How far a unit is from what overtook it; of late ones, how late.
std::int64_t badness(const Finding& f, std::int64_t offset) {
    if (f.kind == Kind::Late) return f.lateness;
    if (!f.against || f.kind == Kind::Gap || f.kind == Kind::Overlap) return 0;
    return f.against->offset > offset ? f.against->offset - offset : offset - f.against->offset;
}

/// The unit of a run that is farthest.
std::int64_t worstOf(const Finding& f) {
    return badness(f, f.last) > badness(f, f.first) ? f.last : f.first;
}

}  // namespace

std::vector<FindingGroup> groupsOf(const std::vector<Finding>& findings) {
    using Key = std::tuple<int, FunctionId, TopicId, Kind, Cause>;
    std::map<Key, FindingGroup> groups;
    for (const Finding& f : findings) {
        const auto [at, is_new] = groups.try_emplace(
            Key{-static_cast<int>(f.severity), f.function, f.topic, f.kind, f.cause}, FindingGroup{});
        FindingGroup& group = at->second;
        const std::int64_t offset = worstOf(f);
        const auto rank = [](const Finding& finding, std::int64_t o) {
            return std::tuple(-badness(finding, o), finding.at, finding.partition, o);
        };
        if (is_new || rank(f, offset) < rank(group.worst, group.worst_offset)) {
            group.worst = f;
            group.worst_offset = offset;
        }
        group.first_at = is_new ? f.at : std::min(group.first_at, f.at);
        group.last_at = std::max(group.last_at, f.at);
        group.units += f.units();
        if (f.kind != Kind::KeySplit) group.partitions.insert(f.partition);
    }
    std::vector<FindingGroup> result;
    result.reserve(groups.size());
    for (auto& [key, group] : groups) result.push_back(std::move(group));
    std::stable_sort(result.begin(), result.end(), [](const FindingGroup& a, const FindingGroup& b) {
        return std::pair(-static_cast<int>(a.worst.severity), a.worst.kind) <
               std::pair(-static_cast<int>(b.worst.severity), b.worst.kind);
    });
    return result;
}

}  // namespace weir::analysis::order
