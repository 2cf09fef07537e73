// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/time.h"
#include "kafka/settings.h"

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace weir::kafka {

/// The steps of reaching a cluster, in order. Those that do not apply (TLS on PLAINTEXT) are left out.
enum class ConnectionStep { NameFound, Connected, Tls, SignedIn, TopicsListed };

struct StepResult {
    ConnectionStep step = ConnectionStep::NameFound;
    enum class State { Passed, Failed, NotReached } state = State::NotReached;
    std::string
        detail;  ///< `3 of 3 names, 10.20.4.11`, `certificate of *.shop.example, valid until 3 Mar 2027`
};

struct ConnectionReport {
    std::vector<StepResult> steps;
    Status status;         ///< the failure, with what to try in its hint
    std::string original;  ///< the client's own words, for experts
    DurationNs took = 0;
};

/// Tries to reach the cluster step by step and says exactly where it stops. Blocks up to about `timeout_ms`;
/// read-only. `progress` is called after each step from the calling thread; `cancel` ends it early.
ConnectionReport testConnection(const ClusterSettings& cluster, int timeout_ms,
                                const std::function<void(const StepResult&)>& progress = {},
                                const std::atomic<bool>* cancel = nullptr);

}  // namespace weir::kafka
