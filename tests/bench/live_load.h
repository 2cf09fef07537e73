// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shell/services.h"

#include <memory>
#include <string>

namespace weir::bench {

/// A recording that runs by itself: events at a steady rate into an embedded cluster, simulated functions
/// behind it, the real recorder into the session at `path`. Ends when it is asked to.
Result<std::unique_ptr<views::Capture>> startLiveLoad(const std::string& path, double events_per_second);

}  // namespace weir::bench
