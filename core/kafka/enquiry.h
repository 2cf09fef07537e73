// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/errors.h"
#include "kafka/metadata.h"

#include <atomic>

namespace weir::kafka {

/// describeCluster() for those who want to end it early (`cancel` may be null) and to know the client's own
/// words for a failure.
Result<ClusterInfo> describeCluster(const ClusterSettings& cluster, const std::vector<std::string>& only,
                                    bool watermarks, int timeout_ms, const std::atomic<bool>* cancel,
                                    std::string& original);

}  // namespace weir::kafka
