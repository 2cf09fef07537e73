// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "flow/flow.h"
#include "invoke/target.h"

#include <memory>

namespace weir::invoke {

/// A function that is played, for measuring and for trying what a platform would do to a flow: instances that
/// start cold, answer warm and idle out, calls that fail, are turned away or take their instance with them.
/// Its calls overlap freely and occupy no thread each.
///
/// What happens to a call depends on the seed, its first event and its attempt alone, how long an instance
/// takes to start on the seed and its number.
[[nodiscard]] std::unique_ptr<Target> makeSimulatedTarget(FunctionId id, const flow::FunctionSpec& spec,
                                                          TargetHost& host);

}  // namespace weir::invoke
