// SPDX-License-Identifier: GPL-3.0-or-later
// weir_pages man|bash|zsh|fish: writes what an installation has beside weir-cli, of the description that
// --help is made of, to standard output.
#include "command_line.h"
#include "pages/pages.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <string>

int main(int argc, char** argv) {
    using namespace weir::cli;
    CLI::App app;
    GlobalOptions options;
    Command chosen;
    describeCommandLine(app, options, chosen);
    const DescribedProgram program = described(app);
    const std::string what = argc == 2 ? argv[1] : "";
    std::string text;
    if (what == "man") text = manSections(program);
    if (what == "bash") text = bashCompletion(program);
    if (what == "zsh") text = zshCompletion(program);
    if (what == "fish") text = fishCompletion(program);
    if (text.empty()) {
        std::fputs("usage: weir_pages man|bash|zsh|fish\n", stderr);
        return 2;
    }
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0 ? 0
                                                                                                       : 1;
}
