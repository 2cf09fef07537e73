// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/flow.h"
#include "invoke/target.h"
#include "invoke/targets/lambda_event.h"

#include <memory>
#include <string>

namespace weir::invoke {

/// A function that is a program: it reads a line of JSON for each batch from its standard input and writes a
/// line of JSON as its answer to its standard output; its standard error is a log. It is started with its
/// first call, again after it has ended, and killed when a call takes longer than the function's timeout. As
/// many processes as calls at once, at most the function's concurrency.
[[nodiscard]] std::unique_ptr<Target> makeCommandTarget(FunctionId id, const flow::FunctionSpec& spec,
                                                        const std::string& flow_directory, EventSource source,
                                                        TopicNames topics, TargetHost& host);

}  // namespace weir::invoke
