// SPDX-License-Identifier: GPL-3.0-or-later
#include "arguments.h"
#include "commands.h"
#include "demo/auction.h"
#include "journal/session_reader.h"
#include "report/report.h"
#include "run_recording.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace weir::cli {
namespace {

struct DemoArguments {
    std::string out;
    std::string duration = "20s";
    double rate = 60;
    flow::Order order = flow::Order::Partition;
};

/// A page beside the session, for those who have no desktop at hand.
int writeReport(const Console& console, const std::string& session) {
    auto reader = journal::SessionReader::open(session);
    if (!reader) return console.fail(reader.error());
    const std::string out = std::filesystem::path(session).replace_extension(".html").string();
    if (Status s = report::writeReport(**reader, session, out, report::Format::Html); !s)
        return console.fail(s.error());
    fmt::print("report        {}\n", out);
    const Status s = finishOutput();
    return s ? 0 : console.fail(s.error());
}

int runDemo(const Console& console, const DemoArguments& arguments) {
    demo::AuctionOptions options;
    options.path = arguments.out.empty() ? defaultSessionPath("auction") : arguments.out;
    options.duration = durationOf(arguments.duration);
    options.rate = arguments.rate;
    options.order = arguments.order;
    const std::string path = options.path;
    console.say(
        fmt::format("The auction on an embedded cluster, for {}; Ctrl-C ends it.", arguments.duration));
    auto auction = demo::Auction::start(std::move(options));
    if (!auction) return console.fail(auction.error());
    const int code = runRecording(console, (*auction)->recording(), path);
    const int reported = writeReport(console, path);
    return code == 0 ? reported : code;
}

}  // namespace

void addDemo(CLI::App& app, Command& chosen) {
    const auto arguments = std::make_shared<DemoArguments>();
    CLI::App* const command =
        app.add_subcommand("demo", "Run the auction on an embedded cluster with real function processes");
    command->add_option("-o,--out", arguments->out, "Session file to write [auction-DATE-TIME.weir]")
        ->type_name("FILE");
    command->add_option("--for", arguments->duration, "How long")->check(isDuration())->capture_default_str();
    command->add_option("--rate", arguments->rate, "Bids a second")
        ->check(CLI::Range(0.1, 5'000.0))
        ->capture_default_str();
    command->add_option("--order", arguments->order, "Order of all triggers: partition, key or none")
        ->transform(CLI::CheckedTransformer(std::map<std::string, flow::Order>{
            {"partition", flow::Order::Partition}, {"key", flow::Order::Key}, {"none", flow::Order::None}}))
        ->default_str("partition");
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) { return runDemo(console, *arguments); };
    });
}

}  // namespace weir::cli
