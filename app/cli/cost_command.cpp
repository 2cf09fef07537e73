// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/cost/cost.h"
#include "commands.h"
#include "journal/session_reader.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>

namespace weir::cli {
namespace {

struct CostArguments {
    std::string file;
    std::string prices = "aws-x86";
    int memory_mb = 0;
    std::string format = "text";
};

int runCost(const Console& console, const CostArguments& arguments) {
    auto prices = analysis::loadPrices(arguments.prices);
    if (!prices) return console.fail(prices.error());
    auto reader = journal::SessionReader::open(arguments.file);
    if (!reader) return console.fail(reader.error());
    const auto cost = analysis::sessionCost(**reader, std::move(*prices), arguments.memory_mb);
    if (!cost) return console.fail(cost.error());
    fmt::print("{}", arguments.format == "json" ? analysis::costJson(*cost) : analysis::costText(*cost));
    if (Status s = finishOutput(); !s) return console.fail(s.error());
    return 0;
}

}  // namespace

void addCost(CLI::App& app, Command& chosen) {
    const auto arguments = std::make_shared<CostArguments>();
    CLI::App* const command =
        app.add_subcommand("cost", "GB-seconds and requests of a session, at list prices");
    command->add_option("FILE", arguments->file, "Session file (*.weir)")->required();
    std::string names;
    for (const analysis::PriceTable& table : analysis::builtInPrices()) names += table.name + ", ";
    command->add_option("--prices", arguments->prices, "Prices: " + names + "or a file (docs/cost.md)")
        ->capture_default_str();
    command
        ->add_option("--memory", arguments->memory_mb,
                     "MB of functions whose memory the session does not say, as after an import")
        ->check(CLI::Range(1, 1'000'000));
    command->add_option("--format", arguments->format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) { return runCost(console, *arguments); };
    });
}

}  // namespace weir::cli
