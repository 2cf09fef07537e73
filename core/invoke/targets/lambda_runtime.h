// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "flow/flow.h"
#include "invoke/target.h"
#include "invoke/targets/lambda_event.h"

#include <memory>
#include <string>

namespace weir::invoke {

/// A target that hosts the AWS Lambda Runtime API and runs the function's command as instances of it, on an
/// I/O thread of its own, so that a function that floods its output holds up itself only. `spec.target` must
/// be a LambdaRuntimeTarget, whose relative directory counts from `flow_directory`. `event_source` is
/// `SelfManagedKafka` or `aws:kafka`, `brokers` goes to the event's `bootstrapServers`; `topic_name` is
/// called on the engine's thread. The host must outlive the target, and its post() must not wait for room any
/// more once stop() is called.
[[nodiscard]] std::unique_ptr<Target> makeLambdaRuntimeTarget(FunctionId id, const flow::FunctionSpec& spec,
                                                              const std::string& flow_directory,
                                                              const std::string& event_source,
                                                              const std::string& brokers,
                                                              TopicNames topic_name, TargetHost& host);

}  // namespace weir::invoke
