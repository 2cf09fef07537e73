// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace weir::flow {
namespace {

constexpr std::array<std::string_view, 9> kFunctionKeys{"target",       "concurrency",  "timeout",
                                                        "init_timeout", "idle_timeout", "memory_mb",
                                                        "environment",  "observe",      "answers"};
constexpr std::array<std::string_view, 4> kLambdaRuntimeKeys{"kind", "command", "directory", "handler"};
constexpr std::array<std::string_view, 2> kBuiltinKeys{"kind", "name"};
constexpr std::array<std::string_view, 4> kLambdaKeys{"kind", "function", "region", "endpoint"};
constexpr std::array<std::string_view, 3> kCloudEventsKeys{"kind", "url", "mode"};
constexpr std::array<std::string_view, 4> kHttpKeys{"kind", "url", "body", "headers"};
constexpr std::array<std::string_view, 5> kKinds{"lambda-runtime", "builtin", "http", "lambda",
                                                 "cloudevents"};

constexpr DurationNs kDay = 24 * 3600 * kSecond;

void requireText(const ObjectReader& reader, std::string_view key, std::string_view hint,
                 std::string& target) {
    if (!reader.require(key, hint) || !reader.text(key, target)) return;
    if (target.empty()) reader.context().add(reader.place(key), "is empty", std::string(hint));
}

TargetSpec readLambdaRuntime(const ReadContext& context, const Node& node) {
    const ObjectReader reader(context, node, kLambdaRuntimeKeys);
    LambdaRuntimeTarget target;
    constexpr std::string_view kHint =
        "expected for example [\"python3\", \"-m\", \"awslambdaric\", \"bids.validate\"]";
    if (reader.require("command", kHint) && reader.texts("command", target.command) &&
        (target.command.empty() || target.command.front().empty())) {
        context.add(reader.place("command"), "names no program", std::string(kHint));
    }
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

void checkUrl(const ObjectReader& reader, std::string_view key) {
    std::string url;
    if (reader.text(key, url) && !isHttpUrl(url)) {
        reader.context().add(reader.place(key), "is not an HTTP address",
                             "expected for example \"http://localhost:8080/\"");
    }
}

void checkLambda(const ReadContext& context, const Node& node) {
    const ObjectReader reader(context, node, kLambdaKeys);
    std::string ignored;
    requireText(reader, "function", "expected the name or ARN of the function", ignored);
    reader.name("region", ignored);
    checkUrl(reader, "endpoint");
}

void checkCloudEvents(const ReadContext& context, const Node& node) {
    const ObjectReader reader(context, node, kCloudEventsKeys);
    if (reader.require("url", "expected for example \"http://localhost:8080/\"")) checkUrl(reader, "url");
    static constexpr std::pair<std::string_view, int> kModes[] = {{"binary", 0}, {"structured", 1}};
    int ignored = 0;
    reader.choice("mode", kModes, ignored);
}

bool isHeaderName(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
               c == '_';
    });
}

/// What may stand in an object of named texts.
struct NamedTexts {
    std::string_view example;
    std::string_view wrong_name;
    std::string_view name_hint;
    bool (*is_name)(std::string_view);
    bool one_line = false;
};

void readNamedTexts(const ReadContext& context, const Node& node, const NamedTexts& rules,
                    std::map<std::string, std::string>& texts) {
    if (!node.json->is_object()) {
        context.add(node.place, "is not an object", "expected " + std::string(rules.example));
        return;
    }
    for (const auto& [name, value] : node.json->items()) {
        const Node one{&value, memberPlace(node.place, name)};
        if (!rules.is_name(name)) {
            context.add(one.place, std::string(rules.wrong_name), std::string(rules.name_hint));
            continue;
        }
        auto text = readText(context, one);
        if (!text) continue;
        if (rules.one_line && text->find_first_of("\r\n") != std::string::npos) {
            context.add(one.place, "has more than one line", "expected one line");
            continue;
        }
        texts[name] = std::move(*text);
    }
}

constexpr NamedTexts kHttpHeaders{"{ \"Name\": \"value\" }", "cannot be the name of a header",
                                  "letters, digits, \"-\" and \"_\"", isHeaderName, true};

TargetSpec readHttp(const ReadContext& context, const Node& node) {
    const ObjectReader reader(context, node, kHttpKeys);
    HttpTarget target;
    if (reader.require("url", "expected for example \"http://localhost:8080/\"") &&
        reader.text("url", target.url)) {
        checkUrl(reader, "url");
    }
    static constexpr std::pair<std::string_view, HttpTarget::Body> kBodies[] = {
        {"event", HttpTarget::Body::Event}, {"value", HttpTarget::Body::Value}};
    reader.choice("body", kBodies, target.body);
    if (const auto headers = reader.find("headers"))
        readNamedTexts(context, *headers, kHttpHeaders, target.headers);
    return target;
}

TargetSpec otherTarget(const std::string& kind, const Json& json) {
    Json settings = json;
    settings.erase("kind");
    return OtherTarget{kind, settings.dump()};
}

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
    if (*kind == "lambda") {
        checkLambda(context, node);
    } else if (*kind == "cloudevents") {
        checkCloudEvents(context, node);
    } else {
        addUnknownWord(context, kind_place, found->get<std::string>(), "a kind of target", kKinds);
    }
    return otherTarget(*kind, *node.json);
}

bool isVariableName(std::string_view name) {
    return !name.empty() && name.find('=') == std::string_view::npos &&
           name.find('\0') == std::string_view::npos;
}

constexpr NamedTexts kEnvironment{"{ \"NAME\": \"value\" }", "cannot be the name of an environment variable",
                                  "no \"=\", not empty", isVariableName};

}  // namespace

void readFunction(const ReadContext& context, const Node& node, FunctionSpec& function) {
    checkName(context, node.place, function.name);
    const ObjectReader reader(context, node, kFunctionKeys);
    if (!reader.isObject()) return;
    reader.boolean("observe", function.observe);
    function.target = OtherTarget{};
    if (const auto target = reader.find("target")) {
        function.target = readTarget(context, *target);
    } else if (!function.observe) {
        context.add(reader.place("target"), "is missing",
                    "say how the function is reached, or set \"observe\": true");
    }
    reader.integer("concurrency", 1, 10'000, function.concurrency);
    reader.duration("timeout", kMillisecond, kDay, function.timeout);
    reader.duration("init_timeout", kMillisecond, kDay, function.init_timeout);
    reader.duration("idle_timeout", 0, 30 * kDay, function.idle_timeout);
    reader.integer("memory_mb", 128, 10'240, function.memory_mb);
    if (const auto environment = reader.find("environment"))
        readNamedTexts(context, *environment, kEnvironment, function.environment);
    static constexpr std::pair<std::string_view, bool> kAnswers[] = {{"some", false}, {"each", true}};
    reader.choice("answers", kAnswers, function.answers_each);
}

}  // namespace weir::flow
