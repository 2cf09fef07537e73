// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console.h"

#include <functional>

namespace CLI {
class App;
}

namespace weir::cli {

/// What the chosen command does; returns the exit code.
using Command = std::function<int(const Console&)>;

// Each adds one command to the command line. When the user chooses it, `chosen` is set.
void addDemo(CLI::App& app, Command& chosen);
void addRecord(CLI::App& app, Command& chosen);
void addValidate(CLI::App& app, Command& chosen);
void addTopics(CLI::App& app, Command& chosen);
void addEvents(CLI::App& app, Command& chosen);
void addStats(CLI::App& app, Command& chosen);
void addReport(CLI::App& app, Command& chosen);
void addReplay(CLI::App& app, Command& chosen);
void addDiff(CLI::App& app, Command& chosen);
void addRedrive(CLI::App& app, Command& chosen);
void addProduce(CLI::App& app, Command& chosen);
void addCheck(CLI::App& app, Command& chosen);
void addInfo(CLI::App& app, Command& chosen);
void addCompact(CLI::App& app, Command& chosen);
void addExtract(CLI::App& app, Command& chosen);
void addNote(CLI::App& app, Command& chosen);
void addExport(CLI::App& app, Command& chosen);
void addCost(CLI::App& app, Command& chosen);
void addLineage(CLI::App& app, Command& chosen);
void addImport(CLI::App& app, Command& chosen);

}  // namespace weir::cli
