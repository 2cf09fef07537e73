// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"
#include "journal/text/facts_export.h"

#include <CLI/CLI.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <system_error>

namespace weir::cli {
namespace {

struct ExportArguments {
    std::string file;
    std::string out = "-";
    journal::TimeFormat times = journal::TimeFormat::Integer;
};

/// Writes beside the file and puts it in place when it is whole, so that no half-written export is left.
Status exportToFile(const ExportArguments& arguments) {
    const std::string partial = arguments.out + ".part";
    std::ofstream out(partial, std::ios::binary | std::ios::trunc);
    if (!out) {
        return fail(ErrorCode::FileNotWritable,
                    "The export " + arguments.out + " cannot be written: " + std::strerror(errno) + ".",
                    "Choose another place with -o.");
    }
    Status status = journal::exportFacts(arguments.file, out, {arguments.times});
    out.close();
    std::error_code failed;
    if (status && out) std::filesystem::rename(partial, arguments.out, failed);
    if (status && (!out || failed)) {
        status =
            fail(ErrorCode::DiskFull, "The export " + arguments.out + " could not be written to its end.",
                 "Look whether the disk is full.");
    }
    if (!status) std::filesystem::remove(partial, failed);
    return status;
}

int runExport(const Console& console, const ExportArguments& arguments) {
    errno = 0;
    const Status status = arguments.out == "-"
                              ? journal::exportFacts(arguments.file, std::cout, {arguments.times})
                              : exportToFile(arguments);
    const bool read_enough = arguments.out == "-" && errno == EPIPE;  // such as `| head`
    if (!status && read_enough && !std::cout) return 0;
    if (!status) return console.fail(status.error());
    errno = 0;
    std::cout.flush();
    if (!std::cout) {
        if (errno == EPIPE) return 0;
        return console.fail(
            {ErrorCode::FileNotWritable, "Standard output did not take the whole export.", ""});
    }
    return 0;
}

}  // namespace

void addExport(CLI::App& app, Command& chosen) {
    const auto arguments = std::make_shared<ExportArguments>();
    CLI::App* const command =
        app.add_subcommand("export", "Write a session as text facts, one JSON object a line");
    command->add_option("FILE", arguments->file, "Session file (*.weir)")->required();
    command->add_option("-o,--out", arguments->out, "File to write, - is standard output")
        ->type_name("FILE")
        ->capture_default_str();
    command->add_option("--times", arguments->times, "Times as int, string or iso")
        ->transform(CLI::CheckedTransformer(
            std::map<std::string, journal::TimeFormat>{{"int", journal::TimeFormat::Integer},
                                                       {"string", journal::TimeFormat::String},
                                                       {"iso", journal::TimeFormat::Iso}}))
        ->default_str("int");
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) { return runExport(console, *arguments); };
    });
}

}  // namespace weir::cli
