// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/stats_format.h"
#include "report/escape.h"
#include "report/tables.h"

#include <nlohmann/json.hpp>

namespace weir::report {
namespace {

using Json = nlohmann::ordered_json;

/// Names may be any bytes; JSON is UTF-8.
std::string name(const std::string& text) {
    return plain(text);
}

template <typename T>
Json orNull(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json timelineJson(const ReportData& data) {
    Json out = Json::array();
    for (const Moment& m : data.timeline) {
        out.push_back({{"start_ns", m.start},
                       {"width_ns", m.width},
                       {"events", m.events},
                       {"delivered", m.delivered},
                       {"failed", m.failed},
                       {"cold_starts", m.cold_starts},
                       {"run_p50_ns", orNull(m.run_p50)},
                       {"run_p99_ns", orNull(m.run_p99)}});
    }
    return out;
}

Json orderJson(const OrderData& o) {
    Json kinds = Json::object();
    for (const order::Kind kind : order::kKinds) kinds[order::word(kind)] = o.of(kind);
    Json groups = Json::array();
    for (const FindingGroup& g : o.groups) {
        groups.push_back({{"kind", order::word(g.kind)},
                          {"severity", order::word(g.severity)},
                          {"cause", g.cause ? Json(order::word(*g.cause)) : Json(nullptr)},
                          {"function", g.function ? Json(name(g.function_name)) : Json(nullptr)},
                          {"topic", name(g.topic)},
                          {"partitions", g.partitions},
                          {"units", g.units},
                          {"first_at_ns", g.first_at}});
    }
    return {{"events", o.events},       {"deliveries", o.deliveries}, {"open", o.open},
            {"displaced", o.displaced}, {"bounded", name(o.bounded)}, {"kinds", kinds},
            {"findings", groups}};
}

Json originJson(const std::optional<journal::Origin>& o) {
    if (!o) return nullptr;
    return {{"file", name(o->file)},
            {"started_ns", o->started},
            {"filter", name(o->filter)},
            {"events", o->events},
            {"of_events", o->of_events}};
}

}  // namespace

std::string toJson(const ReportData& data) {
    Json out;
    out["report"] = 1;
    out["file"] = name(data.file);
    out["session"] = {{"name", name(data.info.name)},
                      {"mode", facts::word(data.info.mode)},
                      {"cluster", name(data.info.cluster)},
                      {"weir_version", name(data.info.weir_version)},
                      {"schema_version", data.info.schema_version},
                      {"first_ns", data.first},
                      {"last_ns", data.last},
                      {"ended", data.info.ended.has_value()},
                      {"capture", name(data.capture)},
                      {"capture_bytes", data.capture_bytes}};
    out["origin"] = originJson(data.origin);
    out["stats"] = Json::parse(analysis::statsJson(data.stats), nullptr, false);
    out["order"] = data.order ? orderJson(*data.order) : Json(nullptr);
    out["timeline"] = timelineJson(data);
    Json flow = Json::array(), losses = Json::array(), triggers = Json::array(), notes = Json::array();
    for (const FlowEdge& e : data.flow) {
        flow.push_back({{"topic", name(data.topicName(e.topic))},
                        {"function", name(data.functionName(e.function))},
                        {"direction", e.output ? "output" : "input"},
                        {"events", e.count},
                        {"failed", e.failed}});
    }
    for (const Loss& l : data.losses) {
        losses.push_back({{"function", name(l.function)},
                          {"topic", name(l.topic)},
                          {"reason", name(l.reason)},
                          {"events", l.events},
                          {"first_at_ns", l.first_at},
                          {"last_at_ns", l.last_at}});
    }
    for (const journal::TriggerRow& t : data.triggers) {
        Json topics = Json::array();
        for (const TopicId id : t.topics) topics.push_back(name(data.topicName(id)));
        triggers.push_back({{"trigger", name(t.name)},
                            {"function", name(data.functionName(t.function))},
                            {"topics", topics},
                            {"order", name(t.order)},
                            {"group", name(t.group)},
                            {"batch_size", t.batch_size},
                            {"batching_window_ns", t.batching_window}});
    }
    for (const Note& n : data.notes) notes.push_back({{"at_ns", n.at}, {"text", name(n.text)}});
    out["flow"] = flow;
    out["losses"] = losses;
    out["triggers"] = triggers;
    out["cost"] = Json::parse(analysis::costJson(data.cost), nullptr, false);
    out["notes"] = notes;
    Json left_out = Json::array();
    for (const std::string& words : data.left_out) left_out.push_back(name(words));
    out["not_captured"] = left_out;
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace weir::report
