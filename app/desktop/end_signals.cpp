// SPDX-License-Identifier: GPL-3.0-or-later
#include "end_signals.h"

#include <QWidget>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace weir::desktop {
namespace {

std::array<int, 2> pipe_ends{-1, -1};

/// A signal handler may do little more than write a byte.
void onSignal(int /*signal*/) {
    const char byte = 0;
    [[maybe_unused]] const auto written = write(pipe_ends[1], &byte, 1);
}

int openPipe() {
    if (pipe2(pipe_ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    return pipe_ends[0];
}

}  // namespace

EndSignals::EndSignals(QWidget& window) : notifier_(openPipe(), QSocketNotifier::Read) {
    if (pipe_ends[0] < 0) return;
    QObject::connect(&notifier_, &QSocketNotifier::activated, &window, [&window] {
        char byte = 0;
        while (read(pipe_ends[0], &byte, 1) == 1) window.close();
    });
    struct sigaction action {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

}  // namespace weir::desktop
