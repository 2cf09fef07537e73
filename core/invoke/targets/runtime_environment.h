// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "flow/flow.h"

#include <string>
#include <vector>

namespace weir::invoke {

/// The environment of one instance, as `NAME=value`: a few harmless variables of this process, what Lambda
/// sets, and the function's own `environment`, which wins over all but AWS_LAMBDA_RUNTIME_API. Credentials of
/// this process are never inherited.
[[nodiscard]] std::vector<std::string> runtimeEnvironment(const flow::FunctionSpec& function,
                                                          const flow::LambdaRuntimeTarget& target,
                                                          const std::string& directory, InstanceId instance,
                                                          const std::string& runtime_api);

/// The environment of a function's process that is no AWS runtime: the same harmless variables and the
/// function's own.
[[nodiscard]] std::vector<std::string> commandEnvironment(const flow::FunctionSpec& function);

/// The region that the function sees.
[[nodiscard]] std::string runtimeRegion(const flow::FunctionSpec& function);

}  // namespace weir::invoke
