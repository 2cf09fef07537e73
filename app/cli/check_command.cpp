// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/check_format.h"
#include "analysis/order/session_check.h"
#include "analysis/session_stats.h"
#include "arguments.h"
#include "base/time.h"
#include "commands.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <charconv>
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
    std::string max_p99;
    std::optional<double> max_cold_share;  // 0…1
};

/// `5%`, `0.5%`.
std::optional<double> shareOf(const std::string& text) {
    double percent = 0;
    const char* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, percent);
    if (error != std::errc{} || at + 1 != end || *at != '%' || !(percent >= 0 && percent <= 100)) return {};
    return percent / 100;
}

CLI::Validator isShare() {
    return CLI::Validator(
        [](std::string& text) -> std::string {
            if (shareOf(text)) return {};
            return "'" + text + "' is no share; write a percentage such as 5%";
        },
        "PERCENT");
}

/// Whether every function keeps to the thresholds; says which do not.
Result<bool> withinThresholds(const Console& console, const CheckArguments& arguments) {
    const auto max_p99 = durationOf(arguments.max_p99);
    if (!max_p99 && !arguments.max_cold_share) return true;
    auto reader = journal::SessionReader::open(arguments.file);
    if (!reader) return passOn(reader);
    const auto stats = analysis::sessionStats(**reader);
    if (!stats) return tl::unexpected<Error>(stats.error());
    bool within = true;
    for (const analysis::FunctionStats& f : stats->functions) {
        const DurationNs p99 = f.calls.total.percentile(0.99);
        if (max_p99 && p99 > *max_p99) {
            within = false;
            console.say(fmt::format("{}: 99 % of its events took up to {}, over {}.", f.name,
                                    formatDuration(p99), arguments.max_p99));
        }
        if (arguments.max_cold_share && f.calls.coldShare() > *arguments.max_cold_share) {
            within = false;
            console.say(fmt::format("{}: {:.1f} % of its calls were cold, over {:g} %.", f.name,
                                    f.calls.coldShare() * 100, *arguments.max_cold_share * 100));
        }
    }
    return within;
}

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
    const auto within = withinThresholds(console, arguments);
    if (!within) return console.fail(within.error());
    return !*within || (fail_on && order::anyAtOrOver(check->summary.counts, *fail_on)) ? 1 : 0;
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
    command
        ->add_option(
            "--max-p99", arguments->max_p99,
            "Exit with 1 when 99 % of a function's events took longer, from arrival to the end of the call")
        ->check(isDuration());
    command
        ->add_option_function<std::string>(
            "--max-cold-share",
            [arguments](const std::string& text) { arguments->max_cold_share = shareOf(text); },
            "Exit with 1 when a larger share of a function's calls was cold, such as 5%")
        ->check(isShare());
    command->add_flag("--recompute", arguments->recompute,
                      "Check the rows once more instead of telling what was found while recording");
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) { return runCheck(console, *arguments); };
    });
}

}  // namespace weir::cli
