// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_recording.h"

#include "analysis/session_stats.h"
#include "analysis/stats_format.h"
#include "base/text.h"
#include "journal/session_reader.h"
#include "stop_signals.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <thread>

namespace weir::cli {
namespace {

std::string progressLine(const invoke::RecordingStatus& s) {
    std::string line =
        fmt::format("{}  {} events ({:.0f}/s)  {} calls, {} in flight  lag {}  {} cold  {} failed",
                    formatDuration(s.now - s.started), formatCount(s.events), s.events_per_second,
                    formatCount(s.invocations), s.in_flight, formatCount(s.lag), s.cold_starts, s.failed);
    if (!s.trouble.empty()) line += "  ! " + s.trouble;
    return line;
}

/// What the session holds, from the file itself: the summary is a proof that it opens.
int printSummary(const Console& console, const std::string& path) {
    auto reader = journal::SessionReader::open(path);
    if (!reader) return console.fail(reader.error());
    const auto stats = analysis::sessionStats(**reader);
    if (!stats) return console.fail(stats.error());
    console.clearProgress();
    fmt::print("{}\nsession file  {}\n", analysis::statsText(*stats), path);
    if (Status s = finishOutput(); !s) return console.fail(s.error());
    return 0;
}

}  // namespace

int runRecording(const Console& console, invoke::Recording& recording, const std::string& path) {
    const StopSignals signals;
    bool asked = false;
    std::string last_trouble;
    while (!recording.ended()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        const invoke::RecordingStatus status = recording.status();
        if (status.trouble != last_trouble) {
            last_trouble = status.trouble;
            if (!last_trouble.empty()) {
                console.say(last_trouble + (status.trouble_hint.empty() ? "" : "\n  " + status.trouble_hint));
            } else {
                console.say("The cluster answers again.");
            }
        }
        console.showProgress(progressLine(status));
        if (StopSignals::count() > 0 && !asked) {
            asked = true;
            console.say("Ending in order; once more to stop at once.");
            recording.requestStop();
        }
        if (StopSignals::count() > 1) {
            recording.abort();
            for (int i = 0; i < 20 && !recording.ended(); ++i) {
                std::this_thread::sleep_for(std::chrono::milliseconds(50));
            }
            console.say(fmt::format("Stopped at once; what was captured is in {}", path));
            std::_Exit(130);  // without waiting for anybody; the file survives that
        }
    }
    console.clearProgress();
    const Status result = recording.wait();
    const int summary = printSummary(console, path);
    if (result) return summary;
    console.fail(result.error());
    return exitCode(result.error().code) == 4 ? 4 : 5;
}

std::string defaultSessionPath(const std::string& name) {
    std::string safe;
    for (const char c : name) safe += c == '/' || c == '\0' ? '_' : c;
    return fmt::format("{}-{:%Y%m%d-%H%M%S}.weir", safe, fmt::localtime(std::time(nullptr)));
}

}  // namespace weir::cli
