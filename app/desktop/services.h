// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shell/services.h"

namespace weir::desktop {

/// The real recordings, clusters and demo behind the window.
[[nodiscard]] views::Services services();

}  // namespace weir::desktop
