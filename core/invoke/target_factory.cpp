// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/target_factory.h"

#include "invoke/targets/cloudevents.h"
#include "invoke/targets/command.h"
#include "invoke/targets/http.h"
#include "invoke/targets/lambda.h"
#include "invoke/targets/lambda_runtime.h"
#include "invoke/targets/simulated.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

namespace weir::invoke {
namespace {

namespace fs = std::filesystem;

bool executable(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0;
}

bool onSearchPath(const std::string& program) {
    const char* const path = std::getenv("PATH");
    std::string_view rest = path == nullptr ? "/usr/bin:/bin" : path;
    while (!rest.empty()) {
        const std::size_t colon = rest.find(':');
        const std::string_view folder = rest.substr(0, colon);
        if (!folder.empty() && executable(fs::path(folder) / program)) return true;
        rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
    }
    return false;
}

}  // namespace

TargetMaker builtin(BuiltinFunction function) {
    return [function = std::move(function)](FunctionId id, const flow::FunctionSpec& spec, TargetHost& host) {
        return makeBuiltinTarget(id, spec, function, host);
    };
}

Status checkTarget(const flow::FunctionSpec& spec, const std::string& flow_directory) {
    const auto* const runtime = std::get_if<flow::LambdaRuntimeTarget>(&spec.target);
    const auto* const command = std::get_if<flow::CommandTarget>(&spec.target);
    if (runtime == nullptr && command == nullptr) return {};
    const fs::path directory = fs::path(flow_directory) / (runtime ? runtime->directory : command->directory);
    std::error_code ignored;
    if (!fs::is_directory(directory, ignored)) {
        return fail(ErrorCode::FunctionFailed,
                    fmt::format("The function {} has no working directory: {} is not a folder.", spec.name,
                                directory.string()),
                    "Correct `directory` of its target; it is relative to the flow file.");
    }
    const std::string& program = (runtime ? runtime->command : command->command).front();
    const bool found =
        program.find('/') == std::string::npos ? onSearchPath(program) : executable(directory / program);
    if (found) return {};
    return fail(ErrorCode::FunctionFailed,
                fmt::format("The function {} cannot be started: its command {} was not found or is not "
                            "executable.",
                            spec.name, program),
                program.find('/') == std::string::npos
                    ? "Install it, or write the path of the program into `command`."
                    : "Correct `command` of its target; a path is relative to the target's `directory`.");
}

Result<std::unique_ptr<Target>> makeTarget(FunctionId id, const flow::FunctionSpec& spec,
                                           const TargetContext& context) {
    if (std::holds_alternative<flow::LambdaRuntimeTarget>(spec.target)) {
        return makeLambdaRuntimeTarget(
            {id, spec, context.flow_directory, context.event_source, context.brokers, context.topic_name},
            context.host);
    }
    if (std::holds_alternative<flow::HttpTarget>(spec.target)) {
        return makeHttpTarget(id, spec, {context.event_source, context.brokers}, context.topic_name,
                              context.host);
    }
    if (std::holds_alternative<flow::CloudEventsTarget>(spec.target)) {
        return makeCloudEventsTarget(id, spec, context.topic_name, context.host);
    }
    if (std::holds_alternative<flow::CommandTarget>(spec.target)) {
        return makeCommandTarget(id, spec, context.flow_directory, {context.event_source, context.brokers},
                                 context.topic_name, context.host);
    }
    if (std::holds_alternative<flow::LambdaTarget>(spec.target)) {
        return makeLambdaTarget(id, spec, {context.event_source, context.brokers}, context.topic_name,
                                context.host);
    }
    if (std::holds_alternative<flow::SimulatedTarget>(spec.target)) {
        return makeSimulatedTarget(id, spec, context.host);
    }
    if (const auto* builtin = std::get_if<flow::BuiltinTarget>(&spec.target)) {
        const auto found = context.builtins.find(builtin->name);
        if (found != context.builtins.end()) {
            return found->second(id, spec, context.host);
        }
        std::string known;
        for (const auto& [name, maker] : context.builtins) known += (known.empty() ? "" : ", ") + name;
        return fail(ErrorCode::FlowInvalid,
                    fmt::format("The function {} names the builtin {}, which does not exist.", spec.name,
                                builtin->name),
                    known.empty() ? "There are no builtins here; use another kind of target."
                                  : "There are: " + known + ".");
    }
    return fail(ErrorCode::Unsupported,
                fmt::format("The function {} has a target of kind {}, which this version cannot run.",
                            spec.name, flow::targetKind(spec.target)),
                "Use another kind.");
}

}  // namespace weir::invoke
