// SPDX-License-Identifier: GPL-3.0-or-later
#include "arguments.h"
#include "ask.h"
#include "base/secret_source.h"
#include "base/text.h"
#include "commands.h"
#include "flow/parse.h"
#include "pace.h"
#include "replay/redrive/redrive.h"
#include "run_recording.h"
#include "stepping.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace weir::cli {
namespace {

struct RedriveArguments {
    std::string file, function, flow, out, filter, window, batches_of;
    std::string batches = "flow";
    std::string pace = "fast";
    std::optional<flow::Order> order;
    std::optional<int> batch_size, concurrency, retries;
    bool produce = false, yes = false, step = false;
};

/// Outputs reach others: says where, and asks.
Status askToProduce(const redrive::Plan& plan, bool yes) {
    if (plan.flow.cluster.embedded()) {
        return fail(ErrorCode::Usage, "The flow's cluster is `embedded`: outputs can go nowhere else.",
                    "Leave out --produce, or name a flow with a real cluster.");
    }
    std::string topics;
    for (const std::string& topic : redrive::outputTopics(plan))
        topics += (topics.empty() ? "" : ", ") + topic;
    if (topics.empty()) return {};
    const kafka::ClusterSettings cluster{plan.flow.cluster.brokers, plan.flow.cluster.kafka};
    return confirm(fmt::format("Write what {} answers to the topics {} of the cluster {}?", plan.function,
                               topics, cluster.describe()),
                   yes);
}

int runRedrive(const Console& console, const RedriveArguments& arguments) {
    auto filter = filter::Filter::parse(arguments.filter);
    if (!filter) return console.fail(filter.error().toError(arguments.filter));
    auto flow = flow::loadFlow(arguments.flow, EnvironmentSecrets{});
    if (!flow) return console.fail(flow.error());
    redrive::Plan plan;
    plan.session = arguments.file;
    plan.path = arguments.out;
    plan.function = arguments.function;
    plan.flow = std::move(*flow);
    plan.filter = std::move(*filter);
    plan.pace = paceOf(arguments.pace).value_or(redrive::Pace{});
    plan.recorded_batches = arguments.batches == "recorded" || !arguments.batches_of.empty();
    plan.recorded_function = arguments.batches_of;
    plan.order = arguments.order;
    plan.batch_size = arguments.batch_size;
    plan.batching_window = durationOf(arguments.window);
    plan.concurrency = arguments.concurrency;
    plan.retries = arguments.retries;
    plan.produce = arguments.produce;
    if (arguments.produce) {
        if (const Status s = askToProduce(plan, arguments.yes); !s) return console.fail(s.error());
    }
    const auto gate = arguments.step ? std::make_shared<invoke::CallGate>() : nullptr;
    plan.gate = gate;
    auto redrive = redrive::Redrive::start(std::move(plan));
    if (!redrive) return console.fail(redrive.error());
    const redrive::Selection& selection = (*redrive)->selection();
    console.say(fmt::format("{} events of {} into {} once more; its outputs go {}.",
                            formatCount(selection.events), arguments.file, arguments.function,
                            arguments.produce ? "to the flow's cluster" : "nowhere"));
    if (selection.masked > 0)
        console.say(
            fmt::format("The values of {} events were masked when they were recorded: the function gets "
                        "*** where they were.",
                        formatCount(selection.masked)));
    if (selection.unrecorded > 0)
        console.say(fmt::format("{} events are left out: nothing but their place is known.",
                                formatCount(selection.unrecorded)));
    if (const auto& calls = (*redrive)->recordedCalls()) {
        console.say(fmt::format(
            "In the {} batches that {} got{}.", formatCount(calls->count), calls->function,
            calls->repeated == 0 ? ""
                                 : fmt::format("; {} deliveries that repeated an event are left out",
                                               formatCount(calls->repeated))));
        if (calls->uncalled > 0)
            console.say(fmt::format("{} events are left out: no recorded call had them.",
                                    formatCount(calls->uncalled)));
    }
    if ((*redrive)->limitedRetries())
        console.say("The flow retries for ever; here an event is given up after 2 (--retries).");
    if (gate) stepThrough(console, (*redrive)->recording(), *gate);
    const int code = runRecording(console, (*redrive)->recording(), arguments.out);
    if (code == 0) console.say(fmt::format("To compare: weir-cli diff {} {}", arguments.file, arguments.out));
    return code;
}

}  // namespace

void addRedrive(CLI::App& app, Command& chosen) {
    const auto arguments = std::make_shared<RedriveArguments>();
    CLI::App* const command = app.add_subcommand(
        "redrive", "Run recorded events again, into another version of a function or with other settings");
    explain(command, "Outputs go nowhere, unless --produce sends them to the flow's cluster.");
    command->add_option("FILE", arguments->file, "Session file (*.weir)")->required();
    command->add_option("--function", arguments->function, "Function of the flow that gets the events")
        ->required();
    command->add_option("--flow", arguments->flow, "Flow file with the function and its triggers")
        ->type_name("FLOW")
        ->required();
    command->add_option("-o,--out", arguments->out, "Session file to write")->type_name("FILE")->required();
    command->add_option("--filter", arguments->filter,
                        "Only these events, such as 'finding == inversion' [all of the triggers' topics]");
    command->add_option("--pace", arguments->pace, "fast, recorded, or how many times faster, such as 10x")
        ->check(isPace())
        ->capture_default_str();
    command
        ->add_option("--batches", arguments->batches,
                     "flow: as the flow's settings form them; recorded: as they were, each event once")
        ->check(CLI::IsMember({"flow", "recorded"}))
        ->capture_default_str();
    command->add_option("--batches-of", arguments->batches_of,
                        "Recorded function whose batches come again [the one with the name of --function, or "
                        "the only one that got the events]");
    command->add_option("--order", arguments->order, "partition, key or none, instead of the flow's")
        ->transform(CLI::CheckedTransformer(std::map<std::string, flow::Order>{
            {"partition", flow::Order::Partition}, {"key", flow::Order::Key}, {"none", flow::Order::None}}));
    command->add_option("--batch-size", arguments->batch_size, "Instead of the flow's")
        ->check(CLI::Range(1, 10'000));
    command->add_option("--batching-window", arguments->window, "Instead of the flow's")->check(isDuration());
    command->add_option("--concurrency", arguments->concurrency, "Instead of the flow's")
        ->check(CLI::Range(1, 10'000));
    command->add_option("--retries", arguments->retries, "Instead of the flow's")
        ->check(CLI::Range(0, 10'000));
    command->add_flag(
        "--produce", arguments->produce,
        "Write outputs to the topics of the flow's cluster, after a question; without it they go nowhere");
    command->add_flag(
        "--step", arguments->step,
        "Hold each call: look at it, edit it, send it or skip it; commands come from standard input");
    command->add_flag("--yes", arguments->yes, "With --produce: do not ask");
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) { return runRedrive(console, *arguments); };
    });
}

}  // namespace weir::cli
