// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "flow/flow.h"
#include "invoke/target.h"

#include <functional>
#include <memory>

namespace weir::invoke {

/// A function inside this process. It may hold state; then its concurrency must be 1. It must return soon:
/// nothing can end it by force.
using BuiltinFunction = std::function<Answer(const Batch&)>;

/// Runs a C++ function on worker threads of its own, as many as the calls at once, at most the function's
/// concurrency. All calls run in one instance.
[[nodiscard]] std::unique_ptr<Target> makeBuiltinTarget(FunctionId id, const flow::FunctionSpec& spec,
                                                        BuiltinFunction function, TargetHost& host);

}  // namespace weir::invoke
