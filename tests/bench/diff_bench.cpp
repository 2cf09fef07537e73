// SPDX-License-Identifier: GPL-3.0-or-later
// Two sessions compared: diff_bench [DELIVERIES]. The reference reads every row of both files once,
// one after the other, as plain SQL.
#include "analysis/order/checking_store.h"
#include "folder.h"
#include "journal/session_writer.h"
#include "replay/compare/compare.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace weir::bench {
namespace {

constexpr TimeNs kStart = 1'769'853'600'000'000'000;
constexpr std::int64_t kBatch = 100;
constexpr std::int32_t kPartitions = 6;
constexpr int kRounds = 3;

void require(bool ok, const std::string& what) {
    if (ok) return;
    fmt::print(stderr, "diff_bench: {}\n", what);
    std::exit(1);
}

template <typename Do>
double seconds(const Do& what) {
    const auto from = std::chrono::steady_clock::now();
    what();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

/// The median of some rounds.
template <typename Do>
double median(const Do& what) {
    std::vector<double> all;
    for (int i = 0; i < kRounds; ++i) all.push_back(seconds(what));
    std::sort(all.begin(), all.end());
    return all[kRounds / 2];
}

/// What the second session has that the first has not.
enum class Difference { Few, Stamps };

struct Made {
    std::string path;
    int run = 1;
    Difference difference = Difference::Few;
};

/// The value of an output: in `Few`, one of a hundred has another price in the second session; in `Stamps`
/// each tells when it was made.
std::string answer(const Made& made, std::int64_t event) {
    const bool other = made.run == 2 && event % 100 == 7;
    const std::string stamp =
        made.difference == Difference::Stamps ? fmt::format(R"(,"at":{})", event * made.run) : "";
    return fmt::format(R"({{"id":{},"price":{},"accepted":true{}}})", event, event % 1'000 + (other ? 1 : 0),
                       stamp);
}

/// Batches of 100 events, each of which causes an output; of the second session one of a thousand is missing.
void generate(const Made& made, std::int64_t deliveries) {
    auto session = journal::SessionWriter::create(made.path, {}, journal::SessionWriter::Purpose::Import);
    require(session.has_value(), session ? "" : session.error().message);
    analysis::order::CheckingStore writer(std::move(*session), made.path);
    std::vector<facts::Fact> facts{
        {kStart, facts::Session{"bench", facts::Mode::Drive, "localhost:9092"}},
        {kStart, facts::Topic{TopicId{1}, "bids", kPartitions}},
        {kStart, facts::Topic{TopicId{2}, "valid-bids", kPartitions}},
        {kStart, facts::Function{FunctionId{1}, "validate-bid", "builtin"}},
        {kStart, facts::Trigger{TriggerId{1}, "t", FunctionId{1}, {TopicId{1}}, "partition", "g", 100, 0}}};
    std::int64_t event = 1;
    std::vector<std::int64_t> next(kPartitions, 0);
    for (std::int64_t b = 0; b * kBatch < deliveries; ++b) {
        const auto partition = static_cast<std::int32_t>(b % kPartitions);
        const TimeNs at = kStart + b * 4 * kMillisecond;
        const std::int64_t offset = b / kPartitions * kBatch;
        const auto keyOf = [&](std::int64_t i) { return fmt::format("item-{}", (b * kBatch + i) % 10'000); };
        auto chunk = std::make_shared<RecordChunk>(TopicId{1}, partition);
        for (std::int64_t i = 0; i < kBatch; ++i) {
            const std::string key = keyOf(i);
            const std::string value = fmt::format(R"({{"amount":{},"bidder":"b-{}"}})", i, offset % 977);
            chunk->add(offset + i, at - 3 * kMillisecond, TimestampType::Create, {key.data(), key.size()},
                       {value.data(), value.size()}, {});
        }
        chunk->setFirstEvent(EventId{event});
        facts.push_back({at, facts::Records{std::move(chunk)}});
        const EventId first{event};
        event += kBatch;
        facts::Start start;
        start.id = InvocationId{b + 1};
        start.function = FunctionId{1};
        start.trigger = TriggerId{1};
        start.events = {{TopicId{1}, partition, offset, offset + kBatch - 1, first}};
        facts.push_back({at + kMillisecond, start});
        facts.push_back({at + 2 * kMillisecond, facts::End{start.id, facts::Outcome::Success, {}, {}}});
        auto outputs = std::make_shared<RecordChunk>(TopicId{2}, partition);
        std::int64_t& place = next[static_cast<std::size_t>(partition)];
        for (std::int64_t i = 0; i < kBatch; ++i) {
            if (made.run == 2 && (b * kBatch + i) % 1'000 == 13) continue;
            const facts::EventRun cause{TopicId{1}, partition, offset + i, offset + i,
                                        EventId{first.value + i}};
            facts.push_back(
                {at + 2 * kMillisecond, facts::Output{start.id, TopicId{2}, partition, place, {cause}}});
            const std::string key = keyOf(i);
            const std::string value = answer(made, b * kBatch + i);
            outputs->add(place++, at + 2 * kMillisecond, TimestampType::Create, {key.data(), key.size()},
                         {value.data(), value.size()}, {});
        }
        outputs->setFirstEvent(EventId{event});
        event += outputs->size();
        facts.push_back({at + 3 * kMillisecond, facts::Records{std::move(outputs)}});
        if (facts.size() < 5'000) continue;
        require(writer.write(facts).has_value() && writer.flush().has_value(), "write failed");
        facts.clear();
    }
    require(writer.write(facts).has_value() && writer.finish().has_value(), "write failed");
}

void scan(const std::string& path) {
    sqlite3* db = nullptr;
    sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READONLY, nullptr);
    for (const char* sql : {"SELECT sum(offset + length(key) + length(value)) FROM event",
                            "SELECT sum(offset + first_cause_id) FROM output",
                            "SELECT sum(first_event_id) FROM delivery_run"}) {
        require(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK, "scan failed");
    }
    sqlite3_close(db);
}

/// The most memory that this process held so far.
std::int64_t peakBytes() {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word) {
        std::int64_t kilobytes = 0;
        if (word == "VmHWM:" && status >> kilobytes) return kilobytes * 1'024;
    }
    return 0;
}

void measure(const Folder& folder, std::int64_t deliveries, Difference difference, const char* what) {
    const Made a{folder.at("a.weir"), 1, difference};
    const Made b{folder.at("b.weir"), 2, difference};
    for (const Made* made : {&a, &b}) {
        std::filesystem::remove(made->path);
        generate(*made, deliveries);
    }
    const double reference = median([&] {
        scan(a.path);
        scan(b.path);
    });
    compare::Options options;
    if (difference == Difference::Stamps) options.ignore = {".at"};
    std::int64_t on_disk = 0;
    std::ofstream("/proc/self/clear_refs") << 5;  // the peak of memory begins anew
    const double taken = median([&] {
        const auto comparison = compare::compareSessions(a.path, b.path, options);
        require(comparison.has_value(), comparison ? "" : comparison.error().message);
        require(comparison->outputs.size() == 1, "what is compared is not what was made");
        const compare::OutputPair& o = comparison->outputs.front();
        require(o.missing == deliveries / 1'000 && o.changed > deliveries / 110 && o.extra == 0 &&
                    o.same + o.changed + o.missing == deliveries,
                "the comparison is wrong");
        on_disk = comparison->sorted_on_disk;
    });
    fmt::print(
        "{:<34} {:>6.2f} s, a scan of both files {:.2f} s: {:.1f}; at most {:.0f} MB of memory, {:.0f} MB "
        "on disk\n",
        what, taken, reference, taken / reference, static_cast<double>(peakBytes()) / 1e6,
        static_cast<double>(on_disk) / 1e6);
}

}  // namespace
}  // namespace weir::bench

int main(int argc, char** argv) {
    using namespace weir::bench;
    const std::int64_t deliveries = argc > 1 ? std::atoll(argv[1]) : 1'000'000;
    require(deliveries >= 10'000 && deliveries % 1'000 == 0, "at least 10000 deliveries, in thousands");
    const Folder folder;
    measure(folder, deliveries, Difference::Few, "one output of a hundred differs");
    measure(folder, deliveries, Difference::Stamps, "all differ in a field that is ignored");
    return 0;
}
