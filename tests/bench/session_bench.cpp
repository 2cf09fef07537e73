// SPDX-License-Identifier: GPL-3.0-or-later
// What opening, zooming, checking, filtering and measuring a large session cost: session_bench [DELIVERIES
// [DIRECTORY]].
#include "analysis/order/checking_store.h"
#include "analysis/order/session_check.h"
#include "analysis/session_stats.h"
#include "filter/query.h"
#include "journal/session_reader.h"
#include "journal/session_writer.h"

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

constexpr TimeNs kStart = 1'769'853'600'000'000'000;
constexpr std::int64_t kBatch = 100;
constexpr std::int32_t kPartitions = 12;
constexpr std::int64_t kFunctions = 3;

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

std::vector<facts::Fact> declarations() {
    std::vector<facts::Fact> all{{kStart, facts::Session{"bench", facts::Mode::Drive, "localhost:9092"}},
                                 {kStart, facts::Topic{TopicId{1}, "events", kPartitions}}};
    for (std::int64_t f = 1; f <= kFunctions; ++f) {
        all.push_back({kStart, facts::Function{FunctionId{f}, fmt::format("function-{}", f), "builtin"}});
        all.push_back({kStart, facts::Trigger{TriggerId{f},
                                              fmt::format("trigger-{}", f),
                                              FunctionId{f},
                                              {TopicId{1}},
                                              "partition",
                                              "g",
                                              100,
                                              0}});
        for (std::int64_t i = 0; i < 8; ++i) {
            all.push_back({kStart, facts::Instance{InstanceId{(f - 1) * 8 + i + 1},
                                                   fmt::format("i-{}-{}", f, i), FunctionId{f}}});
            all.push_back({kStart, facts::InstanceReady{InstanceId{(f - 1) * 8 + i + 1}}});
        }
    }
    return all;
}

/// Batches of 100 events at 25,000 events a second, delivered to each function.
void generate(const std::string& path, std::int64_t deliveries) {
    auto file = journal::SessionWriter::create(path, {});
    require(file.has_value(), file ? "" : file.error().message);
    analysis::order::CheckingStore writer(std::move(*file), path);
    require(writer.write(declarations()).has_value(), "write failed");
    const std::string value(40, 'v');
    std::int64_t invocation = 1;
    std::vector<facts::Fact> facts;
    for (std::int64_t b = 0; b * kBatch * kFunctions < deliveries; ++b) {
        const auto partition = static_cast<std::int32_t>(b % kPartitions);
        const TimeNs at = kStart + b * 4 * kMillisecond;
        const std::int64_t offset = b / kPartitions * kBatch;
        auto chunk = std::make_shared<RecordChunk>(TopicId{1}, partition);
        chunk->reserve(kBatch, kBatch * 60);
        for (std::int64_t i = 0; i < kBatch; ++i) {
            const std::string key = std::to_string((b * kBatch + i) % 10'000);
            chunk->add(offset + i, at - 3 * kMillisecond, TimestampType::Create, {key.data(), key.size()},
                       {value.data(), value.size()}, {});
        }
        const EventId first{b * kBatch + 1};
        chunk->setFirstEvent(first);
        facts.push_back({at, facts::Records{std::move(chunk)}});
        const facts::EventRun run{TopicId{1}, partition, offset, offset + kBatch - 1, first};
        for (std::int64_t f = 1; f <= kFunctions; ++f, ++invocation) {
            facts.push_back(
                {at, facts::Batch{BatchId{invocation}, TriggerId{f}, {run}, facts::ClosedBy::Size}});
            facts::Start start;
            start.id = InvocationId{invocation};
            start.function = FunctionId{f};
            start.trigger = TriggerId{f};
            start.instance = InstanceId{(f - 1) * 8 + b % 8 + 1};
            start.batch = BatchId{invocation};
            start.cold = b < 8;
            start.events = {run};
            facts.push_back({at + kMillisecond, std::move(start)});
            facts.push_back({at + 2 * kMillisecond + b % 1000 * 1000,
                             facts::End{InvocationId{invocation}, facts::Outcome::Success, {}, {}}});
        }
        if (facts.size() < 5000) continue;
        require(writer.write(facts).has_value() && writer.flush().has_value(), "write failed");
        facts.clear();
    }
    require(writer.write(facts).has_value() && writer.finish().has_value(), "write failed");
}

double openSeconds(const std::string& path) {
    return best([&] {
        auto reader = journal::SessionReader::open(path);
        require(reader.has_value(), "open failed");
        require((*reader)->extent().has_value(), "extent failed");
        require((*reader)->events(EventId{1}, 100).has_value(), "events failed");
        require((*reader)->rollups({}, 0, kStart, kStart + 1000 * kSecond).has_value(), "rollups failed");
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

}  // namespace

int main(int argc, char** argv) {
    const std::int64_t deliveries = argc > 1 ? std::atoll(argv[1]) : 10'000'000;
    const std::filesystem::path base = argc > 2 ? argv[2] : std::filesystem::temp_directory_path();
    require(deliveries >= 100'000, "at least 100000 deliveries");
    std::string directory = (base / "weir-bench-XXXXXX").string();
    require(::mkdtemp(directory.data()) != nullptr, "no temporary directory");
    const std::string large = directory + "/large.weir", small = directory + "/small.weir";

    const double writing = seconds([&] { generate(large, deliveries); });
    generate(small, 100'000);
    const auto bytes = static_cast<double>(std::filesystem::file_size(large));
    const double events = static_cast<double>(deliveries) / kFunctions;
    fmt::print("writing             {:>12.0f} deliveries/s\n", static_cast<double>(deliveries) / writing);
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
    const TimeNs end = kStart + 1'000'000 * kSecond;
    std::size_t rows = 0;
    const double zoom = best([&] {
        auto found = (*reader)->rollups({}, kSecond, kStart, end);
        require(found.has_value(), "rollups failed");
        rows = found->size();
    });
    fmt::print("time line by second {:>12.4f} s, {} buckets\n", zoom, rows);
    reader->reset();
    std::filesystem::remove_all(directory);
    return 0;
}
