// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/lineage/lineage.h"
#include "analysis/lineage/session_names.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace weir::analysis {

/// What one session says of an event, for judging what was lost.
struct EventEvidence {
    const SessionNames* session = nullptr;
    TopicId topic;
    bool recorded = false;
    TimeNs received = 0;
    std::vector<journal::DeliveryRow> deliveries;  ///< by start
    std::vector<journal::SkipRow> skips;
    std::set<InvocationId> answered;  ///< calls that produced something because of the event
};

/// Adds what the session says was lost, a function at a time, and the names of functions with which it
/// succeeded: another session may know better.
void judgeLosses(const EventEvidence& evidence, std::vector<EventLoss>& losses,
                 std::set<std::string>& succeeded);

}  // namespace weir::analysis
