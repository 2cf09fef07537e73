// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <csignal>

namespace weir::cli {

/// Counts SIGINT and SIGTERM while it lives.
class StopSignals {
  public:
    StopSignals();
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    static int count();

  private:
    struct sigaction old_int_ {
    }, old_term_{};
};

}  // namespace weir::cli
