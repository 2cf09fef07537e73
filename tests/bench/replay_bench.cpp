// SPDX-License-Identifier: GPL-3.0-or-later
// What going through a session costs: replay_bench [CALLS | FILE [JUMPS]].
// Once the session was read to its end: jumps to calls, events and instants at random, each a place far from
// the last one, and single steps both ways from there.
#include "folder.h"
#include "journal/session_reader.h"
#include "made_session.h"
#include "process_memory.h"
#include "replay/cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace weir;
using Clock = std::chrono::steady_clock;

void require(const Status& status) {
    if (status) return;
    fmt::print(stderr, "replay_bench: {}\n", status.error().message);
    std::exit(1);
}

template <typename T>
T& require(Result<T>& result) {
    if (!result) require(Status(tl::unexpected<Error>(result.error())));
    return *result;
}

template <typename Do>
double milliseconds(const Do& what) {
    const auto from = Clock::now();
    what();
    return std::chrono::duration<double, std::milli>(Clock::now() - from).count();
}

void line(const std::string& what, std::vector<double> took, double goal) {
    std::sort(took.begin(), took.end());
    const auto at = [&](double share) {
        return took[std::min(took.size() - 1,
                             static_cast<std::size_t>(share * static_cast<double>(took.size())))];
    };
    fmt::print("{:<26} {:>9.3f} ms p50 {:>9.3f} p99 {:>9.3f} max, of {} (goal {} p99)\n", what, at(0.5),
               at(0.99), took.back(), took.size(), goal);
}

void run(const std::string& path, int jumps) {
    auto opened = journal::SessionReader::open(path);
    const auto reader = std::move(require(opened));
    auto read = reader->extent();
    const journal::SessionExtent extent = require(read);
    fmt::print("{} events, {} calls\n", extent.events, extent.invocations);
    auto made = replay::Cursor::of(*reader);
    replay::Cursor cursor = std::move(require(made));
    const std::int64_t before = weir::bench::residentBytes();
    std::int64_t moments = 0;
    const double prepared = milliseconds([&] {
        require(cursor.prepare([&](std::int64_t n) {
            moments = n;
            return true;
        }));
    });
    fmt::print("read once to its end       {:>9.2f} s, {} moments, {:.2f} M moments/s, {} MB more resident\n",
               prepared / 1000, moments, static_cast<double>(moments) / prepared / 1000,
               (weir::bench::residentBytes() - before) / 1'000'000);

    std::mt19937_64 random(1);
    const auto among = [&](std::int64_t first, std::int64_t count) {
        return first + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(count));
    };
    std::vector<double> to_call, to_event, to_time, on, back;
    for (int i = 0; i < jumps; ++i) {
        to_call.push_back(milliseconds([&] {
            require(
                cursor.toInvocation(InvocationId{among(extent.first_invocation.value, extent.invocations)}));
        }));
        for (const auto unit : {replay::Unit::Moment, replay::Unit::Event, replay::Unit::Invocation}) {
            const auto step = [&](replay::Direction direction) {
                return milliseconds([&] {
                    auto moved = cursor.step(unit, direction);
                    (void)require(moved);
                });
            };
            on.push_back(step(replay::Direction::Forward));
            back.push_back(step(replay::Direction::Backward));
            back.push_back(step(replay::Direction::Backward));
        }
        to_event.push_back(milliseconds(
            [&] { require(cursor.toEvent(EventId{among(extent.first_event.value, extent.events)})); }));
        to_time.push_back(milliseconds(
            [&] { require(cursor.toTime(among(extent.first_at, extent.last_at - extent.first_at + 1))); }));
    }
    line("jump to a call", std::move(to_call), 100);
    line("jump to an event", std::move(to_event), 100);
    line("jump to an instant", std::move(to_time), 100);
    line("step on", std::move(on), 16);
    line("step back", std::move(back), 16);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string first = argc > 1 ? argv[1] : "2000000";
    const int jumps = argc > 2 ? std::max(1, std::atoi(argv[2])) : 300;
    const bool calls = first.find_first_not_of("0123456789") == std::string::npos;
    if (!calls) {
        run(first, jumps);
        return 0;
    }
    const weir::bench::Folder folder;
    weir::bench::makeSession(folder.session(), std::atoll(first.c_str()), 1);
    run(folder.session(), jumps);
    return 0;
}
