// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/checking_store.h"
#include "arguments.h"
#include "base/text.h"
#include "commands.h"
#include "journal/text/session_import.h"
#include "stop_signals.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>

namespace weir::cli {
namespace {

struct ImportArguments {
    std::string facts;
    std::string out;
    bool keep_going = false;
};

void sayUnrecorded(const Console& console, const journal::ImportReport& report) {
    if (report.unrecorded_count == 0) return;
    for (const auto& event : report.unrecorded) {
        console.say(fmt::format("warning: line {}: no record names the event {}/{}@{}", event.line,
                                event.topic, event.partition, event.offset));
    }
    console.say(fmt::format("warning: {} events are named by other facts and by no record",
                            formatCount(report.unrecorded_count)));
}

void sayReport(const Console& console, const journal::ImportReport& report, const std::string& path) {
    sayUnrecorded(console, report);
    std::string line = fmt::format("{}: {} facts, {} events, {} invocations", path, formatCount(report.facts),
                                   formatCount(report.events), formatCount(report.invocations));
    if (report.repeats != 0) line += fmt::format("; {} repeats dropped", formatCount(report.repeats));
    if (report.left_out != 0) line += fmt::format("; {} lines left out", formatCount(report.left_out));
    if (report.sorted) line += "; sorted by time";
    console.say(line);
}

int runImport(const Console& console, const ImportArguments& arguments) {
    const StopSignals signals;
    journal::SessionImport plan;
    plan.facts = arguments.facts;
    plan.session = arguments.out;
    plan.options.keep_going = arguments.keep_going;
    plan.options.on_error = [&](const std::string& message) {
        console.fail({ErrorCode::FileCorrupt, message, ""});
    };
    plan.options.cancelled = [] { return StopSignals::count() > 0; };
    plan.options.progress = [&](std::int64_t lines) {
        if (lines % (1 << 16) == 0) console.showProgress(fmt::format("{} lines", formatCount(lines)));
    };
    plan.around = [](std::unique_ptr<journal::SessionWriter> writer, const std::string& path) {
        return std::make_unique<analysis::order::CheckingStore>(std::move(writer), path);
    };
    const auto report = journal::importSession(plan);
    if (!report) {
        const int code = console.fail(report.error());
        return report.error().code == ErrorCode::Cancelled ? 130 : code;
    }
    sayReport(console, *report, arguments.out);
    return 0;
}

}  // namespace

void addImport(CLI::App& app, Command& chosen) {
    const auto arguments = std::make_shared<ImportArguments>();
    CLI::App* const command =
        app.add_subcommand("import", "Make a session of text facts, one JSON object a line");
    explain(
        command,
        "Facts that are out of order are sorted. Stops at the first error and leaves no session behind; with "
        "--keep-going it reports each error and leaves out that line.");
    command->add_option("FACTS", arguments->facts, "File of text facts, - is standard input")->required();
    command->add_option("-o,--out", arguments->out, "Session file to make (*.weir)")
        ->type_name("FILE")
        ->required();
    command->add_flag("--keep-going", arguments->keep_going,
                      "Report what is wrong and leave it out, instead of ending at the first error");
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) { return runImport(console, *arguments); };
    });
}

}  // namespace weir::cli
