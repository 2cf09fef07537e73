// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "kafka/handles.h"
#include "kafka/settings.h"

#include <string>
#include <utility>
#include <vector>

namespace weir::kafka {

using Properties = std::vector<std::pair<std::string, std::string>>;

/// Builds librdkafka's configuration: Weir's defaults, then the user's properties, then those that Weir owns.
/// A property of the user's that Weir owns, an unknown one or a bad value is an error that names it.
Result<ConfHandle> makeConf(const ClusterSettings& cluster, const Properties& defaults,
                            const Properties& owned);

/// `text` with every secret value of the settings replaced.
[[nodiscard]] std::string withoutSecrets(std::string text, const ClusterSettings& cluster);

/// The value of a property as the user set it (either spelling of `sasl.mechanism`), or `otherwise`.
[[nodiscard]] std::string propertyOr(const ClusterSettings& cluster, const std::string& name,
                                     std::string otherwise);

}  // namespace weir::kafka
