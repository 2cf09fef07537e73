// SPDX-License-Identifier: GPL-3.0-or-later
#include "stop_signals.h"

#include <atomic>

namespace weir::cli {
namespace {

std::atomic<int> stop_signals{0};

void onSignal(int /*signal*/) {
    stop_signals.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

StopSignals::StopSignals() {
    struct sigaction action {};
    action.sa_handler = onSignal;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &old_int_);
    sigaction(SIGTERM, &action, &old_term_);
}

StopSignals::~StopSignals() {
    sigaction(SIGINT, &old_int_, nullptr);
    sigaction(SIGTERM, &old_term_, nullptr);
}

int StopSignals::count() {
    return stop_signals.load(std::memory_order_relaxed);
}

}  // namespace weir::cli
