// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/extract/extract.h"
#include "arguments.h"
#include "base/text.h"
#include "commands.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace weir::cli {
namespace {

struct ExtractArguments {
    std::string file, out, filter;
    std::vector<std::string> functions;
    bool drop_values = false;
};

int runExtract(const Console& console, const ExtractArguments& arguments) {
    auto filter = filter::Filter::parse(arguments.filter);
    if (!filter) return console.fail(filter.error().toError(arguments.filter));
    const auto done = analysis::extractSession(
        arguments.file, arguments.out, {std::move(*filter), arguments.functions, !arguments.drop_values});
    if (!done) return console.fail(done.error());
    console.say(fmt::format("{}: {} of {} events, {} calls", arguments.out, formatCount(done->events),
                            formatCount(done->of_events), formatCount(done->invocations)));
    return 0;
}

}  // namespace

void addExtract(CLI::App& app, Command& chosen) {
    const auto arguments = std::make_shared<ExtractArguments>();
    CLI::App* const command =
        app.add_subcommand("extract", "Write a part of a session as a session of its own, to hand over");
    explain(command,
            "It holds the chosen events, their deliveries and what rests on them, and the findings that the "
            "whole "
            "session has for them.");
    command->add_option("FILE", arguments->file, "Session file (*.weir)")->required();
    command->add_option("--filter", arguments->filter,
                        "Events to take, such as 'topic == \"bids\" && partition == 3' [all]");
    command->add_option("--function", arguments->functions,
                        "Keep only deliveries to this function; may be given several times [all]");
    command->add_option("-o,--out", arguments->out, "Session file to write")->type_name("FILE")->required();
    command->add_flag("--drop-values", arguments->drop_values, "Keep none of the values");
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) { return runExtract(console, *arguments); };
    });
}

}  // namespace weir::cli
