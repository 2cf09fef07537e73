// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/time.h"
#include "commands.h"
#include "journal/session_notes.h"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace weir::cli {
namespace {

struct NoteArguments {
    std::string file;
    std::string text;
    std::string at;
    std::optional<std::int64_t> remove;
};

int runNote(const Console& console, const NoteArguments& arguments) {
    journal::SessionNotes notes(arguments.file);
    if (arguments.remove) {
        const auto removed = notes.remove(*arguments.remove);
        if (!removed) return console.fail(removed.error());
        console.say("Removed: " + removed->text);
        return 0;
    }
    const auto added = notes.add(arguments.text, parseTimeUtc(arguments.at));
    if (!added) return console.fail(added.error());
    console.say("Note " + std::to_string(*added) + " is in " + arguments.file);
    return 0;
}

}  // namespace

void addNote(CLI::App& app, Command& chosen) {
    const auto arguments = std::make_shared<NoteArguments>();
    CLI::App* const command =
        app.add_subcommand("note", "Put a note into a finished session; `info` shows them");
    command->add_option("FILE", arguments->file, "Session file (*.weir)")->required();
    auto* const text = command->add_option("TEXT", arguments->text, "What it says");
    command->add_option("--at", arguments->at, "Moment that it is about, as 2026-01-31T10:00:00Z [now]")
        ->check([](const std::string& at) {
            return parseTimeUtc(at) ? std::string() : "Write a time as 2026-01-31T10:00:00Z";
        });
    command->add_option("--remove", arguments->remove, "Remove the note of this number instead")
        ->excludes(text);
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) { return runNote(console, *arguments); };
    });
}

}  // namespace weir::cli
