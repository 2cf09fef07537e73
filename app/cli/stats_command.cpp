// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/session_stats.h"
#include "analysis/stats_format.h"
#include "commands.h"
#include "journal/session_reader.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

namespace weir::cli {
namespace {

struct StatsArguments {
    std::string file;
    std::string format = "text";
    bool recompute = false;
    std::size_t keys = 0;
};

int runStats(const Console& console, const StatsArguments& arguments) {
    auto reader = journal::SessionReader::open(arguments.file);
    if (!reader) return console.fail(reader.error());
    auto stats = analysis::sessionStats(
        **reader, arguments.recompute ? analysis::StatsFrom::Rows : analysis::StatsFrom::Best);
    if (!stats) return console.fail(stats.error());
    if (arguments.keys > 0) {
        auto keys = analysis::keyStats(**reader, arguments.keys);
        if (!keys) return console.fail(keys.error());
        stats->keys = std::move(*keys);
    }
    const bool json = arguments.format == "json";
    fmt::print("{}\n", json ? analysis::statsJson(*stats) : analysis::statsText(*stats));
    if (Status s = finishOutput(); !s) return console.fail(s.error());
    return 0;
}

}  // namespace

void addStats(CLI::App& app, Command& chosen) {
    const auto arguments = std::make_shared<StatsArguments>();
    CLI::App* const command =
        app.add_subcommand("stats", "Counts, throughput, cold starts, wait and run percentiles of a session");
    command->add_option("FILE", arguments->file, "Session file (*.weir)")->required();
    command->add_option("--format", arguments->format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command->add_flag("--recompute", arguments->recompute,
                      "Count every row again instead of using the figures kept while recording");
    command
        ->add_option(
            "--keys", arguments->keys,
            "The N keys with most deliveries too, counted from the rows; events without a key are left out")
        ->type_name("N")
        ->check(CLI::Range(1, 10'000));
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) { return runStats(console, *arguments); };
    });
}

}  // namespace weir::cli
