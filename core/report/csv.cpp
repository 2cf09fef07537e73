// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/escape.h"
#include "report/tables.h"

#include <fmt/format.h>

#include <initializer_list>
#include <optional>

namespace weir::report {
namespace {

std::string number(std::int64_t n) {
    return std::to_string(n);
}
std::string maybe(const std::optional<std::int64_t>& n) {
    return n ? number(*n) : std::string();
}
std::string percentile(const Histogram& h, double q) {
    return h.empty() ? std::string() : number(h.percentile(q));
}

/// Fields come escaped; numbers need nothing.
void addRow(std::string& out, std::initializer_list<std::string> fields) {
    bool first = true;
    for (const std::string& f : fields) {
        if (!first) out += ',';
        out += f;
        first = false;
    }
    out += "\r\n";
}

std::string sessionTable(const ReportData& d) {
    std::string out = "what,value\r\n";
    const auto row = [&](const char* what, const std::string& value) {
        addRow(out, {what, csvField(value)});
    };
    row("file", d.file);
    if (d.origin) row("part of", journal::words(*d.origin));
    row("name", d.info.name);
    row("mode", facts::word(d.info.mode));
    row("cluster", d.info.cluster);
    row("weir_version", d.info.weir_version);
    addRow(out, {"first_ns", number(d.first)});
    addRow(out, {"last_ns", number(d.last)});
    addRow(out, {"events", number(d.stats.events)});
    addRow(out, {"invocations", number(d.stats.calls.invocations)});
    addRow(out, {"deliveries", number(d.stats.calls.deliveries)});
    for (const std::string& words : d.left_out) row("not captured", words);
    return out;
}

std::string functionsTable(const ReportData& d) {
    std::string out =
        "function,invocations,deliveries,delivered,failed,retries,cold_starts,wait_p50_ns,wait_p99_ns,run_"
        "p50_ns,"
        "run_p99_ns,total_p50_ns,total_p99_ns\r\n";
    for (const auto& f : d.stats.functions) {
        const auto& c = f.calls;
        addRow(out, {csvField(f.name), number(c.invocations), number(c.deliveries), number(c.delivered),
                     number(c.failed), number(c.retries), number(c.cold_starts), percentile(c.wait, 0.5),
                     percentile(c.wait, 0.99), percentile(c.run, 0.5), percentile(c.run, 0.99),
                     percentile(c.total, 0.5), percentile(c.total, 0.99)});
    }
    return out;
}

std::string partitionsTable(const ReportData& d) {
    std::string out = "topic,partition,events,value_bytes,invocations,deliveries,delivered,failed\r\n";
    for (const auto& p : d.stats.partitions) {
        addRow(out, {csvField(p.topic_name), number(p.partition), number(p.events), number(p.value_bytes),
                     number(p.calls.invocations), number(p.calls.deliveries), number(p.calls.delivered),
                     number(p.calls.failed)});
    }
    return out;
}

std::string findingsTable(const ReportData& d) {
    std::string out = "kind,severity,cause,function,topic,units,first_at_ns\r\n";
    if (!d.order) return out;
    for (const FindingGroup& g : d.order->groups) {
        addRow(out, {order::word(g.kind), order::word(g.severity), g.cause ? order::word(*g.cause) : "",
                     csvField(g.function_name), csvField(g.topic), number(g.units), number(g.first_at)});
    }
    return out;
}

std::string timelineTable(const ReportData& d) {
    std::string out = "start_ns,width_ns,events,delivered,failed,cold_starts,run_p50_ns,run_p99_ns\r\n";
    for (const Moment& m : d.timeline) {
        addRow(out, {number(m.start), number(m.width), number(m.events), number(m.delivered),
                     number(m.failed), number(m.cold_starts), maybe(m.run_p50), maybe(m.run_p99)});
    }
    return out;
}

std::string flowTable(const ReportData& d) {
    std::string out = "direction,topic,function,events,failed\r\n";
    for (const FlowEdge& e : d.flow) {
        addRow(out, {e.output ? "output" : "input", csvField(d.topicName(e.topic)),
                     csvField(d.functionName(e.function)), number(e.count), number(e.failed)});
    }
    return out;
}

std::string lossesTable(const ReportData& d) {
    std::string out = "function,topic,reason,events,first_at_ns,last_at_ns\r\n";
    for (const Loss& l : d.losses) {
        addRow(out, {csvField(l.function), csvField(l.topic), csvField(l.reason), number(l.events),
                     number(l.first_at), number(l.last_at)});
    }
    return out;
}

std::string costTable(const ReportData& d) {
    std::string out = "function,memory_mb,requests,throttled,billed_ns,gb_seconds,price,currency\r\n";
    for (const analysis::FunctionCost& f : d.cost.functions) {
        addRow(out,
               {csvField(f.name), number(f.billed_memory_mb), number(f.cost.requests),
                number(f.cost.throttled), number(f.cost.billed), fmt::format("{:.9f}", f.cost.gb_seconds),
                fmt::format("{:.12f}", f.cost.price()), csvField(d.cost.prices.currency)});
    }
    return out;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> toCsv(const ReportData& d) {
    return {{"session.csv", sessionTable(d)},       {"functions.csv", functionsTable(d)},
            {"partitions.csv", partitionsTable(d)}, {"findings.csv", findingsTable(d)},
            {"timeline.csv", timelineTable(d)},     {"flow.csv", flowTable(d)},
            {"losses.csv", lossesTable(d)},         {"cost.csv", costTable(d)}};
}

}  // namespace weir::report
