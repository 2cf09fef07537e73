// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "flow/parts.h"

#include <fmt/format.h>

#include <map>
#include <set>

namespace weir::flow {
namespace {

std::string triggerPlace(std::size_t index) {
    return elementPlace("triggers", index);
}

std::string sourceName(const TriggerSpec& trigger) {
    if (std::holds_alternative<HttpSource>(trigger.source)) return "http";
    std::string name;
    for (const auto& topic : trigger.topics()) name += (name.empty() ? "" : ",") + topic;
    return name;
}

void checkFunctions(const Flow& flow, std::vector<Problem>& problems) {
    std::vector<std::string_view> names;
    for (const auto& function : flow.functions) names.push_back(function.name);
    for (std::size_t i = 0; i < flow.triggers.size(); ++i) {
        const auto& name = flow.triggers[i].function;
        if (name.empty() || flow.function(name) != nullptr) continue;
        const auto nearest = nearestWord(name, names);
        problems.push_back(
            {triggerPlace(i) + ".function", fmt::format("no function is called {}", inQuotes(name)),
             nearest.empty() ? "add it to \"functions\"" : fmt::format("did you mean \"{}\"?", nearest)});
    }
}

// Two triggers may not share what `key` makes of a trigger and a topic.
template <typename Key>
void checkShared(const Flow& flow, std::string_view what, std::string_view hint,
                 std::vector<Problem>& problems, Key key) {
    std::map<std::pair<std::string, std::string>, std::size_t> first;
    for (std::size_t i = 0; i < flow.triggers.size(); ++i) {
        const std::string owner = key(flow.triggers[i]);
        if (owner.empty()) continue;
        const auto topics = flow.triggers[i].topics();
        for (const auto& topic : std::set<std::string>(topics.begin(), topics.end())) {
            const auto [found, added] = first.emplace(std::pair(owner, topic), i);
            if (added) continue;
            problems.push_back({triggerPlace(i),
                                fmt::format("shares {} {} and topic {} with {}", what, inQuotes(owner),
                                            inQuotes(topic), triggerPlace(found->second)),
                                std::string(hint)});
        }
    }
}

void checkNames(const Flow& flow, std::vector<Problem>& problems) {
    std::map<std::string, std::size_t> first;
    for (std::size_t i = 0; i < flow.triggers.size(); ++i) {
        const auto [found, added] = first.emplace(flow.triggers[i].name, i);
        if (added) continue;
        problems.push_back(
            {triggerPlace(i) + ".name",
             fmt::format("{} is the name of {} too", inQuotes(found->first), triggerPlace(found->second)),
             "give each trigger a name of its own"});
    }
}

/// A function that gets a bare value gets one event a call.
void checkBatchSizes(const Flow& flow, std::vector<Problem>& problems) {
    for (std::size_t i = 0; i < flow.triggers.size(); ++i) {
        const auto* const function = flow.function(flow.triggers[i].function);
        const auto* const http = function == nullptr ? nullptr : std::get_if<HttpTarget>(&function->target);
        if (http == nullptr || http->body != HttpTarget::Body::Value || flow.triggers[i].batch_size == 1)
            continue;
        problems.push_back({triggerPlace(i) + ".batch_size",
                            fmt::format("must be 1: the function {} gets one value a call",
                                        inQuotes(flow.triggers[i].function)),
                            "set it to 1, or the target's \"body\" to \"event\""});
    }
}

void checkFailureTopics(const Flow& flow, std::vector<Problem>& problems) {
    for (std::size_t i = 0; i < flow.triggers.size(); ++i) {
        const auto& trigger = flow.triggers[i];
        const auto topics = trigger.topics();
        if (!trigger.on_failure_topic || std::ranges::find(topics, *trigger.on_failure_topic) == topics.end())
            continue;
        problems.push_back(
            {triggerPlace(i) + ".on_failure.topic",
             fmt::format("{} is a source of the same trigger", inQuotes(*trigger.on_failure_topic)),
             "send failed events to another topic"});
    }
}

void checkFrontDoors(const Flow& flow, std::vector<Problem>& problems) {
    std::map<std::pair<std::string, std::string>, std::size_t> first;
    for (std::size_t i = 0; i < flow.triggers.size(); ++i) {
        const auto* http = std::get_if<HttpSource>(&flow.triggers[i].source);
        if (http == nullptr || http->listen.empty()) continue;
        const auto [found, added] = first.emplace(std::pair(http->listen, http->path), i);
        if (added) continue;
        problems.push_back({triggerPlace(i) + ".http",
                            fmt::format("is the front door of {} too", triggerPlace(found->second)),
                            "choose another path or address"});
    }
}

}  // namespace

void completeTriggers(Flow& flow) {
    for (auto& trigger : flow.triggers) {
        if (trigger.name.empty()) trigger.name = sourceName(trigger) + "→" + trigger.function;
        const bool in_group = std::holds_alternative<std::vector<std::string>>(trigger.source);
        if (in_group && trigger.group.empty())
            trigger.group = fmt::format("weir-{}-{}", flow.name, trigger.name);
    }
}

void checkTogether(const Flow& flow, std::vector<Problem>& problems) {
    checkFunctions(flow, problems);
    checkShared(flow, "function", "merge the two, or give one another function", problems,
                [](const TriggerSpec& trigger) { return trigger.function; });
    checkShared(flow, "group", "give one another \"group\"", problems,
                [](const TriggerSpec& trigger) { return trigger.group; });
    checkNames(flow, problems);
    checkBatchSizes(flow, problems);
    checkFailureTopics(flow, problems);
    checkFrontDoors(flow, problems);
}

}  // namespace weir::flow
