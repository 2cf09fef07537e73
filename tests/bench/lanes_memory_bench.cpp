// SPDX-License-Identifier: GPL-3.0-or-later
// What Weir holds in memory with 1,000 lanes, a function that never answers and a full topic behind it.
#include "folder.h"
#include "invoke/recording.h"
#include "peers/broker.h"
#include "process_memory.h"
#include "slow_answers.h"
#include "topic.h"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

namespace weir::bench {
namespace {

constexpr int kPartitions = 1'000;
constexpr std::int64_t kRecords = 3'000'000;
constexpr std::size_t kValueBytes = 500;
constexpr int kMostSeconds = 120;
constexpr int kQuietSeconds = 5;  ///< nothing read for so long: all is full

void run() {
    if (const auto missing = peers::kafkaMissing()) throw std::runtime_error(*missing);
    peers::Broker broker;
    broker.start();
    broker.createTopic("full", kPartitions);
    fill(broker.bootstrap(), "full", kPartitions, kRecords, kValueBytes);
    const SlowAnswers function(3'600 * kSecond);
    const Folder folder;

    invoke::RecordingPlan plan;
    plan.flow.name = "bench";
    plan.flow.cluster.brokers = broker.bootstrap();
    flow::FunctionSpec stuck;
    stuck.name = "stuck";
    stuck.target = flow::HttpTarget{.url = function.url()};
    stuck.timeout = 3'600 * kSecond;
    stuck.concurrency = kPartitions;
    plan.flow.functions.push_back(stuck);
    flow::TriggerSpec trigger;
    trigger.name = "bench";
    trigger.function = "stuck";
    trigger.source = std::vector<std::string>{"full"};
    trigger.group = "stuck";
    trigger.retries = 0;
    plan.flow.triggers.push_back(trigger);
    plan.path = folder.session();

    malloc_trim(0);  // the producer above has left its buffers to the heap
    const std::int64_t before = residentBytes();
    auto recording = invoke::Recording::start(std::move(plan));
    if (!recording) throw std::runtime_error(recording.error().message);
    std::int64_t most = 0;
    std::int64_t seen = 0;
    for (int second = 1, quiet = 0; second <= kMostSeconds && quiet < kQuietSeconds; ++second) {
        std::this_thread::sleep_for(std::chrono::seconds(1));
        const std::int64_t resident = residentBytes();
        most = std::max(most, resident);
        const invoke::RecordingStatus s = (*recording)->status();
        quiet = s.events > 0 && s.events == seen ? quiet + 1 : 0;
        seen = s.events;
        if (second % 5 == 0) {
            fmt::print("  after {:3} s: {} MB resident, {} events read, {} waiting, {} calls in flight\n",
                       second, resident / 1'000'000, s.events, s.queued, s.in_flight);
        }
    }
    (*recording)->abort();
    (void)(*recording)->wait();
    fmt::print(
        "{} lanes, a function that never answers, {} MB behind it: at most {} MB resident ({} MB before)\n",
        kPartitions, kRecords * static_cast<std::int64_t>(kValueBytes) / 1'000'000, most / 1'000'000,
        before / 1'000'000);
}

}  // namespace
}  // namespace weir::bench

int main() {
    try {
        weir::bench::run();
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
}
