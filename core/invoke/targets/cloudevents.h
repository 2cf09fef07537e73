// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/flow.h"
#include "invoke/target.h"
#include "invoke/targets/lambda_event.h"

#include <memory>

namespace weir::invoke {

/// A receiver of CloudEvents over HTTP. An event that it replies with is the output; any other 2xx is success
/// without output. 429 and 503 throttle; other 5xx, 404, 408 and 409 may be tried again, as Knative does;
/// everything else may not.
[[nodiscard]] std::unique_ptr<Target> makeCloudEventsTarget(FunctionId id, const flow::FunctionSpec& spec,
                                                            TopicNames topics, TargetHost& host);

}  // namespace weir::invoke
