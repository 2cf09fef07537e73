// SPDX-License-Identifier: GPL-3.0-or-later
// Weir beside Confluent's Parallel Consumer: same broker, same topic, same local HTTP function that answers
// after 5 ms, one record a call, same concurrency; Weir records everything it does. Three rounds each,
// medians.
#include "folder.h"
#include "journal/session_reader.h"
#include "peers/broker.h"
#include "run_child.h"
#include "slow_answers.h"
#include "topic.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace weir::bench {
namespace {

constexpr int kPartitions = 32;
constexpr int kRounds = 3;

struct Figures {
    double records_per_second = 0;
    double records_per_cpu_second = 0;
    double megabytes = 0;  ///< resident, at most
};

struct Task {
    std::string bootstrap, topic, url;
    bool by_key = false;
    int concurrency = 16;
    std::int64_t records = 0;
};

/// The time from its first call to its last, and what it took of the processor between them.
Figures parallelConsumer(const Task& task) {
    const std::string lib = peers::peerDirectory("parallel-consumer") + "/lib";
    const FinishedChild child =
        runChild({"java", "-cp", lib + "/*:" + lib, "ParallelConsumerPeer", task.bootstrap, task.topic,
                  task.by_key ? "KEY" : "PARTITION", std::to_string(task.concurrency), task.url,
                  std::to_string(task.records)});
    long done = 0;
    double wall = 0;
    double cpu = 0;
    if (std::sscanf(child.output.c_str(), "%ld %lf %lf", &done, &wall, &cpu) != 3) {
        throw std::runtime_error("the Parallel Consumer said: " + child.output);
    }
    return {static_cast<double>(task.records) / wall, static_cast<double>(task.records) / cpu,
            child.megabytes};
}

/// The time from its first call to the end of its last; its processor time from start to exit.
Figures weirItself(const Task& task, const std::string& program) {
    static int groups = 0;
    const Folder folder;
    std::ofstream(folder.at("bench.flow.json"))
        << fmt::format(R"({{"weir":1,"name":"bench","cluster":{{"brokers":"{}"}},
        "functions":{{"f":{{"target":{{"kind":"http","url":"{}","body":"value"}},"concurrency":{}}}}},
        "triggers":[{{"function":"f","topics":["{}"],"group":"weir-{}-{}","order":"{}",{}
                      "batch_size":1,"batching_window":"0ms","retries":0}}]}})",
                       task.bootstrap, task.url, task.concurrency, task.topic, getpid(), ++groups,
                       task.by_key ? "key" : "partition",
                       task.by_key ? fmt::format(R"("parallelization_factor":{},)", task.concurrency) : "");
    const FinishedChild child = runChild(
        {program, "record", folder.at("bench.flow.json"), "-o", folder.session(), "--until-end", "-q"});
    auto reader = journal::SessionReader::open(folder.session());
    if (!reader) throw std::runtime_error(reader.error().message);
    const auto calls = (*reader)->invocations(InvocationId{1}, task.records + 1);
    if (!calls) throw std::runtime_error(calls.error().message);
    if (static_cast<std::int64_t>(calls->size()) != task.records) {
        throw std::runtime_error(fmt::format("Weir made {} calls", calls->size()));
    }
    TimeNs last = 0;
    for (const journal::InvocationRow& c : *calls) last = std::max(last, c.end.value_or(0));
    const double wall = static_cast<double>(last - calls->front().start) / static_cast<double>(kSecond);
    return {static_cast<double>(task.records) / wall, static_cast<double>(task.records) / child.cpu_seconds,
            child.megabytes};
}

Figures median(std::vector<Figures> rounds) {
    const auto middle = [&rounds](double Figures::*figure) {
        std::sort(rounds.begin(), rounds.end(),
                  [figure](const Figures& a, const Figures& b) { return a.*figure < b.*figure; });
        return rounds[rounds.size() / 2].*figure;
    };
    return {middle(&Figures::records_per_second), middle(&Figures::records_per_cpu_second),
            middle(&Figures::megabytes)};
}

void compare(const Task& task, const std::string& program) {
    std::vector<Figures> theirs;
    std::vector<Figures> ours;
    for (int round = 0; round < kRounds; ++round) {
        theirs.push_back(parallelConsumer(task));
        ours.push_back(weirItself(task, program));
        fmt::print("  round {}: {:.0f} and {:.0f} records/s\n", round + 1, theirs.back().records_per_second,
                   ours.back().records_per_second);
        std::fflush(stdout);
    }
    const Figures them = median(theirs);
    const Figures us = median(ours);
    fmt::print(
        "order {}, {} at once, {} records, one a call:\n"
        "  Parallel Consumer  {:6.0f} records/s  {:6.0f} records per CPU second  {:4.0f} MB\n"
        "  Weir, recording    {:6.0f} records/s  {:6.0f} records per CPU second  {:4.0f} MB\n"
        "  ratio              {:6.2f} (goal 1)   {:6.2f} (goal 1.5)              {:4.2f} (goal 1)\n",
        task.by_key ? "key" : "partition", task.concurrency, task.records, them.records_per_second,
        them.records_per_cpu_second, them.megabytes, us.records_per_second, us.records_per_cpu_second,
        us.megabytes, us.records_per_second / them.records_per_second,
        us.records_per_cpu_second / them.records_per_cpu_second, us.megabytes / them.megabytes);
    std::fflush(stdout);
}

void run(const std::string& program) {
    for (const char* const peer : {"kafka", "parallel-consumer"}) {
        if (const auto missing = peers::peerMissing(peer)) throw std::runtime_error(*missing);
    }
    peers::Broker broker;
    broker.start();
    const SlowAnswers function(5 * kMillisecond);
    for (const bool by_key : {false, true}) {
        Task task;
        task.bootstrap = broker.bootstrap();
        task.url = function.url();
        task.by_key = by_key;
        task.records = by_key ? 40'000 : 10'000;  // theirs takes its time by partition
        task.topic = by_key ? "by-key" : "by-partition";
        broker.createTopic(task.topic, kPartitions);
        fill(task.bootstrap, task.topic, kPartitions, task.records, 200);
        compare(task, program);
    }
}

}  // namespace
}  // namespace weir::bench

int main(int, char** argv) {
    try {
        weir::bench::run((std::filesystem::canonical(argv[0]).parent_path() / "weir-cli").string());
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
}
