// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "replay/compare/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace weir::compare {
namespace {

constexpr std::size_t kMostFields = 20;

using Row = std::vector<std::string>;

std::size_t width(std::string_view text) {  // characters, not bytes
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

void appendColumns(std::string& out, const std::vector<Row>& rows) {
    std::vector<std::size_t> widths;
    for (const Row& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width(row[c]));
    }
    for (const Row& row : rows) {
        std::string line = " ";
        for (std::size_t c = 0; c < row.size(); ++c)
            line += ' ' + row[c] + std::string(widths[c] - width(row[c]) + 1, ' ');
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + '\n';
    }
}

std::string changeText(DurationNs a, DurationNs b) {
    if (a == b) return "same";
    if (a == 0) return "+" + formatDuration(b);
    return fmt::format("{:+.0f}{}%", (static_cast<double>(b) / static_cast<double>(a) - 1) * 100, "\u00A0");
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + terminalSafe(name);
    return text;
}

std::string placeText(const Place& p) {
    return fmt::format("{}/{}@{}", terminalSafe(p.topic), p.partition, p.offset);
}

void appendFunction(std::string& out, const FunctionPair& f) {
    out += '\n' + terminalSafe(f.names[0]);
    if (f.names[0] != f.names[1]) out += " → " + terminalSafe(f.names[1]);
    out += fmt::format("\n  {} events succeeded in both, {} in A only, {} in B only\n",
                       formatCount(f.both_succeeded), formatCount(f.only_succeeded[0]),
                       formatCount(f.only_succeeded[1]));
    std::vector<Row> rows{{"", "A", "B"}};
    rows.push_back({"calls", formatCount(f.calls[0]), formatCount(f.calls[1])});
    rows.push_back({"not successful", formatCount(f.failed_calls[0]), formatCount(f.failed_calls[1])});
    rows.push_back({"cold", formatCount(f.cold[0]), formatCount(f.cold[1]),
                    f.cold_beyond_noise ? "more than noise" : ""});
    for (const Measure& m : f.measures) {
        if (m.count[0] == 0 && m.count[1] == 0) continue;
        const bool both = m.count[0] > 0 && m.count[1] > 0;
        const auto row = [&](const char* name, const Both<DurationNs>& v) {
            rows.push_back({fmt::format("{} {}", m.what, name), m.count[0] > 0 ? formatDuration(v[0]) : "–",
                            m.count[1] > 0 ? formatDuration(v[1]) : "–",
                            !both            ? ""
                            : v[0] == v[1]   ? "same"
                            : m.beyond_noise ? changeText(v[0], v[1]) + ", more than noise"
                                             : changeText(v[0], v[1]) + ", noise"});
        };
        row("p50", m.p50);
        row("p99", m.p99);
    }
    appendColumns(out, rows);
}

const char* word(Example::Kind kind) {
    switch (kind) {
        case Example::Kind::Changed:
            return "changed";
        case Example::Kind::Missing:
            return "missing";
        case Example::Kind::Extra:
            return "extra";
        case Example::Kind::Reordered:
            break;
    }
    return "reordered";
}

void appendExample(std::string& out, const Example& e) {
    out += fmt::format("  {}  {}", word(e.kind), terminalSafe(e.function));
    if (e.place[0]) out += "  A " + placeText(*e.place[0]);
    if (e.place[1]) out += "  B " + placeText(*e.place[1]);
    if (e.key) out += "  key " + terminalSafe(*e.key);
    if (e.cause) out += "  caused by " + placeText(*e.cause);
    out += '\n';
    for (const FieldChange& f : e.fields) {
        const std::string name = f.path.empty() ? "value" : terminalSafe(f.path);
        out += fmt::format("    {}  {} → {}\n", name, f.a.empty() ? "absent" : terminalSafe(f.a),
                           f.b.empty() ? "absent" : terminalSafe(f.b));
    }
}

}  // namespace

std::string comparisonText(const Comparison& c) {
    std::string out;
    for (std::size_t side = 0; side < 2; ++side) {
        const Side& s = c.sides.at(side);
        out += fmt::format("{}  {}  {}  {}  {} events\n", side == 0 ? 'A' : 'B', terminalSafe(s.path),
                           terminalSafe(s.name), formatTimeUtc(s.started), formatCount(s.events));
    }
    out += c.by_place ? "Events are the same by topic, partition and offset.\n"
                      : "Events are the same by topic, key and value.\n";
    if (c.nothingInCommon()) {
        out +=
            "They have no event in common: what functions made of events was not compared, only how they "
            "ran.\n"
            "`weir-cli redrive` runs the events of a session again, to be compared with it.\n";
    } else {
        out += fmt::format("{} events are in both.\n", formatCount(c.in_both));
    }
    for (std::size_t side = 0; side < 2; ++side) {
        if (c.alone.at(side).empty()) continue;
        out += fmt::format("Only in {}, not compared: {}\n", side == 0 ? 'A' : 'B', joined(c.alone.at(side)));
    }
    for (const FunctionPair& f : c.functions) appendFunction(out, f);

    if (!c.outputs.empty()) {
        out += "\nOutputs\n";
        std::vector<Row> rows{
            {"function", "topic", "same", "changed", "missing", "extra", "reordered", "not comparable"}};
        for (const OutputPair& o : c.outputs) {
            rows.push_back({terminalSafe(o.function), terminalSafe(o.topic), formatCount(o.same),
                            formatCount(o.changed), formatCount(o.missing), formatCount(o.extra),
                            formatCount(o.reordered),
                            formatCount(o.unknown + o.no_cause[0] + o.no_cause[1])});
        }
        appendColumns(out, rows);
    }
    if (!c.fields.empty()) {
        out += "\nFields that changed\n";
        std::vector<Row> rows;
        for (std::size_t i = 0; i < std::min(c.fields.size(), kMostFields); ++i) {
            rows.push_back({c.fields[i].path.empty() ? "value" : terminalSafe(c.fields[i].path),
                            formatCount(c.fields[i].outputs)});
        }
        appendColumns(out, rows);
        if (c.fields.size() > kMostFields)
            out += fmt::format("  and {} more\n", c.fields.size() - kMostFields);
        if (c.other_fields > 0)
            out += fmt::format("  and {} changes of fields that are too many to count one by one\n",
                               formatCount(c.other_fields));
    }
    if (!c.examples.empty()) {
        out += "\nExamples\n";
        for (const Example& e : c.examples) appendExample(out, e);
    }
    if (!c.findings.empty()) {
        out += "\nOrder\n";
        std::vector<Row> rows{{"finding", "A", "B"}};
        for (const FindingPair& f : c.findings)
            rows.push_back({f.kind, formatCount(f.units[0]), formatCount(f.units[1])});
        appendColumns(out, rows);
    }
    if (c.sorted_on_disk > 0) {
        out += fmt::format("\n{} were sorted in a temporary file, because memory for rows is limited.\n",
                           formatSize(c.sorted_on_disk));
    }
    out += c.nothingInCommon() ? "\nThe sessions differ: they have no event in common.\n"
           : c.differ()        ? "\nThe sessions differ.\n"
                               : "\nOutputs, what succeeded and order are the same.\n";
    return out;
}

}  // namespace weir::compare
