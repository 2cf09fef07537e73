// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"
#include "journal/session_reader.h"
#include "report/report.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weir::cli {
namespace {

struct ReportArguments {
    std::string file, out, format, filter;
    std::vector<std::string> functions;
};

Status runReport(const ReportArguments& arguments) {
    const auto format =
        arguments.format.empty() ? report::formatOfFile(arguments.out) : report::formatOf(arguments.format);
    if (!format) {
        return fail(ErrorCode::Usage, "The end of " + arguments.out + " does not say what to write.",
                    "Let it end in .html, .pdf, .json, .zip (CSV tables) or .xml (JUnit), or give --format.");
    }
    auto filter = filter::Filter::parse(arguments.filter);
    if (!filter) return tl::unexpected(filter.error().toError(arguments.filter));
    auto reader = journal::SessionReader::open(arguments.file);
    if (!reader) return passOn(reader);
    return report::writeReport(**reader, arguments.file, arguments.out, *format,
                               {std::move(*filter), arguments.functions});
}

}  // namespace

void addReport(CLI::App& app, Command& chosen) {
    const auto arguments = std::make_shared<ReportArguments>();
    CLI::App* const command =
        app.add_subcommand("report", "Write a report of a session: one file to hand over");
    command->add_option("FILE", arguments->file, "Session file (*.weir)")->required();
    command->add_option("-o,--out", arguments->out, "Report to write")->type_name("FILE")->required();
    command
        ->add_option("--format", arguments->format,
                     "html, pdf, json, csv (a zip of tables) or junit [by the end of the name]")
        ->check(CLI::IsMember({"html", "pdf", "json", "csv", "junit"}));
    command->add_option("--filter", arguments->filter,
                        "Only of these events, such as 'topic == \"bids\" && partition == 3' [all]");
    command->add_option("--function", arguments->functions,
                        "Only of deliveries to this function; may be given several times [all]");
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) {
            const Status s = runReport(*arguments);
            return s ? 0 : console.fail(s.error());
        };
    });
}

}  // namespace weir::cli
