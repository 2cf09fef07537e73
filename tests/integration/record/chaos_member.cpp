// SPDX-License-Identifier: GPL-3.0-or-later
// One recording of the chaos test with `exactly_once`, as a process of its own that can be killed:
// chaos_member BOOTSTRAP SESSION SEED NUMBER [calm]. Says `started`, and at the end how it ended: `ok`,
// `fenced`, `unreachable` or another reason. SIGTERM ends it in order. With `calm` its function does not
// fail, and it ends by itself when everything has passed.
#include "chaos_plan.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <string>

namespace weir::test {
namespace {

constexpr DurationNs kLongest = 90 * kSecond;

void say(const std::string& line) {
    std::puts(line.c_str());
    std::fflush(stdout);
}

std::string reason(const Error& error) {
    if (error.code == ErrorCode::Cancelled) return "fenced";
    if (error.code == ErrorCode::Unreachable) return "unreachable";
    return error.message;
}

/// Its input ends with the test; `stop` is where SIGTERM arrives.
void awaitEnd(invoke::Recording& recording, int stop) {
    std::array<pollfd, 2> waits{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{stop, POLLIN, 0}};
    while (!recording.ended()) {
        if (poll(waits.data(), waits.size(), 20) <= 0) continue;
        recording.requestStop();
        return;
    }
}

int run(const std::vector<std::string>& arguments) {
    sigset_t end;
    sigemptyset(&end);
    sigaddset(&end, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &end, nullptr);
    const int stop = signalfd(-1, &end, SFD_CLOEXEC);

    const std::uint64_t seed = std::stoull(arguments.at(2));
    invoke::test::ChaoticFunction function(seed + 1'000'003 * std::stoull(arguments.at(3)));
    invoke::RecordingPlan plan =
        chaosPlan(arguments.at(0), arguments.at(1), ChaosSettings::exactlyOnce(seed), function);
    if (arguments.size() > 4) {
        function.calmDown();
        plan.until_end = true;
        plan.duration = kLongest;
    }
    const auto recording = invoke::Recording::start(std::move(plan));
    if (!recording) {
        say(reason(recording.error()));
        return 1;
    }
    say("started");
    awaitEnd(**recording, stop);
    const Status status = (*recording)->wait();
    say(status ? "ok" : reason(status.error()));
    return status ? 0 : 1;
}

}  // namespace
}  // namespace weir::test

int main(int argc, char** argv) {
    return weir::test::run({argv + 1, argv + argc});
}
