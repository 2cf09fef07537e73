// SPDX-License-Identifier: GPL-3.0-or-later
// From a real broker into a session file. Each figure stands beside a reference that is measured in the same
// run on the same machine: read the ratios, not the absolute numbers.
#include "bare_consumer.h"
#include "folder.h"
#include "invoke/recording.h"
#include "invoke/targets/simulated.h"
#include "journal/session_reader.h"
#include "peers/broker.h"
#include "process_memory.h"
#include "replay/redrive/redrive.h"
#include "run_child.h"
#include "topic.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace weir::bench {
namespace {

constexpr int kPartitions = 5;
constexpr std::size_t kValueBytes = 200;
constexpr int kRounds = 3;

double secondsSince(TimeNs start) {
    return static_cast<double>(now() - start) / static_cast<double>(kSecond);
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// Runs a plan to its end and returns the seconds it took; `watch` sees each status.
template <typename Watch>
double run(invoke::RecordingPlan plan, Watch watch) {
    const TimeNs start = now();
    auto recording = invoke::Recording::start(std::move(plan));
    if (!recording) throw std::runtime_error(recording.error().message);
    while (!(*recording)->ended()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        watch((*recording)->status());
    }
    if (const Status s = (*recording)->wait(); !s) throw std::runtime_error(s.error().message);
    return secondsSince(start);
}

invoke::RecordingPlan watchPlan(const std::string& bootstrap, const std::string& topic,
                                const Folder& folder) {
    invoke::RecordingPlan plan;
    plan.flow.name = "bench";
    plan.flow.cluster.brokers = bootstrap;
    plan.path = folder.session();
    plan.watch = {topic};
    plan.until_end = true;
    return plan;
}

invoke::RecordingPlan functionPlan(const std::string& bootstrap, const std::string& topic,
                                   const Folder& folder, invoke::TargetMaker maker) {
    static int groups = 0;
    invoke::RecordingPlan plan;
    plan.flow.name = "bench";
    plan.flow.cluster.brokers = bootstrap;
    flow::FunctionSpec function;
    function.name = "f";
    function.target = flow::BuiltinTarget{"f"};
    function.concurrency = kPartitions;
    plan.flow.functions.push_back(function);
    flow::TriggerSpec trigger;
    trigger.name = "bench";
    trigger.function = "f";
    trigger.source = std::vector<std::string>{topic};
    trigger.group = fmt::format("bench-{}", ++groups);
    trigger.batch_size = 1'000;
    trigger.retries = 0;
    plan.flow.triggers.push_back(trigger);
    plan.builtins["f"] = std::move(maker);
    plan.path = folder.session();
    plan.until_end = true;
    return plan;
}

/// What librdkafka's own program reads a second, nothing else done with it; 0 when it is not built.
double librdkafkaItself(const std::string& bootstrap, const std::string& topic, std::int64_t records) {
    if (const auto missing = peers::peerMissing("rdkafka-performance")) {
        fmt::print("  {}\n", *missing);
        return 0;
    }
    static int groups = 0;
    const FinishedChild child = runChild(
        {peers::peerDirectory("rdkafka-performance") + "/rdkafka_performance", "-G",
         fmt::format("performance-{}", ++groups), "-t", topic, "-b", bootstrap, "-c", std::to_string(records),
         "-X", "queued.min.messages=1000000", "-X", "auto.offset.reset=earliest", "-q"});
    // "% 2000000 messages (400000000 bytes) consumed in 1012ms: 1976284 msgs/s (395.26 MB/s) …"
    const std::size_t at = child.output.rfind("consumed in ");
    int ms = 0;
    long long rate = 0;
    if (at == std::string::npos ||
        std::sscanf(child.output.c_str() + at, "consumed in %dms: %lld msgs/s", &ms, &rate) != 2) {
        throw std::runtime_error("rdkafka_performance said: " + child.output);
    }
    return static_cast<double>(rate);
}

void consumeAndRecord(const std::string& bootstrap, const std::string& topic, std::int64_t records) {
    const Folder folder;
    struct Ratios {
        std::vector<double> whole, without;
    } bare_loop, performance;
    for (int round = 0; round < kRounds; ++round) {
        const double bare = static_cast<double>(records) / consumeBare(bootstrap, topic, records);
        const double itself = librdkafkaItself(bootstrap, topic, records);
        const double weir =
            static_cast<double>(records) / run(watchPlan(bootstrap, topic, folder), [](const auto&) {});
        folder.clear();
        invoke::RecordingPlan slim = watchPlan(bootstrap, topic, folder);
        slim.flow.capture.values = flow::CaptureSpec::Values::None;
        const double without = static_cast<double>(records) / run(std::move(slim), [](const auto&) {});
        folder.clear();
        bare_loop.whole.push_back(weir / bare);
        bare_loop.without.push_back(without / bare);
        performance.whole.push_back(itself == 0 ? 0 : weir / itself);
        performance.without.push_back(itself == 0 ? 0 : without / itself);
        fmt::print(
            "  round {}: bare {:.0f}/s, rdkafka_performance {:.0f}/s, recorded {:.0f}/s, recorded without "
            "values {:.0f}/s\n",
            round + 1, bare, itself, weir, without);
    }
    fmt::print(
        "consume + check + record, values of {} B / bare batch-queue loop: {:.2f} (goal 0.15); without "
        "values "
        "{:.2f}\n"
        "the same / rdkafka_performance -G: {:.2f} (goal 0.2); without values {:.2f} (goal 0.4)\n",
        kValueBytes, median(bare_loop.whole), median(bare_loop.without), median(performance.whole),
        median(performance.without));
}

/// What a function does at least: it looks at every byte of every value.
invoke::Answer touch(const invoke::Batch& batch) {
    std::size_t sum = 0;
    for (const invoke::Slice& s : batch.slices) {
        for (std::uint32_t i = s.from; i < s.from + s.count; ++i) {
            for (const char c : s.chunk->value(i).view()) sum += static_cast<unsigned char>(c);
        }
    }
    invoke::Answer answer;
    if (sum == 0) answer.error = "empty values";
    return answer;
}

/// What most functions do: they parse the value as JSON.
invoke::Answer parse(const invoke::Batch& batch) {
    std::size_t members = 0;
    for (const invoke::Slice& s : batch.slices) {
        for (std::uint32_t i = s.from; i < s.from + s.count; ++i) {
            members += nlohmann::json::parse(s.chunk->value(i).view(), nullptr, false).size();
        }
    }
    invoke::Answer answer;
    if (members == 0) answer.error = "no members";
    return answer;
}

void recordingOnAndOff(const std::string& bootstrap, const std::string& topic, std::int64_t records,
                       const char* what, const invoke::BuiltinFunction& function) {
    const Folder folder;
    std::vector<double> ratios;
    for (int round = 0; round < kRounds; ++round) {
        invoke::RecordingPlan off = functionPlan(bootstrap, topic, folder, invoke::builtin(function));
        off.keep = false;
        const double seconds_off = run(std::move(off), [](const auto&) {});
        const double seconds_on =
            run(functionPlan(bootstrap, topic, folder, invoke::builtin(function)), [](const auto&) {});
        folder.clear();
        ratios.push_back(seconds_off / seconds_on);
        fmt::print("  round {}: off {:.0f}/s, on {:.0f}/s\n", round + 1,
                   static_cast<double>(records) / seconds_off, static_cast<double>(records) / seconds_on);
    }
    fmt::print("one builtin function that {}, batches of 1,000, recording on / off: {:.2f} (goal 0.70)\n",
               what, median(ratios));
}

/// The events of a session into the function that got them from Kafka: how the two rates compare.
void redriveAgainstDrive(const std::string& bootstrap, const std::string& topic, std::int64_t records) {
    const Folder folder;
    std::vector<double> ratios;
    for (int round = 0; round < kRounds; ++round) {
        const double driven =
            run(functionPlan(bootstrap, topic, folder, invoke::builtin(touch)), [](const auto&) {});
        invoke::RecordingPlan again = functionPlan(bootstrap, topic, folder, invoke::builtin(touch));
        redrive::Plan plan;
        plan.session = folder.session();
        plan.path = folder.at("again.weir");
        plan.function = "f";
        plan.flow = std::move(again.flow);
        plan.builtins = std::move(again.builtins);
        const TimeNs start = now();
        auto redriven = redrive::Redrive::start(std::move(plan));
        if (!redriven) throw std::runtime_error(redriven.error().message);
        if (const Status s = (*redriven)->recording().wait(); !s) throw std::runtime_error(s.error().message);
        const double seconds = secondsSince(start);
        folder.clear();
        std::filesystem::remove(folder.at("again.weir"));
        ratios.push_back(driven / seconds);
        fmt::print("  round {}: from Kafka {:.0f}/s, from the session {:.0f}/s\n", round + 1,
                   static_cast<double>(records) / driven, static_cast<double>(records) / seconds);
    }
    fmt::print("re-drive into a builtin function / drive from Kafka: {:.2f} (goal 0.70)\n", median(ratios));
}

void fiveSimulatedFunctions(const std::string& bootstrap, const std::string& topic, std::int64_t records) {
    const Folder folder;
    const auto simulated = [](FunctionId id, flow::FunctionSpec spec, invoke::TargetHost& host) {
        spec.target = flow::SimulatedTarget{.warm = {.mean = 200 * kMillisecond}};
        return invoke::makeSimulatedTarget(id, spec, host);
    };
    run(functionPlan(bootstrap, topic, folder, simulated), [](const auto&) {});
    auto reader = journal::SessionReader::open(folder.session());
    if (!reader) throw std::runtime_error(reader.error().message);
    const auto calls = (*reader)->invocations(InvocationId{1}, 1'000'000);
    if (!calls) throw std::runtime_error(calls.error().message);
    TimeNs first = calls->front().start;
    TimeNs last = first;
    std::int64_t events = 0;
    for (const journal::InvocationRow& c : *calls) {
        first = std::min(first, c.start);
        last = std::max(last, c.end.value_or(c.start));
        events += c.events;
    }
    const double rate =
        static_cast<double>(events) / (static_cast<double>(last - first) / static_cast<double>(kSecond));
    fmt::print(
        "five simulated functions of 200 ms, batches of 1,000: {:.0f} events/s = {:.2f} of 25,000 (goal "
        "0.90), "
        "{} of {} events\n",
        rate, rate / 25'000, events, records);
}

void memoryWhileRecording(const std::string& bootstrap, const std::string& topic) {
    const Folder folder;
    fmt::print("resident memory while recording (goal: flat, under 400 MB):\n");
    std::size_t next = 0;
    std::int64_t peak = 0;
    const std::vector<std::int64_t> marks{1'000'000, 3'000'000, 5'000'000};
    run(watchPlan(bootstrap, topic, folder), [&](const invoke::RecordingStatus& s) {
        const std::int64_t bytes = residentBytes();
        peak = std::max(peak, bytes);
        while (next < marks.size() && s.events >= marks[next]) {
            fmt::print("  at {} million events: {} MB\n", marks[next] / 1'000'000, bytes / 1'000'000);
            ++next;
        }
    });
    fmt::print("  at most: {} MB\n", peak / 1'000'000);
}

/// `redrive`: only that figure.
int main(const std::string& only) {
    if (const auto missing = peers::kafkaMissing()) {
        fmt::print("{}\n", *missing);
        return 1;
    }
    peers::Broker broker;
    broker.start();
    const std::string& bootstrap = broker.bootstrap();
    broker.createTopic("large", kPartitions);
    broker.createTopic("medium", kPartitions);
    broker.createTopic("small", kPartitions);
    fmt::print("filling topics\n");
    fill(bootstrap, "medium", kPartitions, 2'000'000, kValueBytes);
    redriveAgainstDrive(bootstrap, "medium", 2'000'000);
    if (only == "redrive") return 0;
    fill(bootstrap, "large", kPartitions, 5'000'000, kValueBytes);
    fill(bootstrap, "small", kPartitions, 125'000, kValueBytes);

    memoryWhileRecording(bootstrap, "large");
    consumeAndRecord(bootstrap, "medium", 2'000'000);
    recordingOnAndOff(bootstrap, "medium", 2'000'000, "touches every byte", touch);
    recordingOnAndOff(bootstrap, "medium", 2'000'000, "parses JSON", parse);
    fiveSimulatedFunctions(bootstrap, "small", 125'000);
    return 0;
}

}  // namespace
}  // namespace weir::bench

int main(int count, char** arguments) {
    try {
        return weir::bench::main(count > 1 ? arguments[1] : "");
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
}
