// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/check_format.h"
#include "analysis/order/session_check.h"
#include "arguments.h"
#include "commands.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

namespace weir::cli {
namespace {

namespace order = analysis::order;

struct CheckArguments {
    std::string file;
    std::string fail_on = "error";
    std::string format = "text";
    std::string late_tolerance;
    bool recompute = false;
};

std::string formatted(const order::SessionCheck& check, const CheckArguments& arguments,
                      std::optional<order::Severity> fail_on) {
    if (arguments.format == "json") return order::checkJson(check);
    if (arguments.format == "ndjson") return order::checkNdjson(check);
    if (arguments.format == "junit") return order::checkJunit(check, fail_on);
    return order::checkText(check);
}

int runCheck(const Console& console, const CheckArguments& arguments) {
    order::SessionCheckOptions options;
    options.recompute = arguments.recompute;
    options.late_tolerance = durationOf(arguments.late_tolerance).value_or(0);
    const auto check = order::checkSession(arguments.file, options);
    if (!check) return console.fail(check.error());
    if (!check->kept && !arguments.recompute) {
        console.say(
            "This session did not end in order, or nothing was checked while it was written: checked now.");
    }
    const std::optional<order::Severity> fail_on = order::severityOf(arguments.fail_on);  // nothing: never
    const std::string text = formatted(*check, arguments, fail_on);
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (Status s = finishOutput(); !s) return console.fail(s.error());
    return fail_on && order::anyAtOrOver(check->summary.counts, *fail_on) ? 1 : 0;
}

}  // namespace

void addCheck(CLI::App& app, Command& chosen) {
    const auto arguments = std::make_shared<CheckArguments>();
    CLI::App* const command = app.add_subcommand("check", "Say whether order held, and what broke it");
    command->add_option("FILE", arguments->file, "Session file (*.weir)")->required();
    command
        ->add_option("--fail-on", arguments->fail_on,
                     "Exit with 1 at findings of this severity or a higher one")
        ->check(CLI::IsMember({"note", "warn", "error", "never"}))
        ->capture_default_str();
    command->add_option("--format", arguments->format, "text, json, ndjson (a line for each unit) or junit")
        ->check(CLI::IsMember({"text", "json", "ndjson", "junit"}))
        ->capture_default_str();
    command
        ->add_option("--late-tolerance", arguments->late_tolerance,
                     "Events that are late by no more are fine")
        ->check(isDuration());
    command->add_flag("--recompute", arguments->recompute,
                      "Check the rows once more instead of telling what was found while recording");
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) { return runCheck(console, *arguments); };
    });
}

}  // namespace weir::cli
