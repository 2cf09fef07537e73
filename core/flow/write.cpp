// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/write.h"

#include "base/size.h"
#include "flow/json_text.h"
#include "flow/parts.h"
#include "flow/preset.h"
#include "flow/text_writer.h"

#include <fmt/format.h>

namespace weir::flow {
namespace {

Json writeCluster(const ClusterSpec& cluster) {
    const TextWriter text(cluster.expressions);
    Json json{{"brokers", text(".brokers", cluster.brokers)}};
    for (const auto& [name, value] : cluster.kafka) {
        const auto place = memberPlace(".kafka", name);
        json["kafka"][name] = isSecretKafkaProperty(name)
                                  ? text.reference(place).value_or("${" + secretVariable(name) + "}")
                                  : text(place, value);
    }
    return json;
}

Json writeCauses(const CausesSpec& causes, const TextWriter& text) {
    Json json = Json::object();
    if (causes.from == CausesSpec::From::Header) json["header"] = text(".causes.header", causes.header);
    if (causes.from == CausesSpec::From::Json) json["json"] = text(".causes.json", causes.json);
    if (causes.by == CausesSpec::By::Key) json["by"] = "key";
    if (causes.by == CausesSpec::By::Id) json["by"] = "id";
    return json;
}

Json writeFunction(const FunctionSpec& function) {
    const TextWriter text(function.expressions);
    const FunctionSpec defaults;
    Json json = Json::object();
    if (!targetKind(function.target).empty()) json["target"] = writeTarget(function.target, text);
    if (function.concurrency != defaults.concurrency ||
        std::holds_alternative<CommandTarget>(function.target))
        json["concurrency"] = function.concurrency;
    const auto duration = [&](const char* key, DurationNs value, DurationNs otherwise) {
        if (value != otherwise) json[key] = text(std::string(".") + key, durationLiteral(value));
    };
    duration("timeout", function.timeout, defaults.timeout);
    duration("init_timeout", function.init_timeout, defaults.init_timeout);
    duration("idle_timeout", function.idle_timeout, defaults.idle_timeout);
    if (function.memory_mb != defaults.memory_mb) json["memory_mb"] = function.memory_mb;
    for (const auto& [name, value] : function.environment) {
        json["environment"][name] = text(memberPlace(".environment", name), value);
    }
    if (function.observe) json["observe"] = true;
    if (function.causes.from != CausesSpec::From::Known) json["causes"] = writeCauses(function.causes, text);
    if (function.answers_each) json["answers"] = "each";
    return json;
}

Json writeBound(const std::optional<std::int64_t>& offset, const std::optional<TimeNs>& time) {
    return offset ? Json(*offset) : Json(formatTimeUtc(*time));
}

void writeSource(const TriggerSpec& trigger, const TextWriter& text, Json& json) {
    if (const auto* http = std::get_if<HttpSource>(&trigger.source)) {
        json["http"] = {{"listen", text(".http.listen", http->listen)},
                        {"path", text(".http.path", http->path)}};
    } else if (const auto* range = std::get_if<RangeSource>(&trigger.source)) {
        Json& to = json["range"] = {{"topic", text(".range.topic", range->topic)}};
        if (!range->partitions.empty()) to["partitions"] = range->partitions;
        if (range->from_offset || range->from_time)
            to["from"] = writeBound(range->from_offset, range->from_time);
        if (range->to_offset || range->to_time) to["to"] = writeBound(range->to_offset, range->to_time);
    } else {
        json["topics"] = Json::array();
        const auto topics = trigger.topics();
        for (std::size_t i = 0; i < topics.size(); ++i) {
            json["topics"].push_back(text(elementPlace(".topics", i), topics[i]));
        }
    }
}

void writeStart(const StartingPosition& position, const StartingPosition& otherwise, Json& json) {
    using Kind = StartingPosition::Kind;
    if (position.kind == otherwise.kind && position.kind != Kind::At) return;
    if (position.kind == Kind::Earliest) json["starting_position"] = "earliest";
    if (position.kind == Kind::Latest) json["starting_position"] = "latest";
    if (position.kind == Kind::At) json["starting_position"] = {{"at", formatTimeUtc(position.at)}};
}

const char* exhaustedName(OnExhausted exhausted) {
    switch (exhausted) {
        case OnExhausted::DeadLetter:
            return "dead-letter";
        case OnExhausted::Discard:
            return "discard";
        case OnExhausted::Stop:
            return "stop";
    }
    return "stop";
}

void writeFailureHandling(const TriggerSpec& trigger, const TriggerSpec& defaults, const TextWriter& text,
                          Json& json) {
    json["retries"] = trigger.retries;
    if (trigger.bisect) json["bisect"] = true;
    if (trigger.partial_failures) json["partial_failures"] = true;
    if (trigger.max_record_age)
        json["max_record_age"] = text(".max_record_age", durationLiteral(*trigger.max_record_age));
    if (trigger.on_failure_topic)
        json["on_failure"] = {{"topic", text(".on_failure.topic", *trigger.on_failure_topic)}};
    if (trigger.on_success_topic)
        json["on_success"] = {{"topic", text(".on_success.topic", *trigger.on_success_topic)}};
    if (trigger.on_exhausted != defaults.on_exhausted)
        json["on_exhausted"] = exhaustedName(trigger.on_exhausted);
}

Json writeOutput(const OutputSpec& output, const std::string& place, const TextWriter& text) {
    Json json{{"topic", text(place + ".topic", output.topic)}};
    if (output.key) json["key"] = text(place + ".key", *output.key);
    if (output.partition) json["partition"] = *output.partition;
    return json;
}

void writeOutputs(const TriggerSpec& trigger, const TextWriter& text, Json& json) {
    if (trigger.outputs.empty()) return;
    if (trigger.outputs.size() == 1) {
        json["output"] = writeOutput(trigger.outputs.front(), ".output", text);
        return;
    }
    for (std::size_t i = 0; i < trigger.outputs.size(); ++i) {
        json["output"].push_back(writeOutput(trigger.outputs[i], elementPlace(".output", i), text));
    }
}

void writeFilter(const TriggerSpec& trigger, const TextWriter& text, Json& json) {
    if (trigger.filter.empty()) return;
    const auto reference = text.reference(".filter");
    const bool as_written = reference && trigger.expressions.at(".filter").value == trigger.filter;
    json["filter"] = Json::parse(as_written ? *reference : escapeReferences(trigger.filter), nullptr, false);
}

Json writeTrigger(const TriggerSpec& trigger) {
    const TextWriter text(trigger.expressions);
    const TriggerSpec defaults =
        triggerDefaults(trigger.like, trigger.source, trigger.on_failure_topic.has_value());
    Json json{{"name", text(".name", trigger.name)}, {"function", text(".function", trigger.function)}};
    if (!trigger.enabled) json["enabled"] = false;
    writeSource(trigger, text, json);
    if (!trigger.group.empty()) json["group"] = text(".group", trigger.group);
    json["order"] = orderName(trigger.order);
    if (trigger.order == Order::Key) json["parallelization_factor"] = trigger.parallelization_factor;
    json["batch_size"] = trigger.batch_size;
    json["batching_window"] = text(".batching_window", durationLiteral(trigger.batching_window));
    if (trigger.batch_bytes != defaults.batch_bytes)
        json["batch_bytes"] = text(".batch_bytes", sizeLiteral(trigger.batch_bytes));
    writeStart(trigger.starting_position, defaults.starting_position, json);
    writeFailureHandling(trigger, defaults, text, json);
    writeOutputs(trigger, text, json);
    writeFilter(trigger, text, json);
    if (!trigger.like.empty()) json["like"] = trigger.like;
    if (trigger.exactly_once) json["exactly_once"] = true;
    if (trigger.event_source != defaults.event_source) json["event_source"] = trigger.event_source;
    return json;
}

Json writeCapture(const Flow& flow) {
    using Values = CaptureSpec::Values;
    const TextWriter text(flow.expressions);
    const auto& capture = flow.capture;
    Json json = Json::object();
    if (capture.values == Values::Prefix) {
        json["values"] = {{"first", text("capture.values.first", sizeLiteral(capture.prefix_bytes))}};
    } else {
        json["values"] = capture.values == Values::None ? "none" : "whole";
    }
    const auto list = [&text](const std::string& place, const std::vector<std::string>& texts) {
        Json all = Json::array();
        for (std::size_t i = 0; i < texts.size(); ++i) all.push_back(text(elementPlace(place, i), texts[i]));
        return all;
    };
    if (!capture.mask_paths.empty()) json["mask"]["paths"] = list("capture.mask.paths", capture.mask_paths);
    if (!capture.mask_headers.empty()) {
        json["mask"]["headers"] = list("capture.mask.headers", capture.mask_headers);
    }
    if (capture.max_size) json["max_size"] = text("capture.max_size", sizeLiteral(*capture.max_size));
    if (capture.max_age) json["max_age"] = text("capture.max_age", durationLiteral(*capture.max_age));
    return json;
}

}  // namespace

std::string secretVariable(const std::string& property) {
    std::string name = property;
    for (char& c : name) {
        if (c == '.' || c == '-') c = '_';
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return name;
}

std::string writeFlow(const Flow& flow) {
    Json json{{"weir", 1}, {"name", TextWriter(flow.expressions)("name", flow.name)}};
    json["cluster"] = writeCluster(flow.cluster);
    json["functions"] = Json::object();
    for (const auto& function : flow.functions) json["functions"][function.name] = writeFunction(function);
    json["triggers"] = Json::array();
    for (const auto& trigger : flow.triggers) json["triggers"].push_back(writeTrigger(trigger));
    json["capture"] = writeCapture(flow);
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace weir::flow
