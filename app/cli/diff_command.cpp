// SPDX-License-Identifier: GPL-3.0-or-later
#include "arguments.h"
#include "commands.h"
#include "replay/compare/compare.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace weir::cli {
namespace {

struct DiffArguments {
    std::string a, b;
    std::string format = "text";
    std::vector<std::string> functions;
    compare::Options options;
};

int runDiff(const Console& console, DiffArguments& arguments) {
    for (const std::string& text : arguments.functions) {
        const std::size_t equals = text.find('=');
        arguments.options.functions[text.substr(0, equals)] = text.substr(equals + 1);
    }
    const auto comparison = compare::compareSessions(arguments.a, arguments.b, arguments.options);
    if (!comparison) return console.fail(comparison.error());
    fmt::print("{}", arguments.format == "json" ? compare::comparisonJson(*comparison)
                                                : compare::comparisonText(*comparison));
    if (Status s = finishOutput(); !s) return console.fail(s.error());
    return comparison->differ() ? 1 : 0;
}

CLI::Validator isRenaming() {
    return CLI::Validator(
        [](std::string& text) -> std::string {
            const std::size_t equals = text.find('=');
            if (equals != std::string::npos && equals > 0 && equals + 1 < text.size()) return {};
            return "'" + text + "' does not say which functions are the same; write OLD=NEW";
        },
        "OLD=NEW");
}

}  // namespace

void addDiff(CLI::App& app, Command& chosen) {
    const auto arguments = std::make_shared<DiffArguments>();
    CLI::App* const command = app.add_subcommand(
        "diff", "Compare two sessions: what the same events caused in each, and how long it took");
    explain(command,
            "The same events are found by topic, key and cause, not by time. Exit code 1 when outputs, what "
            "succeeded or "
            "order differ.");
    command->add_option("A", arguments->a, "Session file (*.weir)")->required();
    command->add_option("B", arguments->b, "Session file (*.weir)")->required();
    command
        ->add_option("--function", arguments->functions,
                     "OLD=NEW: a function of A that has another name in B; may be repeated")
        ->allow_extra_args(false)
        ->check(isRenaming());
    command
        ->add_option(
            "--ignore", arguments->options.ignore,
            "A field of JSON outputs that does not matter, such as .at or .bids[].id; may be repeated")
        ->allow_extra_args(false);
    command->add_option("--examples", arguments->options.examples, "Most differing outputs of a kind to show")
        ->check(CLI::Range(0, 10'000))
        ->capture_default_str();
    command->add_option("--format", arguments->format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) { return runDiff(console, *arguments); };
    });
}

}  // namespace weir::cli
