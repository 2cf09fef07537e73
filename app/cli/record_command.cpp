// SPDX-License-Identifier: GPL-3.0-or-later
#include "arguments.h"
#include "base/secret_source.h"
#include "commands.h"
#include "flow/parse.h"
#include "run_recording.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace weir::cli {
namespace {

struct RecordArguments {
    std::string flow;
    std::string out;
    std::string duration;
    std::optional<std::int64_t> max_events;
    bool until_end = false;
};

int runRecord(const Console& console, const RecordArguments& arguments) {
    auto flow = flow::loadFlow(arguments.flow, EnvironmentSecrets{});
    if (!flow) return console.fail(flow.error());
    invoke::RecordingPlan plan;
    plan.path = arguments.out.empty() ? defaultSessionPath(flow->name) : arguments.out;
    plan.flow = std::move(*flow);
    plan.duration = durationOf(arguments.duration);
    plan.max_events = arguments.max_events;
    plan.until_end = arguments.until_end;
    const std::string path = plan.path;
    auto recording = invoke::Recording::start(std::move(plan));
    if (!recording) return console.fail(recording.error());
    console.say("Recording into " + path + "; Ctrl-C ends it in order.");
    return runRecording(console, **recording, path);
}

}  // namespace

void addRecord(CLI::App& app, Command& chosen) {
    const auto arguments = std::make_shared<RecordArguments>();
    CLI::App* const command = app.add_subcommand(
        "record", "Run a flow: drive its functions, or observe them, and record every delivery");
    explain(command,
            "The flow's functions are driven, or observed where the flow says so. The first Ctrl-C or "
            "SIGTERM ends "
            "the recording in order: calls in flight finish or are marked abandoned, the file is closed, the "
            "summary "
            "is printed. A second one stops at once.");
    command->add_option("FLOW", arguments->flow, "Flow file (*.flow.json)")->required();
    command->add_option("-o,--out", arguments->out, "Session file to write [NAME-DATE-TIME.weir]")
        ->type_name("FILE");
    command->add_option("--for", arguments->duration, "End after this long")->check(isDuration());
    command->add_option("--max-events", arguments->max_events, "End after this many events")
        ->check(CLI::PositiveNumber);
    command->add_flag(
        "--until-end", arguments->until_end,
        "End when every trigger has passed, or all was read of, what the topics held at the start");
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) { return runRecord(console, *arguments); };
    });
}

}  // namespace weir::cli
