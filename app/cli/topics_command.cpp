// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/secret_source.h"
#include "base/text.h"
#include "commands.h"
#include "flow/parse.h"
#include "kafka/metadata.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace weir::cli {
namespace {

constexpr int kTimeoutMs = 10'000;

struct TopicsArguments {
    std::string flow;
    std::string brokers;
    std::vector<std::string> properties;
    bool all = false;
};

Result<kafka::ClusterSettings> settingsOf(const TopicsArguments& arguments) {
    kafka::ClusterSettings settings;
    if (!arguments.flow.empty()) {
        auto flow = flow::loadFlow(arguments.flow, EnvironmentSecrets{});
        if (!flow) return passOn(flow);
        settings = {flow->cluster.brokers, flow->cluster.kafka};
        if (flow->cluster.embedded()) {
            return fail(ErrorCode::Usage,
                        "The flow's cluster is `embedded`: it exists only while a recording runs.",
                        "Name a flow with a real cluster, or use --brokers.");
        }
    }
    if (!arguments.brokers.empty()) settings.brokers = arguments.brokers;
    for (const std::string& property : arguments.properties) {
        const std::size_t equals = property.find('=');
        if (equals == std::string::npos) {
            return fail(ErrorCode::Usage, "-X wants property=value.",
                        "For example -X security.protocol=SSL.");
        }
        settings.properties[property.substr(0, equals)] = property.substr(equals + 1);
    }
    if (Status s = kafka::checkProperties(settings.properties); !s) return passOn(s);
    return settings;
}

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
    if (arguments.flow.empty() == arguments.brokers.empty()) {
        return console.fail({ErrorCode::Usage, "Name either a flow file or --brokers.",
                             "For example: weir-cli topics --brokers localhost:9092"});
    }
    const auto settings = settingsOf(arguments);
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
    command->add_option("FLOW", arguments->flow, "Flow file that names the cluster");
    command->add_option("--brokers", arguments->brokers, "Bootstrap list, host:port,…");
    command->add_option("-X", arguments->properties, "A librdkafka property, property=value");
    command->add_flag("--all", arguments->all, "Internal topics too");
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) { return runTopics(console, *arguments); };
    });
}

}  // namespace weir::cli
