// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/targets/runtime_environment.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace weir::invoke {
namespace {

constexpr std::array<std::string_view, 5> kInherited = {"PATH", "HOME", "LANG", "TZ", "TMPDIR"};
constexpr std::array<std::string_view, 2> kInheritedPrefixes = {"PYTHON", "LC_"};

bool isInherited(std::string_view name) {
    return std::find(kInherited.begin(), kInherited.end(), name) != kInherited.end() ||
           std::any_of(kInheritedPrefixes.begin(), kInheritedPrefixes.end(),
                       [name](std::string_view prefix) { return name.starts_with(prefix); });
}

std::map<std::string, std::string> inherited() {
    std::map<std::string, std::string> out{{"TZ", ":UTC"}};
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos || !isInherited(text.substr(0, equals))) continue;
        out[std::string(text.substr(0, equals))] = std::string(text.substr(equals + 1));
    }
    return out;
}

std::vector<std::string> lines(const std::map<std::string, std::string>& variables) {
    std::vector<std::string> out;
    out.reserve(variables.size());
    for (const auto& [name, value] : variables) out.push_back(fmt::format("{}={}", name, value));
    return out;
}

}  // namespace

std::string runtimeRegion(const flow::FunctionSpec& function) {
    const auto set = function.environment.find("AWS_REGION");
    return set == function.environment.end() ? "us-east-1" : set->second;
}

std::vector<std::string> runtimeEnvironment(const flow::FunctionSpec& function,
                                            const flow::LambdaRuntimeTarget& target,
                                            const std::string& directory, InstanceId instance,
                                            const std::string& runtime_api) {
    std::map<std::string, std::string> all = inherited();
    all["AWS_REGION"] = all["AWS_DEFAULT_REGION"] = runtimeRegion(function);
    all["AWS_ACCESS_KEY_ID"] = "weir";  // stands in: some runtimes refuse to start without
    all["AWS_SECRET_ACCESS_KEY"] = "weir";
    all["AWS_EXECUTION_ENV"] = "AWS_Lambda_weir";
    all["AWS_LAMBDA_FUNCTION_NAME"] = function.name;
    all["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST";
    all["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = std::to_string(function.memory_mb);
    all["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand";
    all["AWS_LAMBDA_LOG_GROUP_NAME"] = "/aws/lambda/" + function.name;
    all["AWS_LAMBDA_LOG_STREAM_NAME"] = fmt::format("weir/[$LATEST]{}", instance.value);
    all["LAMBDA_TASK_ROOT"] = directory;
    all["LAMBDA_RUNTIME_DIR"] = directory;
    all["_HANDLER"] = target.handler.empty() ? target.command.back() : target.handler;
    for (const auto& [name, value] : function.environment) all[name] = value;
    all["AWS_LAMBDA_RUNTIME_API"] = runtime_api;

    return lines(all);
}

std::vector<std::string> commandEnvironment(const flow::FunctionSpec& function) {
    std::map<std::string, std::string> all = inherited();
    for (const auto& [name, value] : function.environment) all[name] = value;
    return lines(all);
}

}  // namespace weir::invoke
