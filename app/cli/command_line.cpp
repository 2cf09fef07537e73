// SPDX-License-Identifier: GPL-3.0-or-later
#include "command_line.h"

#include "option_words.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace weir::cli {

void describeCommandLine(CLI::App& app, GlobalOptions& options, Command& chosen) {
    app.name("weir-cli");
    app.formatter(std::make_shared<HelpFormat>());  // before the commands, which take it over
    app.description(
        "Shows how Kafka events reach their functions: records, lists, measures, exports, imports.");
    app.set_version_flag("--version", std::string("weir-cli ") + WEIR_VERSION, "Show the version");
    app.require_subcommand(1);
    app.fallthrough();
    app.add_flag("-q,--quiet", options.quiet, "Say nothing but errors and results");
    app.add_flag("-v,--verbose", options.verbose, "Say more");
    app.add_flag("--progress", options.progress, "Show progress even when standard error is no terminal");
    app.add_option("--color", options.color, "Colour on standard error")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->capture_default_str();
    app.footer(
        "Exit codes: 0 fine; 1 findings or thresholds; 2 wrong usage or flow file; 3 unreadable input file;\n"
        "4 cluster or function not reachable; 5 recording ended early by a fault; 130 stopped at once.");

    addDemo(app, chosen);
    addRecord(app, chosen);
    addValidate(app, chosen);
    addTopics(app, chosen);
    addEvents(app, chosen);
    addStats(app, chosen);
    addReport(app, chosen);
    addReplay(app, chosen);
    addDiff(app, chosen);
    addRedrive(app, chosen);
    addProduce(app, chosen);
    addCheck(app, chosen);
    addInfo(app, chosen);
    addCompact(app, chosen);
    addExtract(app, chosen);
    addNote(app, chosen);
    addExport(app, chosen);
    addCost(app, chosen);
    addLineage(app, chosen);
    addImport(app, chosen);
}

}  // namespace weir::cli
