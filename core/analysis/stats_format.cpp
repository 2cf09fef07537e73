// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/stats_format.h"

#include "base/text.h"
#include "base/time.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::analysis {
namespace {

using facts::Outcome;
using Json = nlohmann::ordered_json;

constexpr std::size_t kMostRows = 20;   // of partitions and of instances, in the text
constexpr std::size_t kMostOfKey = 64;  // bytes, in the text

struct Quantile {
    const char* name;
    double share;
};
constexpr std::array<Quantile, 4> kQuantiles{{{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99_9", 0.999}}};

/// Names come from a file: what is not UTF-8 must not end up in JSON.
std::string jsonText(const std::string& name) {
    return isUtf8(name) ? name : terminalSafe(name);
}

Json distributionJson(const Histogram& h) {
    Json j{{"count", h.count()}};
    if (h.empty()) return j;
    for (const Quantile& q : kQuantiles) j[std::string(q.name) + "_ns"] = h.percentile(q.share);
    j["max_ns"] = h.max();
    return j;
}

Json callsJson(const CallStats& calls) {
    Json outcomes = Json::object();
    for (std::size_t o = 0; o < kOutcomes; ++o) {
        outcomes[facts::word(static_cast<Outcome>(o))] = calls.outcomes[o];
    }
    return {{"invocations", calls.invocations},
            {"in_flight", calls.in_flight},
            {"outcomes", std::move(outcomes)},
            {"retries", calls.retries},
            {"cold_starts", calls.cold_starts},
            {"cold_share", calls.coldShare()},
            {"deliveries", calls.deliveries},
            {"delivered", calls.delivered},
            {"failed", calls.failed},
            {"batches", calls.batches},
            {"outputs", calls.outputs},
            {"passed_over", calls.skipped},
            {"running_most", calls.running_most},
            {"waiting", calls.waiting},
            {"waiting_most", calls.waiting_most},
            {"lag_most_ns", calls.lag_most},
            {"gather", distributionJson(calls.gather)},
            {"queue", distributionJson(calls.queue)},
            {"wait", distributionJson(calls.wait)},
            {"run", distributionJson(calls.run)},
            {"total", distributionJson(calls.total)},
            {"output", distributionJson(calls.output)}};
}

/// `own` fields first, then those of the calls.
Json withCalls(Json own, const CallStats& calls) {
    own.update(callsJson(calls));
    return own;
}

using Cells = std::vector<std::string>;

/// Characters, not bytes: names and separators are UTF-8.
std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// Columns aligned: the first to the left, the others to the right.
std::string table(const std::vector<Cells>& rows) {
    std::vector<std::size_t> widths;
    for (const Cells& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
    }
    std::string out;
    for (const Cells& row : rows) {
        out += "  ";
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string pad(widths[i] - width(row[i]), ' ');
            if (i != 0) out += "  ";
            out += i == 0 ? row[i] + pad : pad + row[i];
        }
        while (out.ends_with(' ')) out.pop_back();
        out += '\n';
    }
    return out;
}

std::string duration(const Histogram& h, std::int64_t value) {
    return h.empty() ? "–" : formatDuration(value);
}

Cells distributionCells(std::string name, const Histogram& h) {
    Cells cells{std::move(name)};
    for (const Quantile& q : kQuantiles) cells.push_back(duration(h, h.percentile(q.share)));
    cells.push_back(duration(h, h.max()));
    return cells;
}

std::string percent(double share) {
    return fmt::format("{:.1f}\u00A0%", share * 100);
}

/// The median and the 99th percentile of each of the times.
template <typename Stats>
void addTimes(Cells& cells, const Stats& stats) {
    for (const Histogram* h : {&stats.wait, &stats.run, &stats.total}) {
        cells.push_back(duration(*h, h->percentile(0.5)));
        cells.push_back(duration(*h, h->percentile(0.99)));
    }
}

/// What the tables by function, partition and instance have in common.
void addCalls(Cells& cells, const CallStats& calls) {
    const std::int64_t good = calls.outcome(Outcome::Success);
    const std::int64_t bad = calls.invocations - calls.in_flight - good;
    cells.push_back(formatCount(calls.invocations));
    cells.push_back(formatCount(calls.deliveries));
    cells.push_back(formatCount(bad));
    cells.push_back(formatCount(calls.cold_starts));
    addTimes(cells, calls);
}

Cells groupHead(std::string first) {
    return {std::move(first), "calls", "deliveries", "not ok", "cold", "wait p50", "p99",
            "run p50",        "p99",   "total p50",  "p99"};
}

std::string more(std::size_t rows, const char* what) {
    if (rows <= kMostRows) return {};
    return fmt::format("  … and {} more {}; --format json has all\n",
                       formatCount(static_cast<std::int64_t>(rows - kMostRows)), what);
}

std::string headText(const SessionStats& s) {
    std::string state;
    if (!s.ended) state = " (still recording, or its writer was killed)";
    std::string out = fmt::format("{}: {}, {}{}\n", terminalSafe(s.name), facts::word(s.mode),
                                  formatDuration(s.duration), state);
    const CallStats& c = s.calls;
    std::vector<Cells> rows{
        {"events", formatCount(s.events), formatSize(s.value_bytes) + " of values",
         fmt::format("{:.1f}/s", s.events_per_second)},
        {"batches", formatCount(c.batches)},
        {"invocations", formatCount(c.invocations), formatCount(c.retries) + " retries",
         formatCount(c.in_flight) + " in flight"},
        {"deliveries", formatCount(c.deliveries), formatCount(c.failed) + " failed",
         fmt::format("{:.1f}/s", s.deliveries_per_second)},
        {"outputs", formatCount(c.outputs)},
        {"waiting", formatCount(c.waiting), formatCount(c.waiting_most) + " at most",
         formatDuration(c.lag_most) + " behind at most"},
        {"cold starts", formatCount(c.cold_starts), percent(c.coldShare()) + " of invocations"},
    };
    const char* name = "passed over";
    for (const auto& [reason, count] : s.skipped) {
        rows.push_back({std::exchange(name, ""), formatCount(count), terminalSafe(reason)});
    }
    if (s.skewed > 0) {
        rows.push_back({"skewed clocks", formatCount(s.skewed), "events from later than their arrival"});
    }
    if (s.pruned_events > 0) {
        rows.push_back({"pruned", formatCount(s.pruned_events), "events are no longer in the file"});
    }
    return out + table(rows);
}

std::string outcomesText(const CallStats& calls) {
    std::vector<Cells> rows;
    for (std::size_t o = 0; o < kOutcomes; ++o) {
        if (calls.outcomes[o] != 0) {
            rows.push_back({facts::word(static_cast<Outcome>(o)), formatCount(calls.outcomes[o])});
        }
    }
    return rows.empty() ? "" : "\nOutcomes\n" + table(rows);
}

std::string timesText(const SessionStats& s) {
    std::vector<Cells> rows{{"", "p50", "p90", "p99", "p99.9", "max"}};
    const auto addUnlessEmpty = [&rows](const char* name, const Histogram& h) {
        if (!h.empty()) rows.push_back(distributionCells(name, h));
    };
    addUnlessEmpty("arrival", s.arrival);
    addUnlessEmpty("gather", s.calls.gather);
    addUnlessEmpty("queue", s.calls.queue);
    rows.push_back(distributionCells("wait", s.calls.wait));
    rows.push_back(distributionCells("run", s.calls.run));
    rows.push_back(distributionCells("total", s.calls.total));
    addUnlessEmpty("output", s.calls.output);
    addUnlessEmpty("init", s.init);
    return "\nTimes\n" + table(rows);
}

std::string functionsText(const SessionStats& s) {
    if (s.functions.empty()) return {};
    std::vector<Cells> rows{groupHead("function")};
    for (const FunctionStats& f : s.functions) {
        Cells cells{terminalSafe(f.name)};
        addCalls(cells, f.calls);
        rows.push_back(std::move(cells));
    }
    return "\nFunctions\n" + table(rows);
}

std::string partitionsText(const SessionStats& s) {
    if (s.partitions.empty()) return {};
    Cells head = groupHead("partition");
    head.insert(head.begin() + 1, "events");
    std::vector<Cells> rows{std::move(head)};
    for (std::size_t i = 0; i < std::min(kMostRows, s.partitions.size()); ++i) {
        const PartitionStats& p = s.partitions[i];
        Cells cells{fmt::format("{}/{}", terminalSafe(p.topic_name), p.partition), formatCount(p.events)};
        addCalls(cells, p.calls);
        rows.push_back(std::move(cells));
    }
    return "\nPartitions\n" + table(rows) + more(s.partitions.size(), "partitions");
}

std::string instancesText(const SessionStats& s) {
    if (s.instances.empty()) return {};
    Cells head = groupHead("instance");
    head.insert(head.begin() + 1, {"function", "init", "end"});
    std::vector<Cells> rows{std::move(head)};
    for (std::size_t i = 0; i < std::min(kMostRows, s.instances.size()); ++i) {
        const InstanceStats& n = s.instances[i];
        Cells cells{terminalSafe(n.name), terminalSafe(n.function_name),
                    n.init ? formatDuration(*n.init) : "–",
                    n.end_reason.empty() ? "–" : terminalSafe(n.end_reason)};
        addCalls(cells, n.calls);
        rows.push_back(std::move(cells));
    }
    return "\nInstances\n" + table(rows) + more(s.instances.size(), "instances");
}

std::string coldText(const SessionStats& s) {
    if (s.cold_starts.empty()) return {};
    std::vector<Cells> rows{{"cold start", "function", "init", "first call", "waiting before", "after",
                             "worked off", "added", "at most"}};
    const auto known = [](const std::optional<DurationNs>& d) { return d ? formatDuration(*d) : "–"; };
    for (std::size_t i = 0; i < std::min(kMostRows, s.cold_starts.size()); ++i) {
        const ColdStartStats& c = s.cold_starts[i];
        rows.push_back({terminalSafe(c.instance_name), terminalSafe(c.function_name), known(c.init),
                        known(c.first_call), formatCount(c.waiting_before), formatCount(c.waiting_after),
                        known(c.worked_off), formatDuration(c.added), formatDuration(c.added_most)});
    }
    return "\nCold starts\n" + table(rows) + more(s.cold_starts.size(), "cold starts");
}

std::string keysText(const SessionStats& s) {
    if (s.keys.empty()) return {};
    std::vector<Cells> rows{
        {"key", "topic", "deliveries", "not ok", "wait p50", "p99", "run p50", "p99", "total p50", "p99"}};
    for (const KeyStats& k : s.keys) {
        Cells cells{terminalSafe(k.key.substr(0, kMostOfKey)), terminalSafe(k.topic_name),
                    formatCount(k.deliveries), formatCount(k.failed)};
        addTimes(cells, k);
        rows.push_back(std::move(cells));
    }
    return "\nKeys\n" + table(rows);
}

Json keyJson(const std::string& key) {
    if (isUtf8(key)) return key;
    std::string encoded;
    appendBase64(encoded, key);
    return {{"base64", encoded}};
}

Json keysJson(const SessionStats& stats) {
    Json all = Json::array();
    for (const KeyStats& k : stats.keys) {
        all.push_back({{"topic", jsonText(k.topic_name)},
                       {"key", keyJson(k.key)},
                       {"deliveries", k.deliveries},
                       {"delivered", k.delivered},
                       {"failed", k.failed},
                       {"wait", distributionJson(k.wait)},
                       {"run", distributionJson(k.run)},
                       {"total", distributionJson(k.total)}});
    }
    return all;
}

Json coldJson(const SessionStats& stats) {
    Json all = Json::array();
    const auto known = [](const std::optional<DurationNs>& d) { return d ? Json(*d) : Json(nullptr); };
    for (const ColdStartStats& c : stats.cold_starts) {
        all.push_back({{"instance", jsonText(c.instance_name)},
                       {"function", jsonText(c.function_name)},
                       {"started_ns", c.started},
                       {"init_ns", known(c.init)},
                       {"first_call_ns", known(c.first_call)},
                       {"events", c.events},
                       {"waiting_before", c.waiting_before},
                       {"waiting_after", c.waiting_after},
                       {"worked_off_ns", known(c.worked_off)},
                       {"added_ns", c.added},
                       {"added_most_ns", c.added_most}});
    }
    return all;
}

Json skippedJson(const SessionStats& stats) {
    Json j = Json::object();
    for (const auto& [reason, count] : stats.skipped) j[jsonText(reason)] = count;
    return j;
}

}  // namespace

std::string statsText(const SessionStats& stats) {
    return headText(stats) + outcomesText(stats.calls) + timesText(stats) + functionsText(stats) +
           partitionsText(stats) + instancesText(stats) + coldText(stats) + keysText(stats);
}

std::string statsJson(const SessionStats& stats) {
    Json j{{"name", jsonText(stats.name)},
           {"mode", facts::word(stats.mode)},
           {"started_ns", stats.started},
           {"ended_ns", stats.ended ? Json(*stats.ended) : Json(nullptr)},
           {"duration_ns", stats.duration},
           {"events", stats.events},
           {"value_bytes", stats.value_bytes},
           {"skewed", stats.skewed},
           {"pruned_events", stats.pruned_events},
           {"findings", stats.findings},
           {"skipped", skippedJson(stats)},
           {"events_per_second", stats.events_per_second},
           {"deliveries_per_second", stats.deliveries_per_second},
           {"arrival", distributionJson(stats.arrival)},
           {"init", distributionJson(stats.init)}};
    j.update(callsJson(stats.calls));
    j["functions"] = Json::array();
    for (const FunctionStats& f : stats.functions) {
        j["functions"].push_back(withCalls(
            {{"function", jsonText(f.name)}, {"instances", f.instances}, {"init", distributionJson(f.init)}},
            f.calls));
    }
    j["partitions"] = Json::array();
    for (const PartitionStats& p : stats.partitions) {
        j["partitions"].push_back(withCalls({{"topic", jsonText(p.topic_name)},
                                             {"partition", p.partition},
                                             {"events", p.events},
                                             {"value_bytes", p.value_bytes},
                                             {"skewed", p.skewed},
                                             {"arrival", distributionJson(p.arrival)}},
                                            p.calls));
    }
    j["instances"] = Json::array();
    for (const InstanceStats& i : stats.instances) {
        j["instances"].push_back(
            withCalls({{"instance", jsonText(i.name)},
                       {"function", jsonText(i.function_name)},
                       {"init_ns", i.init ? Json(*i.init) : Json(nullptr)},
                       {"end_reason", i.end_reason.empty() ? Json(nullptr) : Json(jsonText(i.end_reason))}},
                      i.calls));
    }
    j["cold_start_list"] = coldJson(stats);
    if (!stats.keys.empty()) j["keys"] = keysJson(stats);
    return j.dump(2) + "\n";
}

}  // namespace weir::analysis
