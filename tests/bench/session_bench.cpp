// SPDX-License-Identifier: GPL-3.0-or-later
// What opening, zooming, checking, filtering and measuring a large session cost: session_bench [DELIVERIES
// [DIRECTORY]]. `session_bench make DELIVERIES FILE [BATCH]` only makes such a session and keeps it, with
// another number of events a call if wanted; `session_bench of FILE` measures one that was made so.
#include "analysis/order/session_check.h"
#include "analysis/session_stats.h"
#include "filter/query.h"
#include "journal/rollup.h"
#include "journal/session_reader.h"
#include "made_session.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace weir;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kPartitions = bench::kMadePartitions, kFunctions = bench::kMadeFunctions;
constexpr std::int64_t kColumns = 1'000;  // of a screen

void require(bool ok, const std::string& what) {
    if (ok) return;
    fmt::print(stderr, "session_bench: {}\n", what);
    std::exit(1);
}

template <typename Do>
double seconds(const Do& what) {
    const auto from = Clock::now();
    what();
    return std::chrono::duration<double>(Clock::now() - from).count();
}

/// The best of three.
template <typename Do>
double best(const Do& what) {
    double least = seconds(what);
    for (int i = 0; i < 2; ++i) least = std::min(least, seconds(what));
    return least;
}

/// To the first page of events.
double openSeconds(const std::string& path) {
    return best([&] {
        auto reader = journal::SessionReader::open(path);
        require(reader.has_value(), "open failed");
        require((*reader)->extent().has_value(), "extent failed");
        require((*reader)->events(EventId{1}, 100).has_value(), "events failed");
    });
}

/// The first 100 rows, from opening on.
double filterSeconds(const std::string& path, const std::string& text) {
    return best([&] {
        auto filter = filter::Filter::parse(text);
        require(filter.has_value(), "no filter: " + text);
        auto reader = journal::SessionReader::open(path);
        require(reader.has_value(), "open failed");
        filter::Query query(**reader, std::move(*filter), filter::Subject::Events);
        std::size_t found = 0;
        for (std::optional<std::int64_t> next = 1; next && found < 100;) {
            const auto page =
                query.page({*next, 100 - static_cast<std::int64_t>(found), filter::Direction::Forward, 0});
            require(page.has_value(), "query failed: " + text);
            found += page->ids.size();
            next = page->next;
        }
        require(found == 100, "too few rows: " + text);
    });
}

double scanSeconds(const std::string& path) {
    return best([&] {
        sqlite3* db = nullptr;
        sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READONLY, nullptr);
        require(sqlite3_exec(db, "SELECT sum(offset + length(value)) FROM event", nullptr, nullptr,
                             nullptr) == SQLITE_OK,
                "scan failed");
        sqlite3_close(db);
    });
}

void measure(const std::string& large, const std::string& small, std::int64_t deliveries) {
    const auto bytes = static_cast<double>(std::filesystem::file_size(large));
    const double events = static_cast<double>(deliveries) / kFunctions;
    fmt::print("beyond key, value   {:>12.1f} bytes an event, its {} deliveries and all figures included\n",
               bytes / events - 44, kFunctions);

    const double scan = scanSeconds(large);
    const double open_large = openSeconds(large), open_small = openSeconds(small);
    fmt::print("first page          {:>12.4f} s, a full scan of events {:.2f} s: {:.4f} (goal 0.1)\n",
               open_large, scan, open_large / scan);
    fmt::print("large / small       {:>12.2f} ({:.4f} s with 100,000 deliveries; goal 1.5)\n",
               open_large / open_small, open_small);

    auto reader = journal::SessionReader::open(large);
    require(reader.has_value(), "open failed");
    fmt::print("stats, as kept      {:>12.4f} s (goal 1)\n",
               best([&] { require(analysis::sessionStats(**reader).has_value(), "stats failed"); }));
    fmt::print("stats, from rows    {:>12.2f} s\n", seconds([&] {
                   require(analysis::sessionStats(**reader, analysis::StatsFrom::Rows).has_value(),
                           "stats failed");
               }));
    fmt::print("check, as kept      {:>12.4f} s (goal 1)\n", best([&] {
                   const auto check = analysis::order::checkSession(large);
                   require(check.has_value() && check->kept, "check failed");
               }));
    fmt::print("check, recomputed   {:>12.2f} s\n", seconds([&] {
                   const auto check = analysis::order::checkSession(large, {true, 0});
                   require(check.has_value() && check->summary.deliveries > 0, "check failed");
               }));
    const std::int64_t middle = deliveries / kFunctions / kPartitions / 2;
    for (const std::string& filter :
         {fmt::format("topic == \"events\" && partition == 7 && offset > {}", middle),
          std::string("function == \"function-2\" && run > 1.9ms"), std::string("cold"),
          std::string("key == \"77\"")}) {
        fmt::print("100 rows of         {:>12.4f} s: {} (goal 0.1)\n", filterSeconds(large, filter), filter);
    }
    std::size_t rows = 0;
    const double zoom = best([&] {
        const auto extent = (*reader)->extent();
        require(extent.has_value(), "extent failed");
        DurationNs finest = 0;
        for (const DurationNs width : journal::kRollupWidths) {
            if (width * kColumns <= extent->last_at - extent->first_at) finest = width;
        }
        auto found = (*reader)->rollups({}, finest, extent->first_at, extent->last_at);
        require(found.has_value(), "rollups failed");
        rows = found->size();
    });
    fmt::print("time line           {:>12.4f} s for {} columns, {} buckets\n", zoom, kColumns, rows);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string first = argc > 1 ? argv[1] : "";
    if (first == "make" && argc >= 4) {
        bench::makeSession(argv[3], std::atoll(argv[2]), argc > 4 ? std::atoll(argv[4]) : 100);
        return 0;
    }
    const bool made = first == "of" && argc == 3;
    const std::filesystem::path base =
        argc > 2 && !made ? argv[2] : std::filesystem::temp_directory_path().string();
    std::string directory = (base / "weir-bench-XXXXXX").string();
    require(::mkdtemp(directory.data()) != nullptr, "no temporary directory");
    const std::string large = made ? argv[2] : directory + "/large.weir";
    const std::string small = directory + "/small.weir";
    std::int64_t deliveries = argc > 1 && !made ? std::atoll(argv[1]) : 10'000'000;
    require(deliveries >= 100'000, "at least 100000 deliveries");
    bench::makeSession(small, 100'000);
    if (made) {
        auto reader = journal::SessionReader::open(large);
        require(reader.has_value(), "open failed");
        const auto extent = (*reader)->extent();
        require(extent.has_value(), "extent failed");
        deliveries = extent->events * kFunctions;
    } else {
        const double writing = seconds([&] { bench::makeSession(large, deliveries); });
        fmt::print("writing             {:>12.0f} deliveries/s\n", static_cast<double>(deliveries) / writing);
    }
    measure(large, small, deliveries);
    std::filesystem::remove_all(directory);
    return 0;
}
