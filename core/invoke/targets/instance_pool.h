// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/time.h"

#include <atomic>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace weir::invoke {

/// Which instances of a function are idle, and since when. Pure bookkeeping.
///
/// Threads: one thread, except for the flags behind Usable.
class InstancePool {
  public:
    /// False as soon as the instance can take no more calls. Set by whoever runs it, from any thread, before
    /// the news of it arrives here.
    using Usable = std::shared_ptr<std::atomic<bool>>;

    explicit InstancePool(DurationNs idle_timeout) : idle_timeout_(idle_timeout) {}

    /// A new instance, busy with its first call.
    void add(InstanceId instance, InvocationId call, Usable usable);
    /// Takes the idle instance that was used last: the others may then end of idleness.
    std::optional<InstanceId> take(InvocationId call);
    void callEnded(InvocationId call, TimeNs now);
    void instanceEnded(InstanceId instance);

    /// Takes out the instances that are idle for long enough; they are to be ended.
    [[nodiscard]] std::vector<InstanceId> takeExpired(TimeNs now);
    /// When takeExpired() will next give something.
    [[nodiscard]] std::optional<TimeNs> deadline() const;

  private:
    struct Idle {
        InstanceId instance;
        TimeNs since = 0;
    };

    DurationNs idle_timeout_;
    std::unordered_map<InstanceId, Usable> usable_;
    std::unordered_map<InvocationId, InstanceId> busy_;
    std::vector<Idle> idle_;  ///< used last stands last
};

}  // namespace weir::invoke
