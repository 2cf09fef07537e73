// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/order/checker.h"
#include "analysis/order/report.h"
#include "base/error.h"
#include "journal/session_reader.h"

#include <map>
#include <string>
#include <vector>

namespace weir::analysis::order {

/// Checks the rows of a session, without looking at what was found while it was recorded.
Result<Summary> checkFromRows(const std::string& path, FindingSink& sink, CheckOptions options = {});

/// What the order check says of a session.
struct SessionCheck {
    Summary summary;
    std::vector<Finding> findings;  ///< by kind, function, topic, partition, offset, then invocation
    bool kept = true;               ///< as found while recording; false: checked from the rows just now
    std::map<FunctionId, std::string> functions;
    std::map<TopicId, std::string> topics;
    std::map<InvocationId, std::int64_t> numbers;  ///< of invocations in findings, where it is not the id
};

struct SessionCheckOptions {
    bool recompute = false;
    DurationNs late_tolerance = 0;  ///< events that are late by no more are left out
};

/// From what was kept, if the session ended in order and has it, else from its rows.
Result<SessionCheck> checkSession(const std::string& path, SessionCheckOptions options = {});

}  // namespace weir::analysis::order
