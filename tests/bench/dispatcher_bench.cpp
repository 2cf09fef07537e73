// SPDX-License-Identifier: GPL-3.0-or-later
// The dispatcher alone, under a virtual clock: what it costs to queue an event, put it into a batch, end the
// call and pass it. The reference walks the same chunks and reads each key, which nobody can do without.
#include "invoke/dispatcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace weir::bench {
namespace {

using namespace invoke;
using Clock = std::chrono::steady_clock;

constexpr int kEvents = 1'000'000;
constexpr int kChunk = 500;
constexpr int kRounds = 5;

/// Answers every call at once, outside of the dispatcher's own functions.
class Answering final : public DispatchPort {
  public:
    std::vector<InvocationId> calls;
    std::int64_t passed_to = 0;

    void batchFormed(const Batch&, facts::ClosedBy, TimeNs) override {}
    void startCall(LaneId, const Invocation& i, TimeNs) override { calls.push_back(i.id); }
    void retrying(const Invocation&, DurationNs, const std::string&, TimeNs) override {}
    void split(const Invocation&, const std::string&, TimeNs) override {}
    void throttled(const Invocation&, int, DurationNs, const std::string&, TimeNs) override {}
    void skipped(TriggerId, const Batch&, facts::SkipReason, TimeNs) override {}
    void giveUp(const GivenUp&, TimeNs) override {}
    void triggerStopped(TriggerId, const std::string&, TimeNs) override {}
    void passed(LaneId, std::int64_t next, TimeNs) override { passed_to += next; }
};

struct Chunks {
    std::vector<std::pair<int, ChunkPtr>> all;  // partition, chunk
};

Chunks makeChunks(int partitions, int keys) {
    std::mt19937 random(1);
    std::vector<std::int64_t> next(static_cast<std::size_t>(partitions), 0);
    Chunks chunks;
    for (int made = 0, p = 0; made < kEvents; made += kChunk, p = (p + 1) % partitions) {
        auto chunk = std::make_shared<RecordChunk>(TopicId{1}, p);
        chunk->reserve(kChunk, kChunk * 64);
        for (int i = 0; i < kChunk; ++i) {
            const std::string key = fmt::format("item-{}", random() % static_cast<unsigned>(keys));
            const std::string value(40, 'v');
            chunk->add(next[static_cast<std::size_t>(p)]++, 0, TimestampType::Create,
                       {key.data(), key.size()}, {value.data(), value.size()}, {});
        }
        chunk->setFirstEvent(EventId{made + 1});
        chunks.all.emplace_back(p, std::move(chunk));
    }
    return chunks;
}

std::size_t sizeOf(const RecordChunk& chunk, std::uint32_t i) {
    return chunk.key(i).size + chunk.value(i).size;
}

double nanosecondsSince(Clock::time_point start) {
    return static_cast<double>(
               std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count()) /
           kEvents;
}

double reference(const Chunks& chunks) {
    const auto start = Clock::now();
    std::size_t sum = 0;
    for (const auto& [partition, chunk] : chunks.all) {
        for (std::uint32_t i = 0; i < chunk->size(); ++i) {
            sum += sizeOf(*chunk, i) + std::hash<std::string_view>{}(chunk->key(i).view());
        }
    }
    const double taken = nanosecondsSince(start);
    return sum == 0 ? 0 : taken;
}

double dispatch(const Chunks& chunks, int partitions, flow::Order order) {
    Answering port;
    Dispatcher dispatcher(port);
    dispatcher.addFunction(FunctionId{1}, 10);
    flow::TriggerSpec spec;
    spec.order = order;
    spec.batching_window = 0;
    dispatcher.addTrigger(TriggerId{1}, FunctionId{1}, spec, sizeOf, {});
    std::vector<LaneId> lanes;
    for (int i = 0; i < partitions; ++i) lanes.push_back(dispatcher.openLane(TriggerId{1}, TopicId{1}, i));

    const auto start = Clock::now();
    TimeNs now = 0;
    std::vector<InvocationId> ending;
    const auto answer = [&] {
        ending.swap(port.calls);
        for (const InvocationId id : ending) {
            dispatcher.ended(id, now);
            dispatcher.succeeded(id, now);
        }
        ending.clear();
    };
    for (const auto& [partition, chunk] : chunks.all) {
        dispatcher.push(lanes[static_cast<std::size_t>(partition)], chunk, ++now);
        dispatcher.advance(now);
        answer();
    }
    while (dispatcher.pending() > 0) {
        dispatcher.advance(++now);
        answer();
    }
    return nanosecondsSince(start);
}

template <typename Measure>
double best(Measure measure) {
    double least = measure();
    for (int i = 1; i < kRounds; ++i) least = std::min(least, measure());
    return least;
}

void line(const std::string& what, double ns, double ref) {
    fmt::print("  {:<44} {:>8.1f} ns/event   {:>6.1f} × the reference\n", what, ns, ns / ref);
}

int run() {
    fmt::print("dispatcher alone, batches of 100, {} events\n", kEvents);
    double one = 0, thousand = 0;
    for (const int partitions : {1, 10, 100, 1'000}) {
        const Chunks chunks = makeChunks(partitions, 1'000'000);
        const double ref = best([&] { return reference(chunks); });
        const double ns = best([&] { return dispatch(chunks, partitions, flow::Order::Partition); });
        line(fmt::format("order partition, {} partitions", partitions), ns, ref);
        (partitions == 1 ? one : thousand) = ns;
    }
    fmt::print("  1,000 partitions ÷ 1: {:.2f}\n", thousand / one);
    for (const int keys : {10, 1'000, 1'000'000}) {
        const Chunks chunks = makeChunks(10, keys);
        const double ref = best([&] { return reference(chunks); });
        line(fmt::format("order key, {} keys, 10 partitions", keys),
             best([&] { return dispatch(chunks, 10, flow::Order::Key); }), ref);
        if (keys == 1'000'000) {
            line("order none, 10 partitions", best([&] { return dispatch(chunks, 10, flow::Order::None); }),
                 ref);
        }
    }
    return 0;
}

}  // namespace
}  // namespace weir::bench

int main() {
    return weir::bench::run();
}
