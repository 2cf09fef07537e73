// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/parse.h"

#include "flow/json_text.h"
#include "flow/parts.h"
#include "flow/reader.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace weir::flow {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 6> kFlowKeys{"weir",      "name",     "cluster",
                                                    "functions", "triggers", "capture"};
constexpr int kVersion = 1;
constexpr std::size_t kLargestFile = std::size_t{4} << 20;

// A newer file may mean its keys differently, so nothing else is looked at.
bool checkVersion(const ObjectReader& file) {
    const auto version = file.require("weir", "every flow file begins with \"weir\": 1");
    if (!version) return true;
    const auto number = readInteger(*version->json);
    if (number == kVersion) return true;
    const bool newer = number && *number > kVersion;
    file.context().add(version->place,
                       newer ? fmt::format("version {} is newer than this Weir knows", *number)
                             : std::string("is not a version of the flow file"),
                       newer ? "update Weir" : "expected 1");
    return !newer;
}

void readFunctions(const ReadContext& context, const Node& node, std::vector<FunctionSpec>& functions) {
    if (!node.json->is_object() || node.json->empty()) {
        context.add(node.place, node.json->is_object() ? "is empty" : "is not an object",
                    "expected { \"name\": { \"target\": … } }");
        return;
    }
    for (const auto& [name, value] : node.json->items()) {
        FunctionSpec function;
        function.name = name;
        const auto place = memberPlace(node.place, name);
        readFunction({context.problems, context.secrets, function.expressions, place}, {&value, place},
                     function);
        functions.push_back(std::move(function));
    }
}

void readTriggers(const ReadContext& context, const Node& node, std::vector<TriggerSpec>& triggers) {
    if (!node.json->is_array() || node.json->empty()) {
        context.add(node.place, node.json->is_array() ? "is empty" : "is not a list",
                    "expected [ { \"function\": …, \"topics\": […] } ]");
        return;
    }
    for (std::size_t i = 0; i < node.json->size(); ++i) {
        TriggerSpec trigger;
        const auto place = elementPlace(node.place, i);
        readTrigger({context.problems, context.secrets, trigger.expressions, place},
                    {&(*node.json)[i], place}, trigger);
        triggers.push_back(std::move(trigger));
    }
}

void readFile(const ReadContext& context, const Json& json, Flow& flow) {
    const ObjectReader file(context, {&json, ""}, kFlowKeys);
    if (!file.isObject() || !checkVersion(file)) return;
    if (file.require("name", "expected a name such as \"auction\"")) file.name("name", flow.name);
    if (const auto cluster = file.require("cluster", "expected { \"brokers\": \"localhost:9092\" }")) {
        readCluster({context.problems, context.secrets, flow.cluster.expressions, cluster->place}, *cluster,
                    flow.cluster);
    }
    if (const auto functions = file.require("functions", "expected { \"name\": { \"target\": … } }")) {
        readFunctions(context, *functions, flow.functions);
    }
    if (const auto triggers = file.require("triggers", "expected [ { \"function\": …, \"topics\": […] } ]")) {
        readTriggers(context, *triggers, flow.triggers);
    }
    if (const auto capture = file.find("capture")) readCapture(context, *capture, flow.capture);
    completeTriggers(flow);
    checkTogether(flow, context.problems);
}

Result<std::string> readBytes(const std::string& path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status)) {
        return fail(ErrorCode::FileNotFound, fmt::format("{}: there is no such flow file", path),
                    "check the path");
    }
    if (fs::is_directory(status)) {
        return fail(ErrorCode::FileUnreadable, fmt::format("{} is a directory, not a flow file", path));
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(ErrorCode::FileUnreadable, fmt::format("{}: {}", path, std::strerror(errno)));
    std::string text(kLargestFile + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) return fail(ErrorCode::FileUnreadable, fmt::format("{} cannot be read", path));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > kLargestFile) {
        return fail(ErrorCode::FlowInvalid, fmt::format("{} is larger than 4 MiB: not a flow file", path));
    }
    return text;
}

}  // namespace

FlowReading readFlow(std::string_view json, const std::string& directory, const SecretSource& secrets) {
    FlowReading reading;
    reading.flow.directory = directory;
    if (const auto tree = parseJson(json, reading.problems)) {
        readFile({reading.problems, secrets, reading.flow.expressions, ""}, *tree, reading.flow);
    }
    return reading;
}

Result<Flow> parseFlow(std::string_view json, const std::string& directory, const SecretSource& secrets) {
    auto reading = readFlow(json, directory, secrets);
    if (reading.problems.empty()) return std::move(reading.flow);
    return tl::unexpected(problemsError(ErrorCode::FlowInvalid, reading.problems));
}

Result<Flow> loadFlow(const std::string& path, const SecretSource& secrets) {
    auto text = readBytes(path);
    if (!text) return passOn(text);
    auto flow = parseFlow(*text, fs::absolute(path).parent_path().string(), secrets);
    if (!flow) flow.error().message = path + ": " + flow.error().message;
    return flow;
}

}  // namespace weir::flow
