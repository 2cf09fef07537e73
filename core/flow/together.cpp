// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "flow/parts.h"
#include "flow/preset.h"
#include "flow/warnings.h"

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

const char* batchHint(const TargetSpec& target) {
    if (std::holds_alternative<CloudEventsTarget>(target))
        return "set it to 1, or the target's \"mode\" to \"batched\" when the receiver supports it";
    return "set it to 1, or the target's \"body\" to \"event\" or \"values\"";
}

/// A function that gets a bare event gets one a call.
void checkBatchSizes(const Flow& flow, std::vector<Problem>& problems) {
    for (std::size_t i = 0; i < flow.triggers.size(); ++i) {
        const auto* const function = flow.function(flow.triggers[i].function);
        if (function == nullptr || !takesOneEvent(function->target) || flow.triggers[i].batch_size == 1)
            continue;
        problems.push_back({triggerPlace(i) + ".batch_size",
                            fmt::format("must be 1: the function {} gets one event a call",
                                        inQuotes(flow.triggers[i].function)),
                            batchHint(function->target)});
    }
}

void checkDestinations(const Flow& flow, std::vector<Problem>& problems) {
    for (std::size_t i = 0; i < flow.triggers.size(); ++i) {
        const auto& trigger = flow.triggers[i];
        const auto topics = trigger.topics();
        const auto check = [&](const std::optional<std::string>& topic, const char* key, const char* what) {
            if (!topic || std::ranges::find(topics, *topic) == topics.end()) return;
            problems.push_back({fmt::format("{}.{}.topic", triggerPlace(i), key),
                                fmt::format("{} is a source of the same trigger", inQuotes(*topic)),
                                fmt::format("send {} events to another topic", what)});
        };
        check(trigger.on_failure_topic, "on_failure", "failed");
        check(trigger.on_success_topic, "on_success", "delivered");
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

/// Sizes that the file leaves to the function.
void completeBatches(const Flow& flow, TriggerSpec& trigger) {
    const auto* const function = flow.function(trigger.function);
    const TargetSpec target = function == nullptr ? TargetSpec{} : function->target;
    const TriggerSpec defaults =
        triggerDefaults(trigger.like, trigger.source, trigger.on_failure_topic.has_value());
    if (trigger.batch_size == 0) trigger.batch_size = takesOneEvent(target) ? 1 : defaults.batch_size;
    if (trigger.batch_bytes == 0) {
        trigger.batch_bytes = isAsynchronous(target) ? kLargestAsyncRequest : defaults.batch_bytes;
    }
}

/// Lambda takes 6 MB in a call that is waited for, less in one that is not.
void checkAsynchronous(const Flow& flow, std::vector<Problem>& problems) {
    for (std::size_t i = 0; i < flow.triggers.size(); ++i) {
        const auto* const function = flow.function(flow.triggers[i].function);
        if (function == nullptr || !isAsynchronous(function->target) ||
            flow.triggers[i].batch_bytes <= kLargestAsyncRequest)
            continue;
        problems.push_back(
            {triggerPlace(i) + ".batch_bytes",
             fmt::format("is over 1 MB: the function {} is invoked with \"Event\", which takes no more",
                         inQuotes(flow.triggers[i].function)),
             "set it to \"1MB\" or less, or invoke the function with \"RequestResponse\""});
    }
}

}  // namespace

std::vector<Problem> warnings(const Flow& flow) {
    std::vector<Problem> warnings;
    for (std::size_t i = 0; i < flow.triggers.size(); ++i) {
        const TriggerSpec& trigger = flow.triggers[i];
        const auto* const function = flow.function(trigger.function);
        if (!trigger.enabled || function == nullptr) continue;
        if (function->observe) {
            if (!trigger.outputs.empty()) continue;
            warnings.push_back({triggerPlace(i) + ".output",
                                fmt::format("is missing: the function {} is seen only through what it writes",
                                            inQuotes(trigger.function)),
                                "add \"output\": { \"topic\": … }"});
            continue;
        }
        if (const Preset* const preset = presetNamed(trigger.like);
            preset != nullptr && preset->longest_call && function->timeout > *preset->longest_call) {
            warnings.push_back({memberPlace(memberPlace("functions", trigger.function), "timeout"),
                                fmt::format("is longer than {} waits, which is {}", preset->people_say,
                                            durationLiteral(*preset->longest_call)),
                                "set it to that or less"});
        }
        if (!isAsynchronous(function->target)) continue;
        if (trigger.order != Order::None) {
            warnings.push_back(
                {triggerPlace(i) + ".order",
                 fmt::format("cannot be kept: the function {} is invoked with \"Event\", and Lambda "
                             "runs what it has queued in any order, some of it twice",
                             inQuotes(trigger.function)),
                 "invoke it with \"RequestResponse\", or set the order to \"none\""});
        }
        if (!trigger.outputs.empty()) {
            warnings.push_back(
                {triggerPlace(i) + ".output",
                 fmt::format("stays empty: the function {} is invoked with \"Event\", which answers "
                             "nothing",
                             inQuotes(trigger.function)),
                 "invoke it with \"RequestResponse\""});
        }
    }
    return warnings;
}

void completeTriggers(Flow& flow) {
    for (auto& trigger : flow.triggers) {
        completeBatches(flow, trigger);
        if (trigger.name.empty()) trigger.name = sourceName(trigger) + "→" + trigger.function;
        // An observed function's group is not known, and Weir joins none for it.
        const auto* const function = flow.function(trigger.function);
        if (function != nullptr && function->observe) continue;
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
    checkAsynchronous(flow, problems);
    checkDestinations(flow, problems);
    checkFrontDoors(flow, problems);
    checkPresets(flow, problems);
}

}  // namespace weir::flow
