// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace weir::invoke {

/// Resident memory of a process and of what it started, now, in bytes; 0 when it is gone. Shared pages count
/// in each.
[[nodiscard]] std::int64_t residentMemory(pid_t pid);

/// The most that the process alone had resident since it began or since resetPeakMemory(); 0 when it is gone.
/// The kernel keeps it, so nothing is missed between two looks.
[[nodiscard]] std::int64_t peakMemory(pid_t pid);
void resetPeakMemory(pid_t pid);

}  // namespace weir::invoke
