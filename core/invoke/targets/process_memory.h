// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "invoke/targets/spawn.h"

#include <sys/types.h>

#include <cstdint>

namespace weir::invoke {

/// Resident memory of a process and of what it started, now, in bytes; 0 when it is gone. Shared pages count
/// in each.
[[nodiscard]] std::int64_t residentMemory(pid_t pid);

/// The most that a process alone had resident. The kernel keeps it, so nothing is missed between two looks.
/// Holds two files of /proc open, because opening them anew takes longer than to read them.
class PeakMemory {
  public:
    explicit PeakMemory(pid_t pid);

    /// Since the process began or since reset(), in bytes; 0 when it is gone.
    [[nodiscard]] std::int64_t bytes() const;
    void reset() const;

  private:
    Descriptor status_, reset_;
};

}  // namespace weir::invoke
