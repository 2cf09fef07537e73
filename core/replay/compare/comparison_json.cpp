// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "replay/compare/compare.h"

#include <nlohmann/json.hpp>

namespace weir::compare {
namespace {

using Json = nlohmann::ordered_json;

/// Names come from files: what is not UTF-8 must not end up in JSON.
std::string named(const std::string& name) {
    return isUtf8(name) ? name : terminalSafe(name);
}

template <typename T>
Json pairJson(const Both<T>& both) {
    return Json::array({both[0], both[1]});
}

Json placeJson(const std::optional<Place>& p) {
    if (!p) return nullptr;
    return Json::array({named(p->topic), p->partition, p->offset});
}

Json functionJson(const FunctionPair& f) {
    Json measures = Json::array();
    for (const Measure& m : f.measures) {
        measures.push_back({{"what", m.what},
                            {"count", pairJson(m.count)},
                            {"p50_ns", pairJson(m.p50)},
                            {"p99_ns", pairJson(m.p99)},
                            {"more_than_noise", m.beyond_noise}});
    }
    return {{"names", {named(f.names[0]), named(f.names[1])}}, {"succeeded_in_both", f.both_succeeded},
            {"succeeded_in_one", pairJson(f.only_succeeded)},  {"calls", pairJson(f.calls)},
            {"not_successful", pairJson(f.failed_calls)},      {"cold", pairJson(f.cold)},
            {"cold_more_than_noise", f.cold_beyond_noise},     {"measures", std::move(measures)}};
}

Json exampleJson(const Example& e) {
    static constexpr std::array kWords{"changed", "missing", "extra", "reordered"};
    Json fields = Json::array();
    for (const FieldChange& f : e.fields) {
        fields.push_back({{"path", named(f.path)},
                          {"a", f.a.empty() ? Json(nullptr) : Json(f.a)},
                          {"b", f.b.empty() ? Json(nullptr) : Json(f.b)}});
    }
    return {{"kind", kWords.at(static_cast<std::size_t>(e.kind))},
            {"function", named(e.function)},
            {"key", e.key ? Json(named(*e.key)) : Json(nullptr)},
            {"cause", placeJson(e.cause)},
            {"a", placeJson(e.place[0])},
            {"b", placeJson(e.place[1])},
            {"fields", std::move(fields)}};
}

}  // namespace

std::string comparisonJson(const Comparison& c) {
    Json sides = Json::array();
    for (const Side& s : c.sides) {
        sides.push_back(
            {{"file", named(s.path)}, {"name", named(s.name)}, {"started", s.started}, {"events", s.events}});
    }
    Json alone = Json::array();
    for (const auto& names : c.alone) {
        Json list = Json::array();
        for (const std::string& name : names) list.push_back(named(name));
        alone.push_back(std::move(list));
    }
    Json functions = Json::array();
    for (const FunctionPair& f : c.functions) functions.push_back(functionJson(f));
    Json outputs = Json::array();
    for (const OutputPair& o : c.outputs) {
        outputs.push_back({{"function", named(o.function)},
                           {"topic", named(o.topic)},
                           {"same", o.same},
                           {"changed", o.changed},
                           {"missing", o.missing},
                           {"extra", o.extra},
                           {"reordered", o.reordered},
                           {"value_unknown", o.unknown},
                           {"cause_in_one", pairJson(o.no_cause)}});
    }
    Json fields = Json::array();
    for (const FieldCount& f : c.fields) fields.push_back({{"path", named(f.path)}, {"outputs", f.outputs}});
    Json examples = Json::array();
    for (const Example& e : c.examples) examples.push_back(exampleJson(e));
    Json findings = Json::object();
    for (const FindingPair& f : c.findings) findings[f.kind] = pairJson(f.units);
    Json j{{"differ", c.differ()},
           {"matched_by", c.by_place ? "place" : "content"},
           {"events_in_both", c.in_both},
           {"sessions", std::move(sides)},
           {"only_in_one", std::move(alone)},
           {"functions", std::move(functions)},
           {"outputs", std::move(outputs)},
           {"fields", std::move(fields)},
           {"examples", std::move(examples)},
           {"findings", std::move(findings)}};
    // Limits that were met; without them there is nothing to say.
    if (c.other_fields > 0) j["changes_of_other_fields"] = c.other_fields;
    if (c.sorted_on_disk > 0) j["sorted_on_disk_bytes"] = c.sorted_on_disk;
    return j.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace weir::compare
