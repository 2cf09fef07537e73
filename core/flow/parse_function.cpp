// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace weir::flow {
namespace {

constexpr std::array<std::string_view, 10> kFunctionKeys{
    "target",    "concurrency", "timeout", "init_timeout", "idle_timeout",
    "memory_mb", "environment", "observe", "answers",      "causes"};
constexpr DurationNs kDay = 24 * 3600 * kSecond;

bool isVariableName(std::string_view name) {
    return !name.empty() && name.find('=') == std::string_view::npos &&
           name.find('\0') == std::string_view::npos;
}

constexpr NamedTexts kEnvironment{"{ \"NAME\": \"value\" }", "cannot be the name of an environment variable",
                                  "no \"=\", not empty", isVariableName};

}  // namespace

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

void readFunction(const ReadContext& context, const Node& node, FunctionSpec& function) {
    checkName(context, node.place, function.name);
    const ObjectReader reader(context, node, kFunctionKeys);
    if (!reader.isObject()) return;
    reader.boolean("observe", function.observe);
    function.target = NoTarget{};
    if (const auto target = reader.find("target")) {
        function.target = readTarget(context, *target);
    } else if (!function.observe) {
        context.add(reader.place("target"), "is missing",
                    "say how the function is reached, or set \"observe\": true");
    }
    if (std::holds_alternative<CommandTarget>(function.target)) function.concurrency = 1;  // one process
    reader.integer("concurrency", 1, 10'000, function.concurrency);
    reader.duration("timeout", kMillisecond, kDay, function.timeout);
    reader.duration("init_timeout", kMillisecond, kDay, function.init_timeout);
    reader.duration("idle_timeout", 0, 30 * kDay, function.idle_timeout);
    reader.integer("memory_mb", 128, 10'240, function.memory_mb);
    if (const auto environment = reader.find("environment"))
        readNamedTexts(context, *environment, kEnvironment, function.environment);
    static constexpr std::pair<std::string_view, bool> kAnswers[] = {{"some", false}, {"each", true}};
    reader.choice("answers", kAnswers, function.answers_each);
    const auto causes = reader.find("causes");
    if (!causes) return;
    if (!function.observe) {
        context.add(reader.place("causes"), "has no meaning for a function that Weir drives",
                    "remove it, or set \"observe\": true");
    }
    readCauses(context, *causes, function.causes);
}

}  // namespace weir::flow
