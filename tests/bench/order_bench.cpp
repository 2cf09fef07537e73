// SPDX-License-Identifier: GPL-3.0-or-later
// The order check alone: what it costs for each event, all of its facts included (its record, the start and
// the end of its call). The reference walks the same chunks and reads each record's timestamp and key size.
#include "analysis/order/checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace weir::bench {
namespace {

using namespace analysis::order;
constexpr std::int64_t kEvents = 4'000'000;
constexpr int kChunk = 500;
constexpr int kBatch = 100;
constexpr int kPartitions = 5;
constexpr int kRounds = 5;

class Ignore final : public FindingSink {
  public:
    void found(const Finding&) override { ++findings; }
    std::int64_t findings = 0;
};

/// A well-behaved function: chunks arrive, batches of them are called, one call of a partition at a time.
std::vector<facts::Fact> makeFacts(const std::string& order, std::int64_t keys) {
    std::mt19937_64 random(1);
    std::vector<facts::Fact> all;
    facts::Trigger trigger;
    trigger.id = TriggerId{1};
    trigger.function = FunctionId{1};
    trigger.topics = {TopicId{1}};
    trigger.order = order;
    all.push_back({1, facts::Function{FunctionId{1}, "f", "builtin"}});
    all.push_back({1, trigger});
    TimeNs at = 1;
    std::int64_t invocation = 0;
    std::vector<std::int64_t> next(kPartitions, 0);
    for (std::int64_t made = 0; made < kEvents; made += kChunk) {
        const auto partition = static_cast<std::int32_t>(made / kChunk % kPartitions);
        std::int64_t& offset = next[static_cast<std::size_t>(partition)];
        auto chunk = std::make_shared<RecordChunk>(TopicId{1}, partition);
        chunk->reserve(kChunk, kChunk * 16);
        for (int i = 0; i < kChunk; ++i) {
            // A key stays in its partition, as a producer's partitioner keeps it.
            const auto number =
                static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(keys / kPartitions));
            const std::string key = fmt::format("item-{}", number * kPartitions + partition);
            chunk->add(offset + i, at * 1'000 + i, TimestampType::Create, {key.data(), key.size()}, {}, {});
        }
        chunk->setFirstEvent(EventId{made + 1});
        all.push_back({++at, facts::Records{std::move(chunk)}});
        for (int i = 0; i < kChunk; i += kBatch) {
            facts::Start start;
            start.id = InvocationId{++invocation};
            start.function = FunctionId{1};
            start.trigger = TriggerId{1};
            start.epoch = 1;
            start.events = {
                {TopicId{1}, partition, offset + i, offset + i + kBatch - 1, EventId{made + 1 + i}}};
            all.push_back({++at, start});
            all.push_back({++at, facts::End{start.id, facts::Outcome::Success, {}, ""}});
        }
        offset += kChunk;
    }
    return all;
}

/// Processor time of this thread, so that a busy machine disturbs less.
double processorTime() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

double nanoseconds(double since) {
    return (processorTime() - since) / static_cast<double>(kEvents);
}

double reference(const std::vector<facts::Fact>& facts) {
    const double start = processorTime();
    std::int64_t sum = 0;
    for (const facts::Fact& fact : facts) {
        const auto* records = std::get_if<facts::Records>(&fact.body);
        if (records == nullptr) continue;
        for (std::uint32_t i = 0; i < records->chunk->size(); ++i) {
            sum += (*records->chunk)[i].timestamp + (*records->chunk)[i].key_size;
        }
    }
    const double taken = nanoseconds(start);
    return sum == 0 ? 0 : taken;
}

double check(const std::vector<facts::Fact>& facts, bool key_split) {
    Ignore sink;
    CheckOptions options;
    options.key_split = key_split;
    Checker checker(sink, options);
    const double start = processorTime();
    for (const facts::Fact& fact : facts) checker.take(fact);
    checker.finish();
    const double taken = nanoseconds(start);
    if (sink.findings != 0) fmt::print("  {} findings in what is in order!\n", sink.findings);
    return taken;
}

template <typename Measure>
double best(const Measure& measure) {
    double least = measure();
    for (int i = 1; i < kRounds; ++i) least = std::min(least, measure());
    return least;
}

void line(const std::string& what, double ns, double ref) {
    fmt::print("  {:<48} {:>7.1f} ns/event   {:>5.1f} × the reference\n", what, ns, ns / ref);
}

int run() {
    fmt::print("order check, {} events, {} partitions, batches of {}\n", kEvents, kPartitions, kBatch);
    {
        const auto facts = makeFacts("partition", 1'000'000);
        const double ref = best([&] { return reference(facts); });
        fmt::print("  reference: {:.1f} ns/event\n", ref);
        line("scope partition, without key-split (goal 5)", best([&] { return check(facts, false); }), ref);
        line("scope partition, key-split of 1 million keys", best([&] { return check(facts, true); }), ref);
    }
    const auto facts = makeFacts("key", 1'000'000);
    const double ref = best([&] { return reference(facts); });
    line("scope key, 1 million keys (goal 70)", best([&] { return check(facts, false); }), ref);
    line("scope key, 1 million keys, with key-split", best([&] { return check(facts, true); }), ref);
    return 0;
}

}  // namespace
}  // namespace weir::bench

int main() {
    return weir::bench::run();
}
