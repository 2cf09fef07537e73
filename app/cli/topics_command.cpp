// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "cluster_arguments.h"
#include "commands.h"
#include "kafka/metadata.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>

namespace weir::cli {
namespace {

constexpr int kTimeoutMs = 10'000;

struct TopicsArguments {
    ClusterArguments cluster;
    bool all = false;
};

void print(const kafka::ClusterInfo& info, bool all) {
    std::size_t width = 5;
    for (const kafka::TopicInfo& t : info.topics) width = std::max(width, t.name.size());
    fmt::print("{:<{}}  partition          low         high      records\n", "topic", width);
    for (const kafka::TopicInfo& topic : info.topics) {
        if (topic.internal && !all) continue;
        for (const kafka::PartitionInfo& p : topic.partitions) {
            fmt::print("{:<{}}  {:>9} {:>12} {:>12} {:>12}\n", terminalSafe(topic.name), width, p.partition,
                       p.low, p.high, p.high - p.low);
        }
    }
}

int runTopics(const Console& console, const TopicsArguments& arguments) {
    const auto settings = clusterOf(arguments.cluster);
    if (!settings) return console.fail(settings.error());
    const auto info = kafka::describeCluster(*settings, {}, true, kTimeoutMs);
    if (!info) return console.fail(info.error());
    print(*info, arguments.all);
    if (Status s = finishOutput(); !s) return console.fail(s.error());
    return 0;
}

}  // namespace

void addTopics(CLI::App& app, Command& chosen) {
    const auto arguments = std::make_shared<TopicsArguments>();
    CLI::App* const command =
        app.add_subcommand("topics", "List a cluster's topics, partitions and watermarks; reads only");
    command->add_option("FLOW", arguments->cluster.flow, "Flow file that names the cluster");
    command->add_option("--brokers", arguments->cluster.brokers, "Bootstrap list, host:port,…");
    command->add_option("-X", arguments->cluster.properties, "A librdkafka property, property=value");
    command->add_flag("--all", arguments->all, "Internal topics too");
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) { return runTopics(console, *arguments); };
    });
}

}  // namespace weir::cli
