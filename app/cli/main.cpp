// SPDX-License-Identifier: GPL-3.0-or-later
#include "command_line.h"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

namespace {

weir::cli::Console consoleFor(const weir::cli::GlobalOptions& options) {
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

    CLI::App app;
    weir::cli::GlobalOptions options;
    weir::cli::Command chosen;
    weir::cli::describeCommandLine(app, options, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);  // prints help, version or what is wrong
        return code == 0 ? 0 : 2;
    }
    return chosen(consoleFor(options));
}
