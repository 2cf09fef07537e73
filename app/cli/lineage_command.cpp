// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/lineage/lineage_format.h"
#include "arguments.h"
#include "commands.h"
#include "journal/session_reader.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace weir::cli {
namespace {

struct LineageArguments {
    std::string file;
    std::string event;
    std::vector<std::string> others;
    bool aggregate = false;
    std::string format = "text";
    analysis::LineageOptions options;
};

int finish(const Console& console, const std::string& text) {
    fmt::print("{}", text);
    if (Status s = finishOutput(); !s) return console.fail(s.error());
    return 0;
}

int runAggregate(const Console& console, const LineageArguments& arguments) {
    if (!arguments.others.empty()) {
        return console.fail({ErrorCode::Usage, "--with has no meaning without an event.",
                             "Name an event, or ask for each session by itself."});
    }
    auto reader = journal::SessionReader::open(arguments.file);
    if (!reader) return console.fail(reader.error());
    const auto graph = analysis::aggregateLineage(**reader);
    if (!graph) return console.fail(graph.error());
    if (arguments.format == "json") return finish(console, analysis::aggregateJson(*graph));
    if (arguments.format == "dot") return finish(console, analysis::aggregateDot(*graph));
    return finish(console, analysis::aggregateText(*graph));
}

int runEvent(const Console& console, const LineageArguments& arguments) {
    const auto place = analysis::parseEventPlace(arguments.event);
    if (!place) return console.fail(place.error());
    std::vector<std::unique_ptr<journal::SessionReader>> readers;
    std::vector<journal::SessionReader*> sessions;
    std::vector<std::string> files{arguments.file};
    files.insert(files.end(), arguments.others.begin(), arguments.others.end());
    for (const std::string& file : files) {
        auto reader = journal::SessionReader::open(file);
        if (!reader) return console.fail(reader.error());
        sessions.push_back(reader->get());
        readers.push_back(std::move(*reader));
    }
    const auto lineage = analysis::lineageOf(sessions, *place, arguments.options);
    if (!lineage) return console.fail(lineage.error());
    if (arguments.format == "json")
        return finish(console, analysis::lineageJson(*lineage, arguments.options));
    if (arguments.format == "dot") return finish(console, analysis::lineageDot(*lineage));
    return finish(console, analysis::lineageText(*lineage));
}

int runLineage(const Console& console, const LineageArguments& arguments) {
    if (arguments.aggregate && !arguments.event.empty()) {
        return console.fail({ErrorCode::Usage, "--aggregate shows all events together.",
                             "Leave out the event, or leave out --aggregate."});
    }
    return arguments.event.empty() ? runAggregate(console, arguments) : runEvent(console, arguments);
}

}  // namespace

void addLineage(CLI::App& app, Command& chosen) {
    const auto arguments = std::make_shared<LineageArguments>();
    CLI::App* const command = app.add_subcommand(
        "lineage",
        "What caused an event and what it caused, over topics and functions; or all events together");
    explain(command, "Without an event: topics and functions with what went between them.");
    command->add_option("FILE", arguments->file, "Session file (*.weir)")->required();
    command->add_option(
        "EVENT", arguments->event,
        "TOPIC/PARTITION@OFFSET; without it, topics and functions with what went between them");
    command->add_flag("--aggregate", arguments->aggregate, "All events together, as without EVENT");
    command->add_option("--format", arguments->format, "text, json or dot (Graphviz)")
        ->check(CLI::IsMember({"text", "json", "dot"}))
        ->capture_default_str();
    command->add_option("--up", arguments->options.up, "Most steps to causes")
        ->check(CLI::Range(0, 1'000))
        ->capture_default_str();
    command->add_option("--down", arguments->options.down, "Most steps to effects")
        ->check(CLI::Range(0, 1'000))
        ->capture_default_str();
    command->add_option("--fan", arguments->options.fan, "Most causes of an output, most outputs of an event")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    command->add_option("--events", arguments->options.events, "Most events to show")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    command->add_option("--with", arguments->others, "Another session of the same topics; may be repeated")
        ->allow_extra_args(false);
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) { return runLineage(console, *arguments); };
    });
}

}  // namespace weir::cli
