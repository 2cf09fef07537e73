// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/lineage/lineage_format.h"
#include "base/text.h"

#include <nlohmann/json.hpp>

namespace weir::analysis {
namespace {

using Json = nlohmann::ordered_json;

/// Names come from a file: what is not UTF-8 must not end up in JSON.
std::string textJson(const std::string& text) {
    return isUtf8(text) ? text : terminalSafe(text);
}

Json bytesJson(const std::optional<std::string>& bytes) {
    if (!bytes) return nullptr;
    if (isUtf8(*bytes)) return *bytes;
    std::string base64;
    appendBase64(base64, *bytes);
    return {{"base64", std::move(base64)}};
}

Json timeJson(const std::optional<TimeNs>& at) {
    return at ? Json(*at) : Json(nullptr);
}

Json nameJson(const std::string& name) {
    return name.empty() ? Json(nullptr) : Json(textJson(name));
}

Json placeJson(const EventPlace& p) {
    return {{"topic", textJson(p.topic)}, {"partition", p.partition}, {"offset", p.offset}};
}

Json outcomeJson(const std::optional<facts::Outcome>& outcome) {
    return outcome ? Json(facts::word(*outcome)) : Json(nullptr);
}

Json eventJson(const EventNode& e) {
    Json j = placeJson(e.place);
    j["step"] = e.step;
    j["recorded"] = e.recorded;
    j["session"] = e.session;
    j["id"] = e.id ? Json(e.id.value) : Json(nullptr);
    j["timestamp_ns"] = timeJson(e.timestamp);
    j["received_ns"] = timeJson(e.received);
    j["written_ns"] = timeJson(e.written);
    j["key"] = bytesJson(e.key);
    j["type"] = nameJson(e.type);
    j["losses"] = Json::array();
    for (const EventLoss& loss : e.losses) {
        j["losses"].push_back({{"kind", word(loss.kind)},
                               {"function", textJson(loss.function)},
                               {"trigger", nameJson(loss.trigger)},
                               {"at_ns", timeJson(loss.at)},
                               {"detail", nameJson(loss.detail)}});
    }
    j["cut"] = {{"steps", e.cut.steps},
                {"hidden_causes", e.cut.hidden_causes},
                {"hidden_effects", e.cut.hidden_effects}};
    return j;
}

Json callJson(const CallNode& c) {
    Json j{{"session", c.session},
           {"invocation", c.id.value},
           {"step", c.step},
           {"function", textJson(c.function)},
           {"trigger", nameJson(c.trigger)},
           {"observed", c.observed}};
    j["instance"] = nameJson(c.instance);
    j["attempt"] = c.observed ? Json(nullptr) : Json(c.attempt);
    j["cold"] = c.observed ? Json(nullptr) : Json(c.cold);
    j["events"] = c.events;
    j["start_ns"] = timeJson(c.start);
    j["end_ns"] = timeJson(c.end);
    j["outcome"] = outcomeJson(c.outcome);
    j["error"] = nameJson(c.error);
    return j;
}

Json edgeJson(const LineageEdge& e) {
    static constexpr const char* kKinds[] = {"delivered", "produced", "named"};
    Json j{{"kind", kKinds[static_cast<std::size_t>(e.kind)]},
           {"from", e.from},
           {"to", e.to},
           {"from_ns", timeJson(e.from_at)},
           {"to_ns", timeJson(e.to_at)}};
    if (e.kind == LineageEdge::Kind::Delivered) j["outcome"] = outcomeJson(e.outcome);
    if (e.kind == LineageEdge::Kind::Produced) j["causes"] = e.causes;
    if (e.kind == LineageEdge::Kind::Named) j["function"] = nameJson(e.function);
    return j;
}

}  // namespace

std::string lineageJson(const Lineage& lineage, const LineageOptions& options) {
    Json j{{"event", placeJson(lineage.events.front().place)},
           {"truncated", lineage.truncated},
           {"limits",
            {{"up", options.up}, {"down", options.down}, {"fan", options.fan}, {"events", options.events}}}};
    j["events"] = Json::array();
    for (const EventNode& e : lineage.events) j["events"].push_back(eventJson(e));
    j["calls"] = Json::array();
    for (const CallNode& c : lineage.calls) j["calls"].push_back(callJson(c));
    j["edges"] = Json::array();
    for (const LineageEdge& e : lineage.edges) j["edges"].push_back(edgeJson(e));
    return j.dump(2) + "\n";
}

std::string aggregateJson(const LineageAggregate& graph) {
    Json j{{"duration_ns", graph.duration}};
    j["topics"] = Json::array();
    for (const auto& t : graph.topics)
        j["topics"].push_back({{"topic", textJson(t.name)}, {"events", t.events}});
    j["functions"] = Json::array();
    for (const auto& f : graph.functions)
        j["functions"].push_back({{"function", textJson(f.name)}, {"observed", f.observed}});
    j["delivered"] = Json::array();
    for (const auto& d : graph.delivered) {
        Json skipped = Json::object();
        for (const auto& [reason, count] : d.skipped) skipped[reason] = count;
        j["delivered"].push_back({{"topic", textJson(graph.topics[d.topic].name)},
                                  {"function", textJson(graph.functions[d.function].name)},
                                  {"calls", d.calls},
                                  {"deliveries", d.deliveries},
                                  {"succeeded", d.succeeded},
                                  {"failed", d.failed},
                                  {"in_flight", d.in_flight},
                                  {"skipped", std::move(skipped)},
                                  {"per_second", d.per_second}});
    }
    j["produced"] = Json::array();
    for (const auto& p : graph.produced) {
        j["produced"].push_back({{"function", textJson(graph.functions[p.function].name)},
                                 {"topic", textJson(graph.topics[p.topic].name)},
                                 {"outputs", p.outputs},
                                 {"per_second", p.per_second}});
    }
    j["named"] = Json::array();
    for (const auto& n : graph.named) {
        j["named"].push_back(
            {{"from", textJson(graph.topics[n.from].name)}, {"to", textJson(graph.topics[n.to].name)}});
    }
    return j.dump(2) + "\n";
}

}  // namespace weir::analysis
