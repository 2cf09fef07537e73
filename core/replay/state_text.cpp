// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/lineage/session_names.h"
#include "base/text.h"
#include "replay/state_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace weir::replay {
namespace {

constexpr std::size_t kMostRows = 30;
constexpr std::size_t kMostRuns = 3;

using Row = std::vector<std::string>;

std::size_t width(std::string_view text) {  // characters, not bytes
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// A title and rows in columns, the first of them the names of the columns; nothing without other rows.
void appendTable(std::string& out, const char* title, std::vector<Row> rows) {
    if (rows.size() < 2) return;
    const std::size_t hidden = rows.size() > kMostRows + 1 ? rows.size() - kMostRows - 1 : 0;
    rows.resize(rows.size() - hidden);
    std::vector<std::size_t> widths(rows.front().size());
    for (const Row& row : rows) {
        for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width(row[c]));
    }
    out += fmt::format("\n{}\n", title);
    for (const Row& row : rows) {
        std::string line = " ";
        for (std::size_t c = 0; c < row.size(); ++c)
            line += ' ' + row[c] + std::string(widths[c] - width(row[c]) + 1, ' ');
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + '\n';
    }
    if (hidden > 0) out += fmt::format("  and {} more\n", formatCount(static_cast<std::int64_t>(hidden)));
}

std::string runText(std::int64_t first, std::int64_t last) {
    return first == last ? std::to_string(first) : fmt::format("{}–{}", first, last);
}

std::string runsText(const std::vector<Run>& runs) {
    std::string text;
    for (std::size_t i = 0; i < std::min(runs.size(), kMostRuns); ++i) {
        text += (i == 0 ? "" : ", ") + runText(runs[i].first, runs[i].last);
    }
    return runs.size() > kMostRuns ? text + ", …" : text;
}

class Writer {
  public:
    Writer(Cursor& cursor, const analysis::SessionNames& names)
        : state_(cursor.state()), position_(cursor.position()), names_(names) {}

    [[nodiscard]] std::vector<Row> lanes() const {
        std::vector<Row> rows{{"function", "partition", "read to", "in flight", "waiting", "again",
                               "succeeded", "passed over", "lag", "waiting offsets"}};
        for (const auto& [key, lane] : state_.lanes) {
            const Waiting waiting = state_.waiting(key);
            const std::int64_t in_flight = state_.inFlight(key);
            const auto partition = state_.partitions.find(key.partition);
            const bool read = partition != state_.partitions.end();
            if (!read && in_flight == 0 && lane.taken.runs().empty() && lane.skipped == 0) continue;
            rows.push_back({function(key.function), place(key.partition),
                            read ? std::to_string(partition->second.next - 1) : "–", formatCount(in_flight),
                            formatCount(waiting.events), formatCount(waiting.again),
                            formatCount(lane.succeeded), formatCount(lane.skipped),
                            formatCount(waiting.events + in_flight), runsText(waiting.runs)});
        }
        return rows;
    }
    [[nodiscard]] std::vector<Row> partitions() const {
        std::vector<Row> rows{{"partition", "events", "read to"}};
        for (const auto& [key, p] : state_.partitions)
            rows.push_back({place(key), formatCount(p.events), std::to_string(p.next - 1)});
        return rows;
    }
    [[nodiscard]] std::vector<Row> calls() const {
        std::vector<Row> rows{{"call", "function", "instance", "attempt", "for", "events"}};
        for (const auto& [id, call] : state_.calls) {
            std::string events;
            for (std::size_t i = 0; i < std::min(call->stretches.size(), kMostRuns); ++i) {
                const Stretch& s = call->stretches[i];
                events +=
                    (i == 0 ? "" : ", ") + place({s.topic, s.partition}) + '@' + runText(s.first, s.last);
            }
            if (call->stretches.size() > kMostRuns) events += ", …";
            rows.push_back({fmt::format("#{}", id.value), function(call->function),
                            dash(names_.instanceName(call->instance)),
                            fmt::format("{}{}", call->attempt, call->cold ? " cold" : ""),
                            formatDuration(std::max<DurationNs>(position_.at - call->start, 0)), events});
        }
        return rows;
    }
    [[nodiscard]] std::vector<Row> batches() const {
        std::vector<Row> rows{{"batch", "trigger", "events"}};
        for (const auto& [id, b] : state_.batches)
            rows.push_back(
                {fmt::format("#{}", id.value), dash(names_.triggerName(b.trigger)), formatCount(b.events)});
        return rows;
    }
    [[nodiscard]] std::vector<Row> instances() const {
        std::vector<Row> rows{{"instance", "function", "does", "calls"}};
        for (const auto& [id, i] : state_.instances) {
            std::string does = !i.running.empty()       ? fmt::format("call #{}", i.running.front().value)
                               : i.ready || i.calls > 0 ? "waits"
                                                        : "starts";
            if (i.running.size() > 1) does += fmt::format(" and {} more", i.running.size() - 1);
            rows.push_back({dash(names_.instanceName(id)), function(i.function), does, formatCount(i.calls)});
        }
        return rows;
    }
    [[nodiscard]] std::vector<Row> functions() const {
        std::vector<Row> rows{
            {"function", "calls", "in flight", "ended", "cold", "again", "delivered", "failed", "instances"}};
        for (const auto& [id, f] : state_.functions) {
            std::string ended;
            for (std::size_t o = 0; o < kOutcomes; ++o) {
                if (f.outcomes.at(o) == 0) continue;
                ended += fmt::format("{}{} {}", ended.empty() ? "" : ", ", formatCount(f.outcomes.at(o)),
                                     facts::word(static_cast<facts::Outcome>(o)));
            }
            rows.push_back({function(id), formatCount(f.calls), formatCount(f.in_flight),
                            ended.empty() ? "–" : ended, formatCount(f.cold), formatCount(f.retries),
                            formatCount(f.delivered), formatCount(f.failed),
                            formatCount(f.instances - f.instances_ended)});
        }
        return rows;
    }
    [[nodiscard]] std::vector<Row> groups() const {
        std::map<GroupKey, Row> by_key;
        for (const auto& [key, a] : state_.assignments)
            by_key[key] = {dash(key.group), place(key.partition), facts::word(a.state),
                           std::to_string(a.epoch), "–"};
        for (const auto& [key, offset] : state_.commits) {
            Row& row = by_key[key];
            if (row.empty()) row = {dash(key.group), place(key.partition), "–", "–", "–"};
            row.back() = std::to_string(offset);
        }
        std::vector<Row> rows{{"group", "partition", "state", "epoch", "committed"}};
        for (auto& [key, row] : by_key) rows.push_back(std::move(row));
        return rows;
    }
    [[nodiscard]] std::vector<Row> triggers() const {
        std::vector<Row> rows{{"trigger", "last decision"}};
        for (const auto& [id, kind] : state_.triggers)
            rows.push_back({dash(names_.triggerName(id)), facts::word(kind)});
        return rows;
    }
    [[nodiscard]] std::vector<Row> outputs() const {
        std::vector<Row> rows{{"function", "partition", "outputs", "up to offset"}};
        for (const auto& [key, o] : state_.outputs)
            rows.push_back(
                {function(key.function), place(key.partition), formatCount(o.count), std::to_string(o.last)});
        return rows;
    }

  private:
    [[nodiscard]] static std::string dash(const std::string& name) {
        return name.empty() ? "–" : terminalSafe(name);
    }
    [[nodiscard]] std::string function(FunctionId id) const { return dash(names_.functionName(id)); }
    [[nodiscard]] std::string place(const PartitionKey& key) const {
        return fmt::format("{}/{}", dash(names_.topicName(key.topic)), key.partition);
    }

    const State& state_;
    const Position& position_;
    const analysis::SessionNames& names_;
};

/// `start #7`, `record bids/0@3`: what the cursor stands on.
Result<std::string> momentText(const Position& p, const analysis::SessionNames& names) {
    switch (p.kind) {
        case Kind::Record: {
            const auto event = names.reader->event(EventId{p.id});
            if (!event) return tl::unexpected<Error>(event.error());
            return fmt::format("record {}/{}@{}", terminalSafe(names.topicName(event->row.topic)),
                               event->row.partition, event->row.offset);
        }
        case Kind::Finding: {
            const auto found = names.reader->findings(p.id, 1);
            if (!found) return tl::unexpected<Error>(found.error());
            if (found->empty()) break;
            const journal::FindingRow& f = found->front();
            std::string text = fmt::format("finding {}  {}", f.kind, terminalSafe(names.topicName(f.topic)));
            if (f.kind != "key-split")
                text += fmt::format("/{}@{}", f.partition, runText(f.first_offset, f.last_offset));
            if (f.function) text += "  " + terminalSafe(names.functionName(f.function));
            if (!f.cause.empty()) text += "  cause " + f.cause;
            return text;
        }
        case Kind::Start:
        case Kind::Observed:
        case Kind::End:
        case Kind::EndOfNoTime: {
            const auto calls = names.reader->invocationsById({InvocationId{p.id}});
            if (!calls) return tl::unexpected<Error>(calls.error());
            if (calls->empty()) break;
            const journal::InvocationRow& c = calls->front();
            std::string text =
                fmt::format("{} #{}  {}", word(p.kind), p.id, terminalSafe(names.functionName(c.function)));
            if (c.attempt > 1) text += fmt::format("  attempt {}", c.attempt);
            if (p.kind != Kind::Start && c.outcome) text += fmt::format("  {}", facts::word(*c.outcome));
            if (p.part > 0) text += fmt::format("  delivery {} of {}", p.part + 1, c.events);
            return text;
        }
        case Kind::Last:
            return std::string{};
        default:
            break;
    }
    return fmt::format("{} #{}", word(p.kind), p.id);
}

}  // namespace

Result<std::string> placeText(Cursor& cursor, const analysis::SessionNames& names) {
    const Position& p = cursor.position();
    if (p == Position::start()) return std::string("before everything");
    auto info = names.reader->info();
    if (!info) return passOn(info);
    auto moment = momentText(p, names);
    if (!moment) return moment;
    std::string text = formatTimeUtc(p.at);
    if (p.at >= info->started) text += "  +" + formatDuration(p.at - info->started);
    return moment->empty() ? text : text + "  " + *moment;
}

Result<std::string> stateText(Cursor& cursor, const analysis::SessionNames& names) {
    auto out = placeText(cursor, names);
    if (!out) return out;
    *out += fmt::format("\n{} events read, {} calls in flight\n", formatCount(cursor.state().events),
                        formatCount(static_cast<std::int64_t>(cursor.state().calls.size())));
    const Writer w(cursor, names);
    const auto lanes = w.lanes();
    appendTable(*out, "Lanes", lanes);
    appendTable(*out, "Partitions", w.partitions());
    appendTable(*out, "Calls in flight", w.calls());
    appendTable(*out, "Batches formed, not called yet", w.batches());
    appendTable(*out, "Instances", w.instances());
    appendTable(*out, "Functions", w.functions());
    appendTable(*out, "Groups", w.groups());
    appendTable(*out, "Triggers that do not run", w.triggers());
    appendTable(*out, "Outputs", w.outputs());
    const auto counts = cursor.findings();
    if (!counts) return tl::unexpected<Error>(counts.error());
    std::vector<Row> findings{{"finding", "severity", "units"}};
    for (const FindingCount& f : *counts)
        findings.push_back({terminalSafe(f.kind), terminalSafe(f.severity), formatCount(f.units)});
    appendTable(*out, "Order so far", std::move(findings));
    return out;
}

}  // namespace weir::replay
