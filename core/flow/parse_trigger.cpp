// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/event_pattern.h"
#include "flow/expression.h"
#include "flow/parse_source.h"
#include "flow/parts.h"
#include "flow/preset.h"

#include <fmt/format.h>

#include <array>

namespace weir::flow {
namespace {

constexpr std::array<std::string_view, 25> kTriggerKeys{"name",
                                                        "function",
                                                        "enabled",
                                                        "topics",
                                                        "http",
                                                        "range",
                                                        "group",
                                                        "order",
                                                        "parallelization_factor",
                                                        "batch_size",
                                                        "batching_window",
                                                        "batch_bytes",
                                                        "starting_position",
                                                        "retries",
                                                        "bisect",
                                                        "partial_failures",
                                                        "max_record_age",
                                                        "on_failure",
                                                        "on_success",
                                                        "on_exhausted",
                                                        "output",
                                                        "filter",
                                                        "like",
                                                        "exactly_once",
                                                        "event_source"};
constexpr std::array<std::string_view, 1> kDestinationKeys{"topic"};
constexpr std::array<std::string_view, 3> kOutputKeys{"topic", "key", "partition"};
constexpr std::array<std::string_view, 2> kAtKeys{"at", "AT_TIMESTAMP"};

constexpr std::pair<std::string_view, std::string_view> kEventSources[] = {
    {"SelfManagedKafka", "SelfManagedKafka"},
    {"aws:kafka", "aws:kafka"},
    {"aws:SelfManagedKafka", "aws:SelfManagedKafka"},
};

constexpr DurationNs kLongestWindow = 300 * kSecond;
constexpr DurationNs kLongestAge = 365 * 24 * 3600 * kSecond;
constexpr std::int64_t kLargestBatch = std::int64_t{1} << 30;

void readOrder(const ObjectReader& trigger, TriggerSpec& spec) {
    static constexpr std::pair<std::string_view, Order> kOrders[] = {
        {"partition", Order::Partition}, {"key", Order::Key}, {"none", Order::None}};
    trigger.choice("order", kOrders, spec.order);
    trigger.integer("parallelization_factor", 1, 10'000, spec.parallelization_factor);
    if (trigger.has("parallelization_factor") && spec.order != Order::Key) {
        trigger.context().add(trigger.place("parallelization_factor"),
                              fmt::format("has no meaning with order \"{}\"", orderName(spec.order)),
                              "remove it, or set \"order\": \"key\"");
    }
}

void readBatching(const ObjectReader& trigger, TriggerSpec& spec) {
    if (!trigger.has("batch_size")) spec.batch_size = 0;  // the function decides: completeTriggers()
    trigger.integer("batch_size", 1, 10'000, spec.batch_size);
    trigger.duration("batching_window", 0, kLongestWindow, spec.batching_window);
    if (!trigger.has("batch_bytes")) spec.batch_bytes = 0;
    trigger.size("batch_bytes", 1, kLargestBatch, spec.batch_bytes);
}

void readStartTime(const ReadContext& context, const Node& node, StartingPosition& position) {
    const ObjectReader reader(context, node, kAtKeys);
    const std::string_view key = reader.has("AT_TIMESTAMP") ? "AT_TIMESTAMP" : "at";
    constexpr std::string_view kHint = "expected a time such as \"2026-01-31T10:00:00Z\"";
    std::string text;
    if (!reader.require(key, kHint) || !reader.text(key, text)) return;
    if (const auto time = parseTimeUtc(text)) {
        position = {StartingPosition::Kind::At, *time};
    } else {
        context.add(reader.place(key), inQuotes(reader.written(key)) + " is not a time", std::string(kHint));
    }
}

void readStartingPosition(const ObjectReader& trigger, StartingPosition& position) {
    using Kind = StartingPosition::Kind;
    const auto node = trigger.find("starting_position");
    if (!node) return;
    if (node->json->is_object()) return readStartTime(trigger.context(), *node, position);
    static constexpr std::pair<std::string_view, Kind> kPositions[] = {{"earliest", Kind::Earliest},
                                                                       {"latest", Kind::Latest},
                                                                       {"TRIM_HORIZON", Kind::Earliest},
                                                                       {"LATEST", Kind::Latest}};
    if (trigger.written("starting_position") == "AT_TIMESTAMP") {
        trigger.context().add(node->place, "\"AT_TIMESTAMP\" needs a time",
                              "write { \"at\": \"2026-01-31T10:00:00Z\" }");
        return;
    }
    trigger.choice("starting_position", kPositions, position.kind);
}

void readDestination(const ObjectReader& trigger, std::string_view key, std::optional<std::string>& topic) {
    const auto node = trigger.find(key);
    if (!node) return;
    const ObjectReader reader(trigger.context(), *node, kDestinationKeys);
    std::string name;
    if (reader.require("topic", "name the topic") && reader.topic("topic", name)) topic = std::move(name);
}

void readFailureHandling(const ObjectReader& trigger, TriggerSpec& spec) {
    const ReadContext& context = trigger.context();
    readDestination(trigger, "on_failure", spec.on_failure_topic);
    readDestination(trigger, "on_success", spec.on_success_topic);
    trigger.integer("retries", -1, 10'000, spec.retries);
    trigger.boolean("bisect", spec.bisect);
    trigger.boolean("partial_failures", spec.partial_failures);
    DurationNs age = 0;
    if (trigger.duration("max_record_age", kSecond, kLongestAge, age)) spec.max_record_age = age;

    static constexpr std::pair<std::string_view, OnExhausted> kExhausted[] = {
        {"dead-letter", OnExhausted::DeadLetter},
        {"discard", OnExhausted::Discard},
        {"stop", OnExhausted::Stop}};
    trigger.choice("on_exhausted", kExhausted, spec.on_exhausted);
    if (spec.on_exhausted == OnExhausted::DeadLetter && !trigger.has("on_failure")) {
        context.add(trigger.place("on_exhausted"), "\"dead-letter\" needs a topic for the failed events",
                    "add \"on_failure\": { \"topic\": … }");
    }
}

std::optional<OutputSpec> readOutput(const ReadContext& context, const Node& node) {
    const ObjectReader reader(context, node, kOutputKeys);
    OutputSpec output;
    const bool has_topic = reader.require("topic", "name the topic") && reader.topic("topic", output.topic);
    if (std::string key; reader.text("key", key)) output.key = std::move(key);
    if (int partition = 0; reader.integer("partition", 0, INT32_MAX, partition)) output.partition = partition;
    return has_topic ? std::optional(output) : std::nullopt;
}

void readOutputs(const ObjectReader& trigger, std::vector<OutputSpec>& outputs) {
    const auto node = trigger.find("output");
    if (!node) return;
    if (!node->json->is_array()) {
        if (auto output = readOutput(trigger.context(), *node)) outputs.push_back(std::move(*output));
        return;
    }
    if (node->json->empty())
        trigger.context().add(node->place, "is empty", "name one topic at least, or remove it");
    for (std::size_t i = 0; i < node->json->size(); ++i) {
        const Node element{&(*node->json)[i], elementPlace(node->place, i)};
        if (auto output = readOutput(trigger.context(), element)) outputs.push_back(std::move(*output));
    }
}

// The references inside of a pattern are replaced; its text as written is what writeFlow() gives back.
void substituteAll(const ReadContext& context, const Node& node, Json& pattern) {
    if (pattern.is_string()) {
        if (const auto text = readText(context, {&pattern, node.place})) pattern = *text;
    } else if (pattern.is_array()) {
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            substituteAll(context, {&pattern[i], elementPlace(node.place, i)}, pattern[i]);
        }
    } else if (pattern.is_object()) {
        for (auto& [key, value] : pattern.items())
            substituteAll(context, {&value, memberPlace(node.place, key)}, value);
    }
}

void readFilter(const ObjectReader& trigger, std::string& filter) {
    const auto node = trigger.find("filter");
    if (!node) return;
    const auto& json = *node->json;
    const bool patterns = json.is_array() && !json.empty() &&
                          std::ranges::all_of(json, [](const Json& p) { return p.is_object(); });
    if (!json.is_object() && !patterns) {
        trigger.context().add(node->place, "is not a pattern",
                              "expected an event pattern, or a list of them");
        return;
    }
    const ReadContext& outer = trigger.context();
    Expressions inside;
    const ReadContext context{outer.problems, outer.secrets, inside, outer.base};
    Json pattern = json;
    substituteAll(context, *node, pattern);
    filter = pattern.dump();
    (void)EventPattern::compile(filter, node->place, outer.problems);
    if (!inside.empty()) outer.expressions[node->place.substr(outer.base.size())] = {json.dump(), filter};
}

void readKind(const ObjectReader& trigger, TriggerSpec& spec) {
    std::string_view event_source = spec.event_source;
    if (trigger.choice("event_source", kEventSources, event_source)) spec.event_source = event_source;
    trigger.boolean("exactly_once", spec.exactly_once);
    const bool in_group = std::holds_alternative<std::vector<std::string>>(spec.source);
    if (spec.exactly_once && !in_group && (trigger.has("http") || trigger.has("range"))) {
        trigger.context().add(trigger.place("exactly_once"), "needs the offsets of a group",
                              "remove it, or read \"topics\"");
    }
}

/// What the file does not say comes from the source and from the system that the trigger is like.
void takeDefaults(const ObjectReader& trigger, TriggerSpec& spec) {
    std::string_view like;
    const auto names = presetNames();
    trigger.choiceOf("like", std::span<const std::pair<std::string_view, std::string_view>>(names), like);
    TriggerSpec defaults = triggerDefaults(like, spec.source, trigger.has("on_failure"));
    defaults.name = std::move(spec.name);
    defaults.function = std::move(spec.function);
    defaults.enabled = spec.enabled;
    defaults.source = std::move(spec.source);
    defaults.group = std::move(spec.group);
    defaults.like = like;
    defaults.expressions = std::move(spec.expressions);
    spec = std::move(defaults);
}

}  // namespace

void readTrigger(const ReadContext& context, const Node& node, TriggerSpec& spec) {
    const ObjectReader trigger(context, node, kTriggerKeys);
    if (!trigger.isObject()) return;
    trigger.name("name", spec.name);
    if (trigger.require("function", "name the function that it invokes"))
        trigger.name("function", spec.function);
    trigger.boolean("enabled", spec.enabled);
    spec.source = readSource(trigger, node.place);
    trigger.name("group", spec.group);
    takeDefaults(trigger, spec);
    readOrder(trigger, spec);
    readBatching(trigger, spec);
    readStartingPosition(trigger, spec.starting_position);
    readFailureHandling(trigger, spec);
    readOutputs(trigger, spec.outputs);
    readFilter(trigger, spec.filter);
    readKind(trigger, spec);
}

}  // namespace weir::flow
