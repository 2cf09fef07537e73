// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/session_overview.h"

#include "base/text.h"
#include "base/time.h"
#include "journal/rollup.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace weir::analysis {
namespace {

using Json = nlohmann::ordered_json;

/// Names come from a file: what is not UTF-8 must not end up in JSON.
std::string jsonText(const std::string& name) {
    return isUtf8(name) ? name : terminalSafe(name);
}

template <typename T>
Json orNull(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

template <typename T>
Status take(Result<T> from, T& to) {
    if (!from) return passOn(from);
    to = std::move(*from);
    return {};
}

/// The masking rules as the session keeps them; null when there are none or they are not readable.
Json maskJson(const journal::SessionInfo& info) {
    if (info.mask.empty() || !isUtf8(info.mask)) return nullptr;
    Json rules = Json::parse(info.mask, nullptr, false);
    return rules.is_object() ? rules : Json(nullptr);
}

std::string maskText(const journal::SessionInfo& info) {
    const Json rules = maskJson(info);
    std::string out;
    for (const char* part : {"paths", "headers"}) {
        if (!rules.is_object() || !rules.contains(part) || !rules[part].is_array()) continue;
        for (const Json& rule : rules[part]) {
            if (!rule.is_string()) continue;
            if (!out.empty()) out += ", ";
            out += (part == std::string_view("headers") ? "header " : "") + rule.get<std::string>();
        }
    }
    return out;
}

std::string captureText(const journal::SessionInfo& info) {
    std::string out =
        info.capture == "prefix" ? "the first " + formatSize(info.capture_bytes.value_or(0)) : info.capture;
    if (const std::string mask = maskText(info); !mask.empty()) out += "; masked: " + mask;
    return out;
}

std::string stateText(const SessionOverview& o) {
    const journal::SessionInfo& i = o.info;
    const TimeNs until = i.ended.value_or(o.extent.last_at);
    return fmt::format("{}, from {} to {} ({}), {}", facts::word(i.mode), formatTimeUtc(i.started),
                       formatTimeUtc(until), formatDuration(std::max<DurationNs>(0, until - i.started)),
                       i.ended ? "ended in order" : "not ended: still recording, or its writer was killed");
}

std::string parentText(const journal::Parent& p) {
    std::string out = fmt::format("{} ({}, started {}): {} events", p.file, p.name, formatTimeUtc(p.started),
                                  formatCount(p.events));
    if (!p.filter.empty()) out += " with " + p.filter;
    out += " into " + p.function;
    if (!p.batches_of.empty()) out += ", in the batches of " + p.batches_of;
    return out;
}

Json parentJson(const std::optional<journal::Parent>& p) {
    if (!p) return nullptr;
    const auto orNone = [](const std::string& text) {
        return text.empty() ? Json(nullptr) : Json(jsonText(text));
    };
    return {{"name", jsonText(p->name)},
            {"file", jsonText(p->file)},
            {"started_ns", p->started},
            {"filter", orNone(p->filter)},
            {"events", p->events},
            {"function", jsonText(p->function)},
            {"batches_of", orNone(p->batches_of)},
            {"pace", jsonText(p->pace)}};
}

Json originJson(const std::optional<journal::Origin>& o) {
    if (!o) return nullptr;
    return {{"file", jsonText(o->file)},
            {"started_ns", o->started},
            {"filter", jsonText(o->filter)},
            {"events", o->events},
            {"of_events", o->of_events}};
}

std::string orderText(const journal::OrderOverview& order) {
    std::string kinds;
    for (const auto& kind : order.kinds) {
        if (kind.units == 0) continue;
        if (!kinds.empty()) kinds += ", ";
        kinds += fmt::format("{} {} ({})", formatCount(kind.units), kind.kind, kind.severity);
    }
    if (kinds.empty()) kinds = "nothing broken";
    return kinds +
           fmt::format("; {} open, {} displaced", formatCount(order.open), formatCount(order.displaced));
}

}  // namespace

Result<SessionOverview> sessionOverview(journal::SessionReader& reader, const std::string& path) {
    SessionOverview o;
    o.path = path;
    std::vector<journal::TopicRow> topics;
    std::vector<journal::RollupTotal> totals;
    std::vector<journal::InstanceRow> instances;
    Status s = take(reader.info(), o.info);
    if (s) s = take(journal::parentOf(reader), o.parent);
    if (s) s = take(journal::originOf(reader), o.origin);
    if (s) s = take(reader.extent(), o.extent);
    if (s) s = take(reader.topics(), topics);
    if (s) s = take(reader.functions(), o.functions);
    if (s) s = take(reader.triggers(), o.triggers);
    if (s) s = take(reader.instances(), instances);
    if (s) s = take(reader.pruned(), o.pruned);
    if (s) s = take(reader.notes(), o.notes);
    if (s) s = take(reader.orderOverview(), o.order);
    if (s) s = take(reader.rollupTotals(), totals);
    if (!s) return passOn(s);
    o.instances = static_cast<std::int64_t>(instances.size());
    o.invocations = o.extent.invocations;
    for (auto& topic : topics) o.topics.push_back({std::move(topic), 0, 0});
    for (const journal::RollupTotal& total : totals) {
        if (total.key.scope == journal::RollupScope::Session) {
            o.cold_starts = total.counts[journal::RollupCount::ColdStarts];
        }
        if (total.key.scope != journal::RollupScope::Partition) continue;
        for (SessionOverview::Topic& topic : o.topics) {
            if (topic.row.id.value != total.key.id) continue;
            topic.events += total.counts[journal::RollupCount::Events];
            topic.value_bytes += total.counts[journal::RollupCount::ValueBytes];
        }
    }
    return o;
}

std::string overviewText(const SessionOverview& o) {
    const journal::SessionInfo& i = o.info;
    std::string out = fmt::format("{}: {}\n", terminalSafe(o.path), terminalSafe(i.name));
    std::size_t width = 12;
    const auto widthFor = [&width](const auto& rows, const auto& name) {  // of the first column of a list
        width = 12;
        for (const auto& row : rows) width = std::max(width, std::min<std::size_t>(name(row).size() + 2, 48));
    };
    const auto line = [&](std::string_view name, const std::string& value) {
        out += fmt::format("  {:<{}} {}\n", terminalSafe(name), width - 1, terminalSafe(value));
    };
    line("format", fmt::format("version {}, written by Weir {}", i.schema_version, i.weir_version));
    line("recorded", stateText(o));
    if (!i.cluster.empty()) line("cluster", i.cluster);
    if (o.parent) line("made from", parentText(*o.parent));
    if (o.origin) line("part of", journal::words(*o.origin));
    line("values", captureText(i));
    if (i.max_bytes) line("at most", formatSize(*i.max_bytes));
    if (i.max_age) line("at most", formatDuration(*i.max_age) + " of events");
    line("file", formatSize(i.file_bytes));
    line("events", formatCount(o.extent.events));
    line("batches", formatCount(o.extent.batches));
    line("calls", fmt::format("{}, {} of them cold, by {} instances", formatCount(o.invocations),
                              formatCount(o.cold_starts), formatCount(o.instances)));
    line("outputs", formatCount(o.extent.outputs));
    line("log lines", formatCount(o.extent.logs));
    for (const journal::PrunedRow& p : o.pruned) {
        line("pruned", fmt::format("{} events and {} calls before {} ({})", formatCount(p.events),
                                   formatCount(p.invocations), formatTimeUtc(p.before), p.reason));
    }
    if (o.order) line("order", orderText(*o.order));
    if (!o.topics.empty()) out += "\nTopics\n";
    widthFor(o.topics, [](const SessionOverview::Topic& t) { return t.row.name; });
    for (const SessionOverview::Topic& t : o.topics) {
        line(t.row.name, fmt::format("{} partitions, {} events, {}", t.row.partitions, formatCount(t.events),
                                     formatSize(t.value_bytes)));
    }
    if (!o.functions.empty()) out += "\nFunctions\n";
    widthFor(o.functions, [](const journal::FunctionRow& f) { return f.name; });
    for (const journal::FunctionRow& f : o.functions) {
        line(f.name, fmt::format("{}, at most {} at once, {} MB", f.target.empty() ? "observed" : f.target,
                                 f.concurrency, f.memory_mb));
    }
    if (!o.triggers.empty()) out += "\nTriggers\n";
    widthFor(o.triggers, [](const journal::TriggerRow& t) { return t.name; });
    for (const journal::TriggerRow& t : o.triggers) {
        line(t.name, fmt::format("order {}, batches of {}, group {}", t.order, t.batch_size, t.group));
    }
    if (!o.notes.empty()) out += "\nNotes\n";
    for (const journal::NoteRow& n : o.notes) line(formatTimeUtc(n.at), n.text);
    return out;
}

std::string overviewJson(const SessionOverview& o) {
    const journal::SessionInfo& i = o.info;
    Json j{{"file", jsonText(o.path)},
           {"format", i.schema_version},
           {"weir_version", jsonText(i.weir_version)},
           {"name", jsonText(i.name)},
           {"mode", facts::word(i.mode)},
           {"cluster", jsonText(i.cluster)},
           {"started_ns", i.started},
           {"last_ns", o.extent.last_at},
           {"ended_ns", orNull(i.ended)},
           {"file_bytes", i.file_bytes},
           {"values", jsonText(i.capture)},
           {"first_bytes", orNull(i.capture_bytes)},
           {"mask", maskJson(i)},
           {"max_bytes", orNull(i.max_bytes)},
           {"max_age_ns", orNull(i.max_age)},
           {"events", o.extent.events},
           {"first_event", o.extent.first_event.value},
           {"batches", o.extent.batches},
           {"invocations", o.invocations},
           {"cold_starts", o.cold_starts},
           {"instances", o.instances},
           {"outputs", o.extent.outputs},
           {"logs", o.extent.logs},
           {"parent", parentJson(o.parent)},
           {"origin", originJson(o.origin)}};
    for (const char* list : {"topics", "functions", "triggers", "pruned", "notes"}) j[list] = Json::array();
    for (const SessionOverview::Topic& t : o.topics) {
        j["topics"].push_back({{"topic", jsonText(t.row.name)},
                               {"partitions", t.row.partitions},
                               {"events", t.events},
                               {"value_bytes", t.value_bytes}});
    }
    for (const journal::FunctionRow& f : o.functions) {
        j["functions"].push_back({{"function", jsonText(f.name)},
                                  {"target", jsonText(f.target)},
                                  {"concurrency", f.concurrency},
                                  {"memory_mb", f.memory_mb},
                                  {"timeout_ns", f.timeout}});
    }
    for (const journal::TriggerRow& t : o.triggers) {
        Json topics = Json::array();
        for (const TopicId id : t.topics) {
            for (const SessionOverview::Topic& topic : o.topics) {
                if (topic.row.id == id) topics.push_back(jsonText(topic.row.name));
            }
        }
        j["triggers"].push_back({{"trigger", jsonText(t.name)},
                                 {"topics", std::move(topics)},
                                 {"order", jsonText(t.order)},
                                 {"group", jsonText(t.group)},
                                 {"batch_size", t.batch_size},
                                 {"batching_window_ns", t.batching_window}});
    }
    for (const journal::PrunedRow& p : o.pruned) {
        j["pruned"].push_back({{"reason", jsonText(p.reason)},
                               {"events", p.events},
                               {"invocations", p.invocations},
                               {"before_ns", p.before},
                               {"at_ns", p.at}});
    }
    for (const journal::NoteRow& n : o.notes) {
        j["notes"].push_back({{"id", n.id}, {"text", jsonText(n.text)}, {"at_ns", n.at}});
    }
    j["order"] = nullptr;
    if (o.order) {
        Json kinds = Json::array();
        for (const auto& k : o.order->kinds) {
            kinds.push_back(
                {{"kind", jsonText(k.kind)}, {"severity", jsonText(k.severity)}, {"units", k.units}});
        }
        j["order"] = {{"events", o.order->events},
                      {"deliveries", o.order->deliveries},
                      {"open", o.order->open},
                      {"displaced", o.order->displaced},
                      {"kinds", std::move(kinds)}};
    }
    return j.dump(2) + "\n";
}

}  // namespace weir::analysis
