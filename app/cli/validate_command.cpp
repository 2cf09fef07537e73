// SPDX-License-Identifier: GPL-3.0-or-later
#include "arguments.h"
#include "base/secret_source.h"
#include "commands.h"
#include "flow/parse.h"
#include "flow/unsupported.h"
#include "flow/warnings.h"
#include "kafka/settings.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>

namespace weir::cli {
namespace {

int runValidate(const Console& console, const std::string& path) {
    const auto flow = flow::loadFlow(path, EnvironmentSecrets{});
    if (!flow) return console.fail(flow.error());
    if (Status s = kafka::checkProperties(flow->cluster.kafka); !s) return console.fail(s.error());
    if (Status s = kafka::checkSignIn(flow->cluster.kafka); !s) return console.fail(s.error());
    if (const auto problems = flow::notYetSupported(*flow); !problems.empty()) {
        return console.fail(flow::problemsError(ErrorCode::Unsupported, problems));
    }
    for (const flow::Problem& warning : flow::warnings(*flow)) {
        console.say("warning: " + flow::problemLine(warning));
    }
    fmt::print("{}: fine, {} functions, {} triggers\n", path, flow->functions.size(), flow->triggers.size());
    if (Status s = finishOutput(); !s) return console.fail(s.error());
    return 0;
}

}  // namespace

void addValidate(CLI::App& app, Command& chosen) {
    const auto path = std::make_shared<std::string>();
    CLI::App* const command =
        app.add_subcommand("validate", "Check a flow file, without connecting anywhere");
    explain(command, "All its problems are reported, each with its place and what would be right.");
    command->add_option("FLOW", *path, "Flow file (*.flow.json)")->required();
    command->callback(
        [&chosen, path] { chosen = [path](const Console& console) { return runValidate(console, *path); }; });
}

}  // namespace weir::cli
