// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "flow/flow.h"
#include "invoke/target.h"
#include "invoke/targets/aws_profile.h"
#include "invoke/targets/lambda_event.h"

#include <memory>

namespace weir::invoke {

/// A function on AWS Lambda, or behind any endpoint that speaks its Invoke API. An error when there is no
/// region, or no credentials and no endpoint of one's own.
Result<std::unique_ptr<Target>> makeLambdaTarget(FunctionId id, const flow::FunctionSpec& spec,
                                                 EventSource source, TopicNames topics, TargetHost& host,
                                                 const Environment& environment = processEnvironment());

}  // namespace weir::invoke
