// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/lineage/session_names.h"
#include "base/text.h"
#include "replay/state_format.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace weir::replay {
namespace {

using Json = nlohmann::ordered_json;

/// Names come from a file: what is not UTF-8 must not end up in JSON.
Json named(const std::string& name) {
    if (name.empty()) return nullptr;
    return isUtf8(name) ? name : terminalSafe(name);
}

template <typename I>
Json idJson(I id) {
    return id ? Json(id.value) : Json(nullptr);
}

Json runsJson(const std::vector<Run>& runs) {
    Json list = Json::array();
    for (const Run& r : runs) list.push_back({r.first, r.last});
    return list;
}

class Writer {
  public:
    Writer(const State& state, const Position& position, const analysis::SessionNames& names)
        : state_(state), position_(position), names_(names) {}

    [[nodiscard]] Json position() const {
        if (position_ == Position::start()) return nullptr;
        const bool moment = position_.kind != Kind::Last;
        Json j{{"at", position_.at},
               {"kind", moment ? Json(word(position_.kind)) : Json(nullptr)},
               {"id", moment ? Json(position_.id) : Json(nullptr)}};
        if (position_.kind == Kind::Start || position_.kind == Kind::Observed) j["delivery"] = position_.part;
        return j;
    }
    [[nodiscard]] Json partitions() const {
        Json list = Json::array();
        for (const auto& [key, p] : state_.partitions) {
            Json j = place(key);
            j.update({{"events", p.events}, {"next_offset", p.next}, {"read", runsJson(p.read.runs())}});
            list.push_back(std::move(j));
        }
        return list;
    }
    [[nodiscard]] Json lanes() const {
        Json list = Json::array();
        for (const auto& [key, lane] : state_.lanes) {
            const Waiting waiting = state_.waiting(key);
            const std::int64_t in_flight = state_.inFlight(key);
            Json j{{"function", named(names_.functionName(key.function))}};
            j.update(place(key.partition));
            j.update({{"waiting", waiting.events},
                      {"waiting_again", waiting.again},
                      {"waiting_offsets", runsJson(waiting.runs)},
                      {"in_flight", in_flight},
                      {"succeeded", lane.succeeded},
                      {"passed_over", lane.skipped},
                      {"lag", waiting.events + in_flight},
                      {"calls", lane.calls}});
            list.push_back(std::move(j));
        }
        return list;
    }
    [[nodiscard]] Json calls() const {
        Json list = Json::array();
        for (const auto& [id, call] : state_.calls) {
            Json events = Json::array();
            for (const Stretch& s : call->stretches) {
                events.push_back({named(names_.topicName(s.topic)), s.partition, s.first, s.last});
            }
            list.push_back({{"invocation", id.value},
                            {"function", named(names_.functionName(call->function))},
                            {"trigger", named(names_.triggerName(call->trigger))},
                            {"instance", named(names_.instanceName(call->instance))},
                            {"batch", idJson(call->batch)},
                            {"attempt", call->attempt},
                            {"cold", call->cold},
                            {"start", call->start},
                            {"events", std::move(events)}});
        }
        return list;
    }
    [[nodiscard]] Json batches() const {
        Json list = Json::array();
        for (const auto& [id, b] : state_.batches) {
            list.push_back({{"batch", id.value},
                            {"trigger", named(names_.triggerName(b.trigger))},
                            {"events", b.events},
                            {"formed", b.formed}});
        }
        return list;
    }
    [[nodiscard]] Json instances() const {
        Json list = Json::array();
        for (const auto& [id, i] : state_.instances) {
            Json running = Json::array();
            for (const InvocationId call : i.running) running.push_back(call.value);
            list.push_back({{"instance", named(names_.instanceName(id))},
                            {"function", named(names_.functionName(i.function))},
                            {"started", i.started},
                            {"ready", i.ready ? Json(*i.ready) : Json(nullptr)},
                            {"calls", i.calls},
                            {"running", std::move(running)}});
        }
        return list;
    }
    [[nodiscard]] Json functions() const {
        Json list = Json::array();
        for (const auto& [id, f] : state_.functions) {
            Json outcomes = Json::object();
            for (std::size_t o = 0; o < kOutcomes; ++o)
                outcomes[facts::word(static_cast<facts::Outcome>(o))] = f.outcomes.at(o);
            list.push_back({{"function", named(names_.functionName(id))},
                            {"calls", f.calls},
                            {"in_flight", f.in_flight},
                            {"events_in_flight", f.events_in_flight},
                            {"outcomes", std::move(outcomes)},
                            {"cold", f.cold},
                            {"retries", f.retries},
                            {"delivered", f.delivered},
                            {"failed", f.failed},
                            {"instances", f.instances - f.instances_ended}});
        }
        return list;
    }
    [[nodiscard]] Json assignments() const {
        Json list = Json::array();
        for (const auto& [key, a] : state_.assignments) {
            Json j = place(key.partition);
            j.update({{"group", named(key.group)}, {"state", facts::word(a.state)}, {"epoch", a.epoch}});
            list.push_back(std::move(j));
        }
        return list;
    }
    [[nodiscard]] Json commits() const {
        Json list = Json::array();
        for (const auto& [key, offset] : state_.commits) {
            Json j = place(key.partition);
            j.update({{"group", named(key.group)}, {"offset", offset}});
            list.push_back(std::move(j));
        }
        return list;
    }
    [[nodiscard]] Json triggers() const {
        Json list = Json::array();
        for (const auto& [id, kind] : state_.triggers)
            list.push_back({{"trigger", named(names_.triggerName(id))}, {"decision", facts::word(kind)}});
        return list;
    }
    [[nodiscard]] Json outputs() const {
        Json list = Json::array();
        for (const auto& [key, o] : state_.outputs) {
            Json j{{"function", named(names_.functionName(key.function))}};
            j.update(place(key.partition));
            j.update({{"outputs", o.count}, {"last_offset", o.last}});
            list.push_back(std::move(j));
        }
        return list;
    }

  private:
    [[nodiscard]] Json place(const PartitionKey& key) const {
        return {{"topic", named(names_.topicName(key.topic))}, {"partition", key.partition}};
    }

    const State& state_;
    const Position& position_;
    const analysis::SessionNames& names_;
};

}  // namespace

Result<std::string> stateJson(Cursor& cursor, const analysis::SessionNames& names) {
    const auto counts = cursor.findings();
    if (!counts) return tl::unexpected<Error>(counts.error());
    Json findings = Json::array();
    for (const FindingCount& f : *counts)
        findings.push_back({{"kind", f.kind}, {"severity", f.severity}, {"units", f.units}});
    const Writer w(cursor.state(), cursor.position(), names);
    const Json j{{"position", w.position()},       {"events", cursor.state().events},
                 {"partitions", w.partitions()},   {"lanes", w.lanes()},
                 {"in_flight", w.calls()},         {"batches", w.batches()},
                 {"instances", w.instances()},     {"functions", w.functions()},
                 {"assignments", w.assignments()}, {"commits", w.commits()},
                 {"triggers", w.triggers()},       {"outputs", w.outputs()},
                 {"findings", std::move(findings)}};
    return j.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace weir::replay
