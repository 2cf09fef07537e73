// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "kafka/settings.h"

#include <string>
#include <vector>

namespace weir::cli {

/// A cluster as the command line names it: by a flow file or a bootstrap list, and librdkafka properties.
struct ClusterArguments {
    std::string flow, brokers;
    std::vector<std::string> properties;  ///< property=value
};

/// An error when neither or both are named, when the flow's cluster is `embedded`, and for wrong properties.
Result<kafka::ClusterSettings> clusterOf(const ClusterArguments& arguments);

}  // namespace weir::cli
