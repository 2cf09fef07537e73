// SPDX-License-Identifier: GPL-3.0-or-later
// What one call costs beyond the round trip itself: a local HTTP function called by a bare libcurl loop and
// by Weir; the shipped Runtime API loop fed by a bare server and by Weir. And how near a thousand simulated
// functions at once come to what they could do. Weir records everything it does.
#include "bare_runtime_api.h"
#include "folder.h"
#include "journal/session_reader.h"
#include "peers/broker.h"
#include "run_child.h"
#include "slow_answers.h"
#include "topic.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace weir::bench {
namespace {

constexpr std::int64_t kCalls = 10'000;
constexpr std::int64_t kWarmUp = 500;
constexpr std::size_t kValueBytes = 200;

double microseconds(DurationNs d) {
    return static_cast<double>(d) / static_cast<double>(kMicrosecond);
}

DurationNs percentile(std::vector<DurationNs>& values, double share) {
    const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

void print(const char* what, std::vector<DurationNs>& values) {
    fmt::print("  {:42} p50 {:6.0f} µs   p99 {:6.0f} µs\n", what, microseconds(percentile(values, 0.5)),
               microseconds(percentile(values, 0.99)));
}

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
}

/// One connection, one call after the other.
std::vector<DurationNs> bareCurl(const std::string& url) {
    CURL* const curl = curl_easy_init();
    const std::string body(kValueBytes, 'v');
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &ignore);
    std::vector<DurationNs> took;
    for (std::int64_t i = 0; i < kCalls; ++i) {
        const TimeNs start = now();
        if (curl_easy_perform(curl) != CURLE_OK) throw std::runtime_error("the local function is away");
        if (i >= kWarmUp) took.push_back(now() - start);
    }
    curl_easy_cleanup(curl);
    return took;
}

struct Peers {
    std::string bootstrap, weir_cli, runtime;  ///< runtime: the shipped loop
};

std::vector<journal::InvocationRow> recorded(const Peers& peers, const Folder& folder,
                                             const std::string& topic, const std::string& function,
                                             const std::string& trigger) {
    std::ofstream(folder.at("bench.flow.json"))
        << fmt::format(R"({{"weir":1,"name":"bench","cluster":{{"brokers":"{}"}},"functions":{{"f":{}}},
        "triggers":[{{"function":"f","topics":["{}"],"group":"{}","batch_size":1,"batching_window":"0ms",
                      "retries":0,{}}}]}})",
                       peers.bootstrap, function, topic, topic, trigger);
    folder.clear();
    runChild({peers.weir_cli, "record", folder.at("bench.flow.json"), "-o", folder.session(), "--until-end",
              "-q"});
    auto reader = journal::SessionReader::open(folder.session());
    if (!reader) throw std::runtime_error(reader.error().message);
    auto calls = (*reader)->invocations(InvocationId{1}, 10'000'000);
    if (!calls) throw std::runtime_error(calls.error().message);
    return std::move(*calls);
}

void compare(const char* what, std::vector<DurationNs> bare,
             const std::vector<journal::InvocationRow>& calls) {
    std::vector<DurationNs> run;
    std::vector<DurationNs> between;
    for (std::size_t i = static_cast<std::size_t>(kWarmUp); i < calls.size(); ++i) {
        if (!calls[i].end) continue;
        run.push_back(*calls[i].end - calls[i].start);
        between.push_back(calls[i].start - calls[i - 1].end.value_or(calls[i].start));
    }
    fmt::print("{}, one after the other, {} calls:\n", what, calls.size());
    print("bare round trip", bare);
    print("Weir, from start to end", run);
    print("Weir, from an end to the next start", between);
    fmt::print("  overhead of one call, p50: {:.0f} µs (goal 100)\n",
               microseconds(percentile(run, 0.5) - percentile(bare, 0.5)));
    std::fflush(stdout);
}

void http(const Peers& peers) {
    const Folder folder;
    const SlowAnswers function(0);
    fill(peers.bootstrap, "http", 1, kCalls, kValueBytes);
    const std::string spec =
        fmt::format(R"({{"target":{{"kind":"http","url":"{}","body":"value"}}}})", function.url());
    std::vector<DurationNs> bare = bareCurl(function.url());
    compare("An HTTP function that answers at once", std::move(bare),
            recorded(peers, folder, "http", spec, R"("order":"partition")"));
}

void runtimeApi(const Peers& peers) {
    const Folder folder;
    std::ofstream(folder.at("idle.py")) << "def handler(event, context):\n    return None\n";
    fill(peers.bootstrap, "runtime", 1, kCalls, kValueBytes);
    const std::vector<std::string> command{"python3", peers.runtime, "idle.handler"};
    const std::string spec = fmt::format(
        R"({{"target":{{"kind":"lambda-runtime","command":["{}","{}","{}"],"directory":"{}"}},"concurrency":1}})",
        command[0], command[1], command[2], folder.path());
    std::vector<DurationNs> bare = callBare(command, folder.path(), kCalls, kWarmUp, kValueBytes);
    compare("The shipped Runtime API loop", std::move(bare),
            recorded(peers, folder, "runtime", spec, R"("order":"partition")"));
}

void aThousandAtOnce(const Peers& peers) {
    constexpr int kPartitions = 32;
    constexpr std::int64_t kAtOnce = 1'000;
    constexpr double kIdeal = 5'000;  // calls a second of 200 ms each
    const Folder folder;
    fill(peers.bootstrap, "thousand", kPartitions, 50'000, kValueBytes);
    const auto calls = recorded(
        peers, folder, "thousand",
        fmt::format(R"({{"target":{{"kind":"simulated","warm":"200ms"}},"concurrency":{}}})", kAtOnce),
        R"("order":"none")");
    TimeNs last = 0;
    for (const journal::InvocationRow& c : calls) last = std::max(last, c.end.value_or(0));
    const double rate = static_cast<double>(calls.size()) /
                        (static_cast<double>(last - calls.front().start) / static_cast<double>(kSecond));
    fmt::print(
        "{} simulated functions of 200 ms at once, batch 1, order none: {:.0f} calls/s = {:.2f} of {:.0f} "
        "(goal 0.8)\n",
        kAtOnce, rate, rate / kIdeal, kIdeal);
}

void run(const std::filesystem::path& programs) {
    if (const auto missing = peers::kafkaMissing()) throw std::runtime_error(*missing);
    peers::Broker broker;
    broker.start();
    const Peers peers{broker.bootstrap(), (programs / "weir-cli").string(), WEIR_RUNTIME_LOOP};
    broker.createTopic("http", 1);
    broker.createTopic("runtime", 1);
    broker.createTopic("thousand", 32);
    http(peers);
    runtimeApi(peers);
    aThousandAtOnce(peers);
}

}  // namespace
}  // namespace weir::bench

int main(int, char** argv) {
    try {
        weir::bench::run(std::filesystem::canonical(argv[0]).parent_path());
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
}
