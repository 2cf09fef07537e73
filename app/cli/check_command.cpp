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
#include <vector>

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

/// The thresholds that were asked for, with what the functions have of them.
Result<std::vector<order::Threshold>> thresholdsOf(const CheckArguments& arguments) {
    using What = order::Threshold::What;
    std::vector<order::Threshold> thresholds;
    if (const auto max_p99 = durationOf(arguments.max_p99))
        thresholds.push_back({What::MaxP99, static_cast<double>(*max_p99), {}});
    if (arguments.max_cold_share) thresholds.push_back({What::MaxColdShare, *arguments.max_cold_share, {}});
    if (thresholds.empty()) return thresholds;
    auto reader = journal::SessionReader::open(arguments.file);
    if (!reader) return passOn(reader);
    const auto stats = analysis::sessionStats(**reader);
    if (!stats) return tl::unexpected<Error>(stats.error());
    for (const analysis::FunctionStats& f : stats->functions) {
        for (order::Threshold& t : thresholds) {
            t.functions.push_back({f.name, t.what == What::MaxP99
                                               ? static_cast<double>(f.calls.total.percentile(0.99))
                                               : f.calls.coldShare()});
        }
    }
    return thresholds;
}

/// Whether every function keeps to the thresholds; says which do not.
bool withinThresholds(const Console& console, const std::vector<order::Threshold>& thresholds) {
    bool within = true;
    for (const order::Threshold& t : thresholds) {
        within = within && t.passed();
        for (const order::Threshold::Measured& f : t.functions) {
            if (f.value > t.limit) console.say(order::sentence(t, f));
        }
    }
    return within;
}

std::string formatted(const order::SessionCheck& check, const CheckArguments& arguments,
                      std::optional<order::Severity> fail_on,
                      const std::vector<order::Threshold>& thresholds) {
    if (arguments.format == "json") return order::checkJson(check, thresholds);
    if (arguments.format == "ndjson") return order::checkNdjson(check);
    if (arguments.format == "junit") return order::checkJunit(check, fail_on, thresholds);
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
    const auto thresholds = thresholdsOf(arguments);
    if (!thresholds) return console.fail(thresholds.error());
    const std::string text = formatted(*check, arguments, fail_on, *thresholds);
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (Status s = finishOutput(); !s) return console.fail(s.error());
    const bool within = withinThresholds(console, *thresholds);
    return !within || (fail_on && order::anyAtOrOver(check->summary.counts, *fail_on)) ? 1 : 0;
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
