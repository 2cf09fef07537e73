// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/instance_pool.h"

#include <algorithm>
#include <utility>

namespace weir::invoke {

void InstancePool::add(InstanceId instance, InvocationId call, Usable usable) {
    usable_.emplace(instance, std::move(usable));
    busy_.emplace(call, instance);
}

std::optional<InstanceId> InstancePool::take(InvocationId call) {
    while (!idle_.empty()) {
        const InstanceId instance = idle_.back().instance;
        idle_.pop_back();
        if (!usable_.at(instance)->load()) continue;  // its end is on the way here
        busy_.emplace(call, instance);
        return instance;
    }
    return std::nullopt;
}

void InstancePool::callEnded(InvocationId call, TimeNs now) {
    const auto found = busy_.find(call);
    if (found == busy_.end()) return;
    const InstanceId instance = found->second;
    busy_.erase(found);
    const auto known = usable_.find(instance);
    if (known != usable_.end() && known->second->load()) idle_.push_back({instance, now});
}

void InstancePool::instanceEnded(InstanceId instance) {
    usable_.erase(instance);
    std::erase_if(idle_, [instance](const Idle& idle) { return idle.instance == instance; });
}

std::vector<InstanceId> InstancePool::takeExpired(TimeNs now) {
    std::vector<InstanceId> expired;
    for (const Idle& idle : idle_) {
        if (idle.since + idle_timeout_ <= now) expired.push_back(idle.instance);
    }
    for (const InstanceId instance : expired) instanceEnded(instance);
    return expired;
}

std::optional<TimeNs> InstancePool::deadline() const {
    if (idle_.empty()) return std::nullopt;
    return idle_.front().since + idle_timeout_;  // used last stands last
}

}  // namespace weir::invoke
