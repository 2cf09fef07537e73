// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/time.h"
#include "invoke/target.h"

#include <memory>

namespace weir::invoke {

/// A function that does nothing but take its time, for measuring: every call succeeds without output after
/// the same delay. Calls overlap freely and occupy no thread.
[[nodiscard]] std::unique_ptr<Target> makeDelayTarget(FunctionId id, DurationNs delay, TargetHost& host);

}  // namespace weir::invoke
