// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/evidence.h"
#include "base/text.h"
#include "journal/session_file.h"
#include "journal/session_rows.h"
#include "report/data.h"
#include "report/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::report {
namespace {

using journal::collectRows;
using journal::RowReader;
using order::Kind;

constexpr std::size_t kExamples = 5;
constexpr std::size_t kCalls = 5;    // in a picture
constexpr std::size_t kOutputs = 7;  // in a picture
constexpr std::size_t kPartitionsNamed = 20;

template <typename E>
E wordOf(RowReader& row, std::optional<E> (*parse)(std::string_view)) {
    const auto value = parse(row.view());
    row.require(value.has_value());
    return value.value_or(E{});
}

Status readCounts(journal::SessionFile& file, OrderData& data) {
    auto rows = collectRows(file, "SELECT kind, severity, units FROM finding_count", [&](RowReader& row) {
        const Kind kind = wordOf(row, order::kindOf);
        const order::Severity severity = wordOf(row, order::severityOf);
        data.units.at(static_cast<std::size_t>(kind)).at(static_cast<std::size_t>(severity)) = row.integer();
        return 0;
    });
    if (!rows) return passOn(rows);
    return {};
}

Status readGroups(journal::SessionFile& file, const ReportData& report, OrderData& data) {
    auto groups = collectRows(file,
                              "SELECT kind, severity, cause, function_id, topic_id, sum(coalesce(last_offset "
                              "- first_offset, 0) + 1), "
                              "min(at_ns) FROM finding GROUP BY 1, 2, 3, 4, 5",
                              [&](RowReader& row) {
                                  FindingGroup g;
                                  g.kind = wordOf(row, order::kindOf);
                                  g.severity = wordOf(row, order::severityOf);
                                  const std::string cause = row.textOrEmpty();
                                  if (!cause.empty()) g.cause = order::causeOf(cause);
                                  g.function = row.id<FunctionId>();
                                  g.topic_id = row.id<TopicId>();
                                  g.units = row.integer();
                                  g.first_at = row.time();
                                  g.function_name = report.functionName(g.function);
                                  g.topic = report.topicName(g.topic_id);
                                  return g;
                              });
    if (!groups) return passOn(groups);
    data.groups = std::move(*groups);
    std::sort(data.groups.begin(), data.groups.end(), [](const FindingGroup& a, const FindingGroup& b) {
        return std::tuple(b.severity, b.units, a.kind) < std::tuple(a.severity, a.units, b.kind);
    });
    for (FindingGroup& g : data.groups) {
        auto partitions = collectRows(
            file,
            "SELECT DISTINCT partition FROM finding WHERE kind = ?1 AND severity = ?2 AND cause IS ?3 AND "
            "function_id IS ?4 AND topic_id = ?5 AND partition IS NOT NULL ORDER BY 1",
            [](RowReader& row) { return row.int32(); }, std::string_view(order::word(g.kind)),
            std::string_view(order::word(g.severity)),
            g.cause ? std::string_view(order::word(*g.cause)) : std::string_view(), g.function, g.topic_id);
        if (!partitions) return passOn(partitions);
        if (partitions->size() > kPartitionsNamed) {
            g.more_partitions = static_cast<std::int64_t>(partitions->size() - kPartitionsNamed);
            partitions->resize(kPartitionsNamed);
        }
        g.partitions = std::move(*partitions);
    }
    return {};
}

/// The finding of a group that broke most events at once.
Result<std::optional<order::Finding>> worstOf(journal::SessionReader& reader, const FindingGroup& g) {
    auto ids = collectRows(
        reader.file(),
        "SELECT id FROM finding WHERE kind = ?1 AND severity = ?2 AND cause IS ?3 AND function_id IS ?4 AND "
        "topic_id = ?5 ORDER BY last_offset - first_offset DESC, id LIMIT 1",
        [](RowReader& row) { return row.integer(); }, std::string_view(order::word(g.kind)),
        std::string_view(order::word(g.severity)),
        g.cause ? std::string_view(order::word(*g.cause)) : std::string_view(), g.function, g.topic_id);
    if (!ids) return passOn(ids);
    if (ids->empty()) return std::optional<order::Finding>{};
    auto finding = order::findingAt(reader, ids->front());
    if (!finding) return passOn(finding);
    return std::optional<order::Finding>{std::move(*finding)};
}

CallInPicture inPicture(const journal::InvocationRow& call) {
    CallInPicture c;
    c.id = call.id.value;
    c.first = call.first_offset;
    c.last = call.last_offset;
    c.events = call.events;
    c.start = call.start;
    c.end = call.end.value_or(call.start);
    c.attempt = call.attempt;
    c.epoch = call.epoch;
    return c;
}

CallInPicture inPicture(const order::EvidenceCall& call) {
    CallInPicture c;
    c.id = call.id.value;
    c.first = call.first;
    c.last = call.last;
    c.events = call.events;
    c.start = call.start;
    c.end = call.end.value_or(call.start);
    c.attempt = call.attempt;
    c.epoch = call.epoch;
    c.broken = call.role == order::EvidenceCall::Role::Broken;
    return c;
}

/// The broken outputs, and the nearest before and behind them.
std::vector<OutputInPicture> inPicture(const std::vector<order::EvidenceOutput>& outputs) {
    const auto told = [](const order::EvidenceOutput& o) { return o.broken || o.against; };
    std::vector<OutputInPicture> near;
    for (const bool all : {false, true}) {  // those that matter first, then what room is left
        for (const order::EvidenceOutput& o : outputs) {
            if (near.size() == kOutputs || told(o) == all) continue;
            near.push_back({o.cause, o.place.offset, o.call.value, o.broken});
        }
    }
    std::sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.offset < b.offset; });
    return near;
}

/// What the finding rests on: the calls around the broken events, or the outputs.
Status readEvidence(journal::SessionReader& reader, Example& example) {
    order::EvidenceLimits limits;
    limits.calls = kCalls;
    const auto evidence = order::evidenceOf(reader, example.finding, limits);
    if (!evidence) return tl::unexpected<Error>(evidence.error());
    for (const order::EvidenceCall& call : evidence->calls) {
        const bool tells =
            call.role != order::EvidenceCall::Role::Around || example.finding.kind == Kind::Gap;
        if (tells) example.calls.push_back(inPicture(call));
    }
    example.outputs = inPicture(evidence->outputs);
    example.records = evidence->records;
    example.key_places = evidence->key_places;
    example.key_places_cut = evidence->key_places_cut;
    example.happened = wordsOf(example);
    if (!example.happened.empty()) return {};
    example.calls.clear();
    return {};
}

/// The call that overlaps or delivers again, and the one that it met.
Status readPair(journal::SessionReader& reader, Example& example) {
    const order::Finding& f = example.finding;
    const bool overlap = f.kind == Kind::Overlap;
    if (!f.invocation || (overlap && !f.against)) return {};
    const order::Place met = overlap ? *f.against : order::Place{f.topic, f.partition, f.first};
    const auto own = reader.invocationsById({f.invocation});
    if (!own) return tl::unexpected<Error>(own.error());
    const auto event = reader.findEvent(met.topic, met.partition, met.offset);
    if (!event) return tl::unexpected<Error>(event.error());
    if (own->empty() || !own->front().end || !*event) return {};
    const auto deliveries = reader.deliveries(*event, *event);
    if (!deliveries) return tl::unexpected<Error>(deliveries.error());
    const journal::DeliveryRow* other = nullptr;
    for (const journal::DeliveryRow& d : *deliveries) {
        if (d.function != f.function || d.invocation == f.invocation || !d.end) continue;
        const bool fits = overlap ? d.start < *own->front().end && own->front().start < *d.end
                                  : d.outcome == facts::Outcome::Success;
        if (fits && (other == nullptr || *d.end < *other->end)) other = &d;
    }
    if (other == nullptr) return {};
    const auto rows = reader.invocationsById({other->invocation});
    if (!rows) return tl::unexpected<Error>(rows.error());
    if (rows->empty()) return {};
    example.calls = {inPicture(own->front()), inPicture(rows->front())};
    example.calls.front().broken = true;
    example.happened = wordsOf(example);
    return {};
}

}  // namespace

Result<std::optional<OrderData>> readOrder(journal::SessionReader& reader, const ReportData& report) {
    journal::SessionFile& file = reader.file();
    OrderData data;
    auto rows = collectRows(file, "SELECT events, deliveries, open, displaced, bounded FROM order_check",
                            [&](RowReader& row) {
                                data.events = row.integer();
                                data.deliveries = row.integer();
                                data.open = row.integer();
                                data.displaced = row.integer();
                                data.bounded = row.textOrEmpty();
                                return 0;
                            });
    if (!rows) return passOn(rows);
    if (rows->empty()) return std::optional<OrderData>{};
    if (Status s = readCounts(file, data); !s) return passOn(s);
    if (Status s = readGroups(file, report, data); !s) return passOn(s);
    for (const FindingGroup& g : data.groups) {
        const bool pair = g.kind == Kind::Overlap || g.kind == Kind::Duplicate;
        if (data.examples.size() == kExamples) break;
        auto finding = worstOf(reader, g);
        if (!finding) return passOn(finding);
        if (!*finding) continue;
        Example example;
        example.finding = std::move(**finding);
        example.function = g.function_name;
        example.topic = g.topic;
        if (Status s = pair ? readPair(reader, example) : readEvidence(reader, example); !s) return passOn(s);
        if (!example.happened.empty()) data.examples.push_back(std::move(example));
    }
    return std::optional<OrderData>{std::move(data)};
}

}  // namespace weir::report
