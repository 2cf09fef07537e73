// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

namespace {

struct GlobalOptions {
    bool quiet = false;
    bool verbose = false;
    bool progress = false;
    std::string color = "auto";
};

weir::cli::Console consoleFor(const GlobalOptions& options) {
    const bool terminal = isatty(STDERR_FILENO) == 1;
    const char* const no_color = std::getenv("NO_COLOR");
    const bool wants_color = terminal && (no_color == nullptr || *no_color == '\0');
    weir::cli::Console console;
    console.quiet = options.quiet;
    console.verbose = options.verbose;
    console.progress = options.progress || terminal;
    console.color = options.color == "always" || (options.color == "auto" && wants_color);
    return console;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of the write, not the end of the program

    CLI::App app{"Shows how Kafka events reach their functions: records, lists, measures, exports, imports.",
                 "weir-cli"};
    app.set_version_flag("--version", std::string("weir-cli ") + WEIR_VERSION);
    app.require_subcommand(1);
    app.fallthrough();
    GlobalOptions options;
    app.add_flag("-q,--quiet", options.quiet, "Say nothing but errors and results");
    app.add_flag("-v,--verbose", options.verbose, "Say more");
    app.add_flag("--progress", options.progress, "Show progress even when standard error is no terminal");
    app.add_option("--color", options.color, "Colour on standard error")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->capture_default_str();
    app.footer(
        "Exit codes: 0 fine; 1 findings or thresholds; 2 wrong usage or flow file; 3 unreadable input file;\n"
        "4 cluster or function not reachable; 5 recording ended early by a fault; 130 stopped at once.");

    weir::cli::Command chosen;
    weir::cli::addDemo(app, chosen);
    weir::cli::addRecord(app, chosen);
    weir::cli::addValidate(app, chosen);
    weir::cli::addTopics(app, chosen);
    weir::cli::addEvents(app, chosen);
    weir::cli::addStats(app, chosen);
    weir::cli::addReport(app, chosen);
    weir::cli::addReplay(app, chosen);
    weir::cli::addDiff(app, chosen);
    weir::cli::addRedrive(app, chosen);
    weir::cli::addCheck(app, chosen);
    weir::cli::addInfo(app, chosen);
    weir::cli::addCompact(app, chosen);
    weir::cli::addNote(app, chosen);
    weir::cli::addExport(app, chosen);
    weir::cli::addCost(app, chosen);
    weir::cli::addLineage(app, chosen);
    weir::cli::addImport(app, chosen);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);  // prints help, version or what is wrong
        return code == 0 ? 0 : 2;
    }
    return chosen(consoleFor(options));
}
