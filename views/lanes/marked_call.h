// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"

namespace weir::views {

/// A call that the chosen finding is about.
struct MarkedCall {
    InvocationId call;
    bool broken = false;  ///< else it overtook, or ran at once
    int number = 0;       ///< in the order of their ends, from 1
    bool operator==(const MarkedCall&) const = default;
};

}  // namespace weir::views
