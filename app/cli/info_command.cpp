// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/session_overview.h"
#include "commands.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>

namespace weir::cli {
namespace {

struct InfoArguments {
    std::string file;
    std::string format = "text";
};

int runInfo(const Console& console, const InfoArguments& arguments) {
    auto reader = journal::SessionReader::open(arguments.file);
    if (!reader) return console.fail(reader.error());
    const auto overview = analysis::sessionOverview(**reader, arguments.file);
    if (!overview) return console.fail(overview.error());
    fmt::print("{}", arguments.format == "json" ? analysis::overviewJson(*overview)
                                                : analysis::overviewText(*overview));
    if (Status s = finishOutput(); !s) return console.fail(s.error());
    return 0;
}

}  // namespace

void addInfo(CLI::App& app, Command& chosen) {
    const auto arguments = std::make_shared<InfoArguments>();
    CLI::App* const command = app.add_subcommand(
        "info",
        "What a session holds: topics, functions, time range, counts, limits, what was masked or pruned");
    command->add_option("FILE", arguments->file, "Session file (*.weir)")->required();
    command->add_option("--format", arguments->format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) { return runInfo(console, *arguments); };
    });
}

}  // namespace weir::cli
