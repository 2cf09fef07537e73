// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/time.h"
#include "kafka/settings.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weir::kafka {

struct PartitionInfo {
    std::int32_t partition = 0;
    std::int64_t low = 0;   ///< first offset that is still there
    std::int64_t high = 0;  ///< the offset that the next record will get
};

struct TopicInfo {
    std::string name;
    bool internal = false;
    std::vector<PartitionInfo> partitions;
};

struct ClusterInfo {
    std::string cluster_id;
    std::vector<std::string> brokers;  ///< host:port
    std::vector<TopicInfo> topics;     ///< sorted by name
};

/// Asks the cluster for its topics. `only`: just these, an unknown one is an error that names it; empty: all.
/// With `watermarks` each partition is asked for its offsets, all brokers at once where possible.
/// Blocks up to about `timeout_ms`; read-only.
Result<ClusterInfo> describeCluster(const ClusterSettings& cluster, const std::vector<std::string>& only,
                                    bool watermarks, int timeout_ms);

/// The first offset of each partition of `topic` whose record is as young as `time` or younger; nothing where
/// there is none. In the order of `partitions`, which are not empty. Blocks up to about `timeout_ms`. The
/// embedded cluster knows no times: there it is always nothing.
Result<std::vector<std::optional<std::int64_t>>> offsetsAt(const ClusterSettings& cluster,
                                                           const std::string& topic,
                                                           const std::vector<std::int32_t>& partitions,
                                                           TimeNs time, int timeout_ms);

}  // namespace weir::kafka
