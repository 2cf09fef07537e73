// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/parts.h"

#include <algorithm>
#include <array>

namespace weir::flow {
namespace {

constexpr std::array<std::string_view, 4> kLambdaRuntimeKeys{"kind", "command", "directory", "handler"};
constexpr std::array<std::string_view, 2> kBuiltinKeys{"kind", "name"};
constexpr std::array<std::string_view, 5> kHttpKeys{"kind", "url", "body", "headers", "preset"};
constexpr std::array<std::string_view, 6> kCloudEventsKeys{"kind",    "url",  "mode",
                                                           "headers", "type", "source"};
constexpr std::array<std::string_view, 11> kLambdaKeys{
    "kind",       "function", "region",        "endpoint",          "qualifier",    "profile",
    "invocation", "log",      "access_key_id", "secret_access_key", "session_token"};
constexpr std::array<std::string_view, 4> kCommandKeys{"kind", "command", "directory", "body"};
constexpr std::array<std::string_view, 7> kKinds{"lambda-runtime", "lambda",  "cloudevents", "http",
                                                 "command",        "builtin", "simulated"};

void requireText(const ObjectReader& reader, std::string_view key, std::string_view hint,
                 std::string& target) {
    if (!reader.require(key, hint) || !reader.text(key, target)) return;
    if (target.empty()) reader.context().add(reader.place(key), "is empty", std::string(hint));
}

void readCommand(const ObjectReader& reader, std::string_view hint, std::vector<std::string>& command) {
    if (reader.require("command", hint) && reader.texts("command", command) &&
        (command.empty() || command.front().empty())) {
        reader.context().add(reader.place("command"), "names no program", std::string(hint));
    }
}

TargetSpec readLambdaRuntime(const ReadContext& context, const Node& node) {
    const ObjectReader reader(context, node, kLambdaRuntimeKeys);
    LambdaRuntimeTarget target;
    readCommand(reader, "expected for example [\"python3\", \"-m\", \"awslambdaric\", \"bids.validate\"]",
                target.command);
    reader.text("directory", target.directory);
    reader.text("handler", target.handler);
    return target;
}

TargetSpec readBuiltin(const ReadContext& context, const Node& node) {
    const ObjectReader reader(context, node, kBuiltinKeys);
    BuiltinTarget target;
    if (reader.require("name", "expected the name of a function inside Weir"))
        reader.name("name", target.name);
    return target;
}

bool isHttpUrl(std::string_view url) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (url.starts_with(scheme)) {
            const auto rest = url.substr(scheme.size());
            return isHostPort(rest.substr(0, rest.find_first_of("/?")), false);
        }
    }
    return false;
}

void readUrl(const ObjectReader& reader, std::string_view key, std::string& url) {
    if (reader.text(key, url) && !isHttpUrl(url)) {
        reader.context().add(reader.place(key), "is not an HTTP address",
                             "expected for example \"http://localhost:8080/\"");
    }
}

void requireUrl(const ObjectReader& reader, std::string& url) {
    if (reader.require("url", "expected for example \"http://localhost:8080/\"")) readUrl(reader, "url", url);
}

bool isHeaderName(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
               c == '_';
    });
}

constexpr NamedTexts kHttpHeaders{"{ \"Name\": \"value\" }", "cannot be the name of a header",
                                  "letters, digits, \"-\" and \"_\"", isHeaderName, true};

void readHeaders(const ObjectReader& reader, std::map<std::string, std::string>& headers) {
    if (const auto node = reader.find("headers"))
        readNamedTexts(reader.context(), *node, kHttpHeaders, headers);
}

TargetSpec readHttp(const ReadContext& context, const Node& node) {
    using Preset = HttpTarget::Preset;
    const ObjectReader reader(context, node, kHttpKeys);
    HttpTarget target;
    requireUrl(reader, target.url);
    static constexpr std::pair<std::string_view, Preset> kPresets[] = {{"openfaas", Preset::OpenFaas},
                                                                       {"azure", Preset::Azure}};
    reader.choice("preset", kPresets, target.preset);
    target.body = presetBody(target.preset);
    static constexpr std::pair<std::string_view, Body> kBodies[] = {
        {"event", Body::Event}, {"value", Body::Value}, {"values", Body::Values}, {"azure", Body::Azure}};
    reader.choice("body", kBodies, target.body);
    readHeaders(reader, target.headers);
    return target;
}

TargetSpec readCloudEvents(const ReadContext& context, const Node& node) {
    using Mode = CloudEventsTarget::Mode;
    const ObjectReader reader(context, node, kCloudEventsKeys);
    CloudEventsTarget target;
    requireUrl(reader, target.url);
    static constexpr std::pair<std::string_view, Mode> kModes[] = {
        {"binary", Mode::Binary}, {"structured", Mode::Structured}, {"batched", Mode::Batched}};
    reader.choice("mode", kModes, target.mode);
    readHeaders(reader, target.headers);
    reader.name("type", target.type);
    reader.name("source", target.source);
    return target;
}

void readCredential(const ObjectReader& reader, std::string_view key, bool secret, std::string& value) {
    if (!reader.name(key, value)) return;
    const ReadContext& context = reader.context();
    const bool refers = context.expressions.contains(reader.place(key).substr(context.base.size()));
    if (refers || !secret) return;
    value.clear();
    context.add(reader.place(key), "a secret stands in the file itself",
                "write \"${NAME}\" and set the environment variable NAME");
}

TargetSpec readLambda(const ReadContext& context, const Node& node) {
    const ObjectReader reader(context, node, kLambdaKeys);
    LambdaTarget target;
    requireText(reader, "function", "expected the name or ARN of the function", target.function);
    reader.name("region", target.region);
    readUrl(reader, "endpoint", target.endpoint);
    reader.name("qualifier", target.qualifier);
    reader.name("profile", target.profile);
    static constexpr std::pair<std::string_view, bool> kInvocations[] = {{"RequestResponse", false},
                                                                         {"Event", true}};
    reader.choice("invocation", kInvocations, target.event);
    static constexpr std::pair<std::string_view, bool> kLogs[] = {{"tail", true}, {"none", false}};
    reader.choice("log", kLogs, target.tail);
    readCredential(reader, "access_key_id", false, target.access_key_id);
    readCredential(reader, "secret_access_key", true, target.secret_access_key);
    readCredential(reader, "session_token", true, target.session_token);
    if (target.access_key_id.empty() != target.secret_access_key.empty() && reader.isObject()) {
        const std::string_view missing = target.access_key_id.empty() ? "access_key_id" : "secret_access_key";
        if (!reader.has(missing))
            reader.context().add(reader.place(missing), "is missing", "the two come together");
    }
    return target;
}

TargetSpec readCommandTarget(const ReadContext& context, const Node& node) {
    const ObjectReader reader(context, node, kCommandKeys);
    CommandTarget target;
    readCommand(reader, "expected for example [\"jq\", \"-c\", \"--unbuffered\", \"map(.price)\"]",
                target.command);
    reader.text("directory", target.directory);
    static constexpr std::pair<std::string_view, Body> kBodies[] = {
        {"event", Body::Event}, {"value", Body::Value}, {"values", Body::Values}};
    reader.choice("body", kBodies, target.body);
    return target;
}

}  // namespace

TargetSpec readTarget(const ReadContext& context, const Node& node) {
    if (!node.json->is_object()) {
        context.add(node.place, "is not an object", "expected { \"kind\": …, and its own keys }");
        return {};
    }
    const auto kind_place = memberPlace(node.place, "kind");
    const auto found = node.json->find("kind");
    if (found == node.json->end()) {
        context.add(kind_place, "is missing", "expected " + anyOf(kKinds));
        return {};
    }
    const auto kind = readText(context, {&*found, kind_place});
    if (!kind) return {};
    if (*kind == "lambda-runtime") return readLambdaRuntime(context, node);
    if (*kind == "builtin") return readBuiltin(context, node);
    if (*kind == "http") return readHttp(context, node);
    if (*kind == "cloudevents") return readCloudEvents(context, node);
    if (*kind == "lambda") return readLambda(context, node);
    if (*kind == "command") return readCommandTarget(context, node);
    if (*kind == "simulated") return readSimulated(context, node);
    addUnknownWord(context, kind_place, found->get<std::string>(), "a kind of target", kKinds);
    return {};
}

}  // namespace weir::flow
