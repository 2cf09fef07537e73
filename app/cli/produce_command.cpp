// SPDX-License-Identifier: GPL-3.0-or-later
#include "arguments.h"
#include "ask.h"
#include "base/text.h"
#include "cluster_arguments.h"
#include "commands.h"
#include "pace.h"
#include "replay/redrive/republish.h"
#include "stop_signals.h"

#include <fmt/format.h>

#include <memory>
#include <string>

namespace weir::cli {
namespace {

struct ProduceArguments {
    std::string file, from, to, filter;
    std::string pace = "fast", partition = "recorded";
    ClusterArguments cluster;
    bool yes = false;
};

int runProduce(const Console& console, const ProduceArguments& arguments) {
    auto filter = filter::Filter::parse(arguments.filter);
    if (!filter) return console.fail(filter.error().toError(arguments.filter));
    auto cluster = clusterOf(arguments.cluster);
    if (!cluster) return console.fail(cluster.error());
    const std::string where = cluster->describe();
    redrive::RepublishPlan plan;
    plan.session = arguments.file;
    plan.from = arguments.from;
    plan.filter = std::move(*filter);
    plan.cluster = std::move(*cluster);
    plan.to = arguments.to;
    plan.placing = arguments.partition == "key" ? redrive::Placing::ByKey : redrive::Placing::Recorded;
    plan.pace = paceOf(arguments.pace).value_or(redrive::Pace{});
    auto prepared = redrive::Republish::prepare(std::move(plan));
    if (!prepared) return console.fail(prepared.error());
    redrive::Republish& republish = **prepared;
    const redrive::Selection& selection = republish.selection();
    if (selection.masked > 0)
        console.say(
            fmt::format("The values of {} events were masked when they were recorded: they are written "
                        "with *** where that was.",
                        formatCount(selection.masked)));
    if (selection.unrecorded > 0)
        console.say(fmt::format("{} events are left out: nothing but their place is known.",
                                formatCount(selection.unrecorded)));
    const std::string question =
        fmt::format("Write {} events of {} in {} to the topic {} ({} partitions) of the cluster {}?",
                    formatCount(selection.events), republish.from(), arguments.file, arguments.to,
                    republish.partitions(), where);
    if (const Status s = confirm(question, arguments.yes); !s) return console.fail(s.error());

    const StopSignals signals;
    const auto written = republish.run([&](const redrive::Republish::Progress& p) {
        console.showProgress(fmt::format("{} of {} events", formatCount(p.written), formatCount(p.events)));
        return StopSignals::count() == 0;
    });
    console.clearProgress();
    if (!written) {
        console.say(fmt::format("{} of {} events were written before that.", formatCount(republish.written()),
                                formatCount(selection.events)));
        return console.fail(written.error());
    }
    console.say(fmt::format("{} events written to {} of {}.", formatCount(*written), arguments.to, where));
    return 0;
}

}  // namespace

void addProduce(CLI::App& app, Command& chosen) {
    const auto arguments = std::make_shared<ProduceArguments>();
    CLI::App* const command = app.add_subcommand(
        "produce",
        "Write recorded events to a topic again: keys, values, headers and timestamps as they were");
    explain(command,
            "Asks first, and names cluster and topic. Where nobody can be asked it writes nothing, unless "
            "--yes is "
            "given.");
    command->add_option("FILE", arguments->file, "Session file (*.weir)")->required();
    command->add_option("--to", arguments->to, "Topic that gets the events; it must exist")->required();
    command->add_option("--from", arguments->from, "Topic whose events they are [the only one that has any]");
    command->add_option("--filter", arguments->filter, "Only these events, such as 'finding == gap' [all]");
    command->add_option("--flow", arguments->cluster.flow, "Flow file that names the cluster")
        ->type_name("FLOW");
    command->add_option("--brokers", arguments->cluster.brokers, "Bootstrap list, host:port,…");
    command->add_option("-X", arguments->cluster.properties, "A librdkafka property, property=value");
    command
        ->add_option("--partition", arguments->partition,
                     "recorded: the number that each event's partition had; key: by hash of the key")
        ->check(CLI::IsMember({"recorded", "key"}))
        ->capture_default_str();
    command->add_option("--pace", arguments->pace, "fast, recorded, or how many times faster, such as 10x")
        ->check(isPace())
        ->capture_default_str();
    command->add_flag("--yes", arguments->yes, "Do not ask");
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) { return runProduce(console, *arguments); };
    });
}

}  // namespace weir::cli
