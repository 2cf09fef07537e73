// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/lineage/session_names.h"
#include "arguments.h"
#include "commands.h"
#include "journal/session_reader.h"
#include "replay/moves.h"
#include "replay/state_format.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace weir::cli {
namespace {

struct ReplayArguments {
    std::string file;
    std::vector<std::string> moves;
    std::string format = "text";
    bool each = false;
};

Status goAlong(const Console& console, const ReplayArguments& arguments, replay::Cursor& cursor,
               const analysis::SessionNames& names) {
    for (const std::string& text : arguments.moves) {
        const auto move = replay::Move::parse(text);
        if (!move) return tl::unexpected<Error>(move.error());
        const auto moved = replay::make(*move, cursor, names);
        if (!moved) return tl::unexpected<Error>(moved.error());
        if (!*moved) console.say(fmt::format("{}: there is no such place; the cursor stays.", text));
        if (!arguments.each) continue;
        const auto place = replay::placeText(cursor, names);
        if (!place) return tl::unexpected<Error>(place.error());
        fmt::print("{}\n", *place);
    }
    return {};
}

Status runReplay(const Console& console, const ReplayArguments& arguments) {
    auto reader = journal::SessionReader::open(arguments.file);
    if (!reader) return passOn(reader);
    const auto names = analysis::SessionNames::of(**reader);
    if (!names) return tl::unexpected<Error>(names.error());
    auto cursor = replay::Cursor::of(**reader);
    if (!cursor) return passOn(cursor);
    if (Status s = goAlong(console, arguments, *cursor, *names); !s) return s;
    const auto text =
        arguments.format == "json" ? replay::stateJson(*cursor, *names) : replay::stateText(*cursor, *names);
    if (!text) return tl::unexpected<Error>(text.error());
    fmt::print("{}{}", arguments.each && arguments.format == "text" ? "\n" : "", *text);
    return finishOutput();
}

}  // namespace

void addReplay(CLI::App& app, Command& chosen) {
    const auto arguments = std::make_shared<ReplayArguments>();
    CLI::App* const command = app.add_subcommand(
        "replay", "Go through a session step by step, both ways, and show how everything stands there");
    explain(command,
            "A move is start, end, a time, at:DURATION, TOPIC/PARTITION@OFFSET, call:N, finding:N, next:UNIT "
            "or back:UNIT "
            "(moment, event, batch, call, delivery, finding; *N behind it repeats; or a duration), "
            "until:FILTER or "
            "back-until:FILTER.");
    command->add_option("FILE", arguments->file, "Session file (*.weir)")->required();
    command->add_option(
        "MOVE", arguments->moves,
        "start, end, an ISO time, at:2s (after the start), TOPIC/PARTITION@OFFSET, call:N, finding:N; "
        "next:UNIT*N or back:UNIT*N with moment, event, batch, call, delivery, finding, or a duration; "
        "until:FILTER, back-until:FILTER");
    command->add_flag("--each", arguments->each, "A line for each move, too");
    command->add_option("--format", arguments->format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) {
            const Status s = runReplay(console, *arguments);
            return s ? 0 : console.fail(s.error());
        };
    });
}

}  // namespace weir::cli
