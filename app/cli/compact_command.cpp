// SPDX-License-Identifier: GPL-3.0-or-later
#include "arguments.h"
#include "base/size.h"
#include "base/text.h"
#include "base/time.h"
#include "commands.h"
#include "journal/compact.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

namespace weir::cli {
namespace {

struct CompactArguments {
    std::string file;
    std::string out;
    bool drop_values = false;
    std::string keep_from;
    std::string max_size;
};

int runCompact(const Console& console, const CompactArguments& arguments) {
    journal::CompactOptions options;
    options.drop_values = arguments.drop_values;
    if (!arguments.keep_from.empty()) options.keep_from = parseTimeUtc(arguments.keep_from);
    if (!arguments.max_size.empty()) options.max_bytes = parseSize(arguments.max_size);
    const std::string& out = arguments.out.empty() ? arguments.file : arguments.out;
    const auto done = journal::compactSession(arguments.file, out, options);
    if (!done) return console.fail(done.error());
    console.say(fmt::format("{}: {}, was {}; {} events pruned", out, formatSize(done->bytes_after),
                            formatSize(done->bytes_before), formatCount(done->pruned_events)));
    return 0;
}

}  // namespace

void addCompact(CLI::App& app, Command& chosen) {
    const auto arguments = std::make_shared<CompactArguments>();
    CLI::App* const command = app.add_subcommand(
        "compact", "Write a session anew: smaller, and in the current format when it was in an older one");
    explain(command, "The original stays until the new file is whole.");
    command->add_option("FILE", arguments->file, "Session file (*.weir)")->required();
    command
        ->add_option("-o,--out", arguments->out, "File to write [FILE itself, replaced when all is written]")
        ->type_name("FILE");
    command->add_flag("--drop-values", arguments->drop_values, "Keep none of the values");
    command
        ->add_option("--keep-from", arguments->keep_from,
                     "Prune what arrived before, as 2026-01-31T10:00:00Z")
        ->check([](const std::string& text) {
            return parseTimeUtc(text) ? std::string() : "Write a time as 2026-01-31T10:00:00Z";
        });
    command
        ->add_option("--max-size", arguments->max_size,
                     "Prune the oldest events down to a size, as 500MB or 2GiB")
        ->check([](const std::string& text) {
            return parseSize(text) ? std::string() : "Write a size as 500MB or 2GiB";
        });
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) { return runCompact(console, *arguments); };
    });
}

}  // namespace weir::cli
