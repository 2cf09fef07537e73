// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flow/flow.h"
#include "invoke/target.h"
#include "invoke/targets/lambda_event.h"

#include <memory>

namespace weir::invoke {

/// A function behind an HTTP address, called with POST.
///
/// 2xx is success, and the answer is read as docs/outputs.md says; 429 and 503 throttle, with Retry-After;
/// 408, other 5xx and broken connections are errors that may be tried again; everything else (redirects,
/// other 4xx) is an error that trying again will not mend. Whether a call was cold cannot be known.
[[nodiscard]] std::unique_ptr<Target> makeHttpTarget(FunctionId id, const flow::FunctionSpec& spec,
                                                     EventSource source, TopicNames topics, TargetHost& host);

}  // namespace weir::invoke
